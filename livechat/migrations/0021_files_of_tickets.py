"""The files of a chat that became a ticket are the ticket's too."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations

BATCH = 500


def link(apps: Any, schema_editor: Any) -> None:
    """Each is the ticket's since it was sent, or since there is a ticket."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL statement_timeout = 0")  # There may be very many.
    ticket_file = apps.get_model("tickets", "TicketFile")
    made = _made(apps.get_model("livechat", "ChatFile"), ticket_file)
    while rows := list(islice(made, BATCH)):
        ticket_file.objects.bulk_create(rows, ignore_conflicts=True)


def _made(chat_file: Any, ticket_file: Any) -> Iterator[Any]:
    sent = chat_file.objects.filter(chat__ticket__isnull=False).order_by("pk")
    names = ("file_id", "sent_at", "chat__ticket_id", "chat__ticket__created_at")
    for file, sent_at, ticket, created_at in sent.values_list(*names).iterator(BATCH):
        yield ticket_file(ticket_id=ticket, file_id=file, added_at=max(sent_at, created_at))


class Migration(migrations.Migration):
    dependencies = [
        ("livechat", "0020_leaving_tickets"),
        ("tickets", "0010_ticket_files"),
    ]

    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
