"""Play recorded conversations through the running product, as people would, and compare."""
