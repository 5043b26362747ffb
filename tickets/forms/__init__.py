"""The form of a ticket, for every page that has one."""

from tickets.forms.ticket import TicketForm

__all__ = ["TicketForm"]
