"""The migration that gives tickets the files of their chats, and what must stay true of them."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from livechat.invariants import wrongs
from livechat.models import ChatFile, Message
from tests.factories import ChatFactory, MessageFactory, StoredFileFactory
from tickets.models import TicketFile

pytestmark = pytest.mark.django_db


def in_chat(chat, **fields):
    file = StoredFileFactory(customer=chat.customer)
    MessageFactory(chat=chat, kind=Message.Kind.FILE)
    return ChatFile.objects.create(chat=chat, file=file, **fields)


def migrate():
    link = import_module("livechat.migrations.0021_files_of_tickets").link
    with connection.cursor() as cursor:
        link(apps, SimpleNamespace(connection=connection, execute=cursor.execute))


def test_tickets_get_the_files_of_their_chats_once(monkeypatch):
    module = import_module("livechat.migrations.0021_files_of_tickets")
    monkeypatch.setattr(module, "BATCH", 2)
    chat = ChatFactory(with_ticket=True)
    files = [in_chat(chat).file for _ in range(5)]
    in_chat(ChatFactory())

    migrate()
    migrate()

    assert [row.file for row in chat.ticket.files.order_by("pk")] == files
    assert TicketFile.objects.count() == 5


def test_a_file_is_the_tickets_since_both_are_there():
    chat, now = ChatFactory(with_ticket=True), timezone.now()
    for hours in (-1, 1):
        in_chat(chat, sent_at=now + timedelta(hours=hours))

    migrate()

    since = chat.ticket.files.order_by("pk").values_list("added_at", flat=True)
    assert list(since) == [chat.ticket.created_at, now + timedelta(hours=1)]


def test_a_file_of_a_chat_that_its_ticket_has_not_is_wrong():
    row = in_chat(ChatFactory(with_ticket=True))
    said = f"chat {row.chat.public_id}: its file {row.file.public_id} is not its ticket's"

    assert said in wrongs(timezone.now())
    migrate()
    assert said not in list(wrongs(timezone.now()))
