"""Facts of the service desk."""

from tickets.models.activity import Activity
from tickets.models.alerts import ServiceAlert
from tickets.models.assets import Asset
from tickets.models.catalogue import AssignmentGroup, Category, Service
from tickets.models.files import StoredFile
from tickets.models.identity import IdentityUse
from tickets.models.imports import PendingImport
from tickets.models.keys import token_urlsafe_16
from tickets.models.kinds import Impact, Kind, Priority, Urgency
from tickets.models.people import Company, Customer, Site, User
from tickets.models.priorities import PriorityRule
from tickets.models.statuses import ChatOutcome, Stage, Status, StatusReason
from tickets.models.templates import RequiredField, TicketTemplate
from tickets.models.throttle import Throttle, network_of
from tickets.models.ticketfiles import TicketFile
from tickets.models.tickets import Ticket, TicketNumber
from tickets.models.tokens import ApiToken, Scope

__all__ = [
    "Activity",
    "ApiToken",
    "Asset",
    "AssignmentGroup",
    "Category",
    "ChatOutcome",
    "Company",
    "Customer",
    "IdentityUse",
    "Impact",
    "Kind",
    "PendingImport",
    "Priority",
    "PriorityRule",
    "RequiredField",
    "Scope",
    "Service",
    "ServiceAlert",
    "Site",
    "Stage",
    "Status",
    "StatusReason",
    "StoredFile",
    "Throttle",
    "Ticket",
    "TicketFile",
    "TicketNumber",
    "TicketTemplate",
    "Urgency",
    "User",
    "network_of",
    "token_urlsafe_16",
]
