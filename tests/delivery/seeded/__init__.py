"""Bugs planted into a server under test, to prove that the checkers see them."""
