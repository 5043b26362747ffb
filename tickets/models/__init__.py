"""Facts of the service desk."""

from tickets.models.files import StoredFile
from tickets.models.identity import IdentityUse
from tickets.models.keys import token_urlsafe_16
from tickets.models.people import Company, Customer, Site, User
from tickets.models.throttle import Throttle, network_of

__all__ = [
    "Company",
    "Customer",
    "IdentityUse",
    "Site",
    "StoredFile",
    "Throttle",
    "User",
    "network_of",
    "token_urlsafe_16",
]
