"""Public ids: what leaves the server instead of primary keys."""

import secrets


def token_urlsafe_16() -> str:
    """128 random bits in 22 characters."""
    return secrets.token_urlsafe(16)
