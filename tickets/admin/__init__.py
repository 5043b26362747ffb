"""The admin holds settings: companies with their sites, users, groups. Work is done elsewhere."""

from tickets.admin import (
    alerts,
    assets,
    catalogue,
    companies,
    customers,
    priorities,
    statuses,
    templates,
    tokens,
    users,
)

__all__ = [
    "alerts",
    "assets",
    "catalogue",
    "companies",
    "customers",
    "priorities",
    "statuses",
    "templates",
    "tokens",
    "users",
]
