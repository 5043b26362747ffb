"""The admin holds settings: companies with their sites, users, groups. Work is done elsewhere."""

from tickets.admin import companies, users

__all__ = ["companies", "users"]
