"""Everybody at the door of every file: whoever may open its chat or its ticket, and nobody else."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import transaction

from livechat.models import Chat, ChatFile
from tests.matrix.doors import Findings, answer_of, said_by
from tests.matrix.test_reach import CHATS, PEOPLE
from tests.matrix.test_tickets import SIGNED_OUT, WORKERS
from tests.security.oracle import expected
from tests.security.surface import facts_written, writes
from tests.security.world import Principal, World
from tickets.models import Customer, StoredFile
from tickets.models.filetypes import USUAL
from tickets.services.files import Limits, Upload, add_files, keep_file, store_file
from tickets.services.lifecycle import open_ticket


def stored(customer: Customer, label: str) -> StoredFile:
    """A file that this customer sent, with its name in it."""
    content = f"canary file {label}".encode()
    sent = Upload("a.txt", "text/plain", len(content), BytesIO(content))
    return store_file(
        sent, limits=Limits(USUAL.split(), 999), company=customer.company, by=customer
    )


def filed(world: World, label: str) -> str:
    """A file of this chat; of a chat that is not there: an id."""
    if label not in world.chats:
        return world.missing
    chat = world.chats[label]
    file = stored(chat.customer, label)
    ChatFile.objects.create(chat=chat, file=file)
    keep_file(file.pk)
    return file.public_id


def shown(who: Principal, verb: str, chat: Chat | None) -> str:
    """As at other doors; but whoever is signed in asks, and is told of nothing that is not his."""
    answer = expected(who, verb, chat)
    return "not_found" if answer == "forbidden" else answer


class Asked(Findings):
    """What one person was answered at files, and what of it is wrong."""

    def __init__(self, who: Principal) -> None:
        super().__init__()
        self.who = who

    def at(self, address: str, label: str, right: str) -> None:
        with writes() as seen:
            response = self.who.client().get(f"/files/{address}/")
        answer, told = answer_of(response), []
        if answer == "ok":
            said = b"".join(response.streaming_content).decode()
            told = [said] if said != f"canary file {label}" else []
        else:
            said = said_by(response)
        self.about(label, answer, right, said=said, told=told, wrote=facts_written(seen))


@pytest.mark.parametrize("name", PEOPLE)
def test_who_reads_which_file(cell: World, name: str) -> None:
    asked = Asked(cell.people[name])
    for label in reversed(CHATS):  # `missing` first: all that are not found say what it says.
        with transaction.atomic():
            right = shown(asked.who, "retrieve", cell.chats.get(label))
            asked.at(filed(cell, label), label, right)
            transaction.set_rollback(True)

    asked.none()


OWNERS = {
    "ours": "customer A",
    "theirs": "customer of another company",
    "a colleague's": "customer of a colleague",
}


def of_ticket(who: Principal, label: str) -> str:
    """Its customer, and who works on tickets of his company: the rule said a second time."""
    if who.kind == "nobody" or who.name in SIGNED_OUT:
        return "not_authenticated"
    if label == "missing":
        return "not_found"
    if who.speaks_for_himself:
        return "ok" if who.name == OWNERS[label] else "not_found"
    reached = label != "theirs" or who.name == "superuser"
    return "ok" if who.name in WORKERS and reached else "not_found"


def add_to_ticket(customer: Customer, file: StoredFile) -> str:
    ticket = open_ticket("incident", customer=customer, values={"summary": "a"}, source="chat")
    add_files(ticket.pk, files=[file.pk])
    return file.public_id


@pytest.mark.parametrize("name", PEOPLE)
def test_who_reads_which_file_of_a_ticket(cell: World, name: str) -> None:
    """No chat has them: what is answered is the ticket's rule alone."""
    asked = Asked(cell.people[name])
    asked.at(cell.missing, "missing", of_ticket(asked.who, "missing"))
    for label in ("theirs", "ours"):
        owner = cell.people[OWNERS[label]].customer
        assert owner is not None
        address = add_to_ticket(owner, stored(owner, label))
        asked.at(address, label, of_ticket(asked.who, label))

    asked.none()


@pytest.mark.parametrize("name", PEOPLE)
def test_a_ticket_opens_the_files_of_its_chat_and_of_no_other(cell: World, name: str) -> None:
    asked, label = Asked(cell.people[name]), "a colleague's"
    address, alone = filed(cell, label), filed(cell, "had")
    add_to_ticket(cell.chats[label].customer, StoredFile.objects.get(public_id=address))

    either = {shown(asked.who, "retrieve", cell.chats[label]), of_ticket(asked.who, label)}
    asked.at(address, label, "ok" if "ok" in either else either.pop())
    asked.at(alone, "had", shown(asked.who, "retrieve", cell.chats["had"]))

    asked.none()


def test_a_file_that_is_not_sent_yet_is_not_there(cell: World) -> None:
    who = cell.people["customer A"]
    chat = cell.chats["waiting"]
    address = filed(cell, "waiting")
    StoredFile.objects.update(kept_at=None)

    assert who.client().get(f"/files/{address}/").status_code == 404
    assert ChatFile.objects.filter(chat=chat).exists()
