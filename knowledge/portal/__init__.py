"""Public help pages of companies: for whoever knows the address, without signing in."""
