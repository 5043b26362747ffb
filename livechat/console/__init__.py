"""The door of agents: pages and the parts of them that events refresh."""
