"""Sockets: the wire's door."""
