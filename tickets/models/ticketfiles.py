"""The files of tickets."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.files import StoredFile
from tickets.models.people import Customer, User
from tickets.models.tickets import Ticket


class TicketFileQuerySet(models.QuerySet["TicketFile"]):
    def readable_by(self, reader: User | Customer) -> Self:
        """Files of the tickets that somebody may open."""
        if isinstance(reader, Customer):
            return self.filter(ticket__in=Ticket.objects.of_customer(reader).values("pk"))
        return self.filter(ticket__in=Ticket.objects.visible_to(reader).values("pk"))

    def with_page_data(self) -> Self:
        """As a page lists them, in the order in which they came."""
        return self.select_related("file__user", "file__customer").order_by("pk")


class TicketFile(models.Model):
    """One file that belongs to a ticket. It may belong to the chat that became the ticket too."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="in_tickets")
    added_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[TicketFile]] = TicketFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a ticket")
        verbose_name_plural = _("files of tickets")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ticket", "file"], name="ticket_has_a_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.file_id}"
