"""Everybody at the door of every file: whoever may open its chat, and nobody else."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import transaction

from livechat.models import ChatFile
from tests.matrix.doors import answer_of, said_by
from tests.matrix.test_reach import CHATS, PEOPLE
from tests.security.oracle import expected
from tests.security.surface import facts_written, writes
from tests.security.world import World
from tickets.models import StoredFile
from tickets.models.filetypes import USUAL
from tickets.services.files import Limits, Upload, keep_file, store_file


def filed(world: World, label: str) -> str:
    """A file of this chat, with its name in it; of a chat that is not there: an id."""
    if label not in world.chats:
        return world.missing
    chat, content = world.chats[label], f"canary file {label}".encode()
    sent = Upload("a.txt", "text/plain", len(content), BytesIO(content))
    customer = chat.customer
    file = store_file(
        sent, limits=Limits(USUAL.split(), 999), company=customer.company, by=customer
    )
    ChatFile.objects.create(chat=chat, file=file)
    keep_file(file.pk)
    return file.public_id


@pytest.mark.parametrize("name", PEOPLE)
def test_who_reads_which_file(cell: World, name: str) -> None:
    who, wrong = cell.people[name], []
    nothing = None
    for label in reversed(CHATS):  # `missing` first: all that are not found say what it says.
        with transaction.atomic():
            address = filed(cell, label)
            with writes() as seen:
                response = who.client().get(f"/files/{address}/")
            right = expected(who, "retrieve", cell.chats.get(label))
            answer = answer_of(response)
            if answer == "ok":
                said = b"".join(response.streaming_content).decode()
                wrong += [] if said == f"canary file {label}" else [f"{label}: {said}"]
            elif answer == "not_found":
                said = said_by(response)
                nothing = nothing or said
                wrong += [] if said == nothing else [f"{label}: not as one that is not there"]
            wrong += [] if answer == right else [f"{label}: {answer}, not {right}"]
            wrong += [f"{label}: wrote {sql}" for sql in facts_written(seen)]
            transaction.set_rollback(True)

    assert not wrong, "\n".join(wrong)


def test_a_file_that_is_not_sent_yet_is_not_there(cell: World) -> None:
    who = cell.people["customer A"]
    chat = cell.chats["waiting"]
    address = filed(cell, "waiting")
    StoredFile.objects.update(kept_at=None)

    assert who.client().get(f"/files/{address}/").status_code == 404
    assert ChatFile.objects.filter(chat=chat).exists()
