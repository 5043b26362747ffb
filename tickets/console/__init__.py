"""Pages of tickets: the list, and one ticket."""
