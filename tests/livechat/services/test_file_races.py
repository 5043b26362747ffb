"""Files that come at the same moment, on PostgreSQL with real connections."""

import io
from functools import partial

import pytest

from livechat.models import ChatFile, ChatSettings, Message, Sender
from livechat.protocol import Code
from livechat.services.conversation import Refused, attach_file
from tests.factories import ChatFactory
from tests.livechat.services.racing import at_once
from tickets.models import StoredFile
from tickets.services.files import Upload

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def attach(chat, client_id):
    return attach_file(
        Upload("a.txt", "text/plain", 5, io.BytesIO(b"Hello")),
        chat=chat.public_id,
        sender=Sender("c", chat.customer_id, "Ada"),
        by=chat.customer,
        client_id=client_id,
    )


@pytest.fixture
def _two_files_a_chat():
    ChatSettings.objects.get_or_create(pk=1)
    ChatSettings.objects.update(files_per_chat=2)


@pytest.mark.usefixtures("_two_files_a_chat")
def test_a_chat_never_has_more_files_than_it_may(file_storage):
    for _round in range(5):
        chat = ChatFactory(assigned=True)
        works = [partial(attach, chat, f"file-{n:05}") for n in range(6)]

        outcomes = at_once(works)

        assert outcomes.count(Refused(Code.FILES_FULL)) == 4
        assert ChatFile.objects.filter(chat=chat).count() == 2
    assert len(file_storage()) == StoredFile.objects.count() == 10


@pytest.mark.usefixtures("_two_files_a_chat")
def test_the_same_file_at_the_same_moment_is_one(file_storage):
    chat = ChatFactory(assigned=True)

    outcomes = at_once([partial(attach, chat, "file-00001")] * 4)

    assert len({outcome.seq for outcome in outcomes}) == 1
    assert Message.objects.filter(kind="file").count() == ChatFile.objects.count() == 1
    assert len(file_storage()) == StoredFile.objects.count() == 1
