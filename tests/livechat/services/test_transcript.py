"""The conversation as plain text: messages byte for byte, times in the company's zone, no notes."""

from datetime import UTC, datetime

import pytest

from livechat.models import Draft, Message, Sender
from livechat.services.transcript import transcript_of
from tests.factories import ChatFactory, CompanyFactory, MessageFactory, QueueFactory

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 19, 9, 42, tzinfo=UTC)


@pytest.fixture
def chat():
    company = CompanyFactory(time_zone="Europe/Berlin")
    return ChatFactory(assigned=True, queue=QueueFactory(company=company))


def said_at(chat, *moments):
    for seq, moment in enumerate(moments, 1):
        Message.objects.filter(chat=chat, seq=seq).update(posted_at=moment)


def agent_of(chat):
    return Sender("a", chat.agent_id, chat.agent_name)


def test_it_reads_so(chat):
    MessageFactory(chat=chat, sender=agent_of(chat), body="Is it on?")
    MessageFactory(chat=chat, body="Yes.")
    said_at(chat, *[MORNING] * 3, MORNING.replace(day=20, hour=23, minute=5))

    assert transcript_of(chat).splitlines() == [
        "Chat transcript, times in Europe/Berlin",
        "Nov. 19, 2026",
        "10:42 Ada Byron: The printer on floor 3 says offline.",
        f"10:42 {chat.agent_name} accepted the chat",
        f"10:42 {chat.agent_name}: Is it on?",
        "Nov. 21, 2026",
        "00:05 Ada Byron: Yes.",
    ]


def test_side_notes_never_stand_in_it(chat):
    MessageFactory(chat=chat, sender=agent_of(chat), kind="note", body="She is difficult.")

    assert "difficult" not in transcript_of(chat)


@pytest.mark.parametrize(
    "body",
    [
        "  two  spaces \t",
        "line\r\nline\n\n",
        "\u200bzero\u00a0width",
        "👩‍💻 e\u0301",
        "%(agent)s {0} \\n",
    ],
)
def test_a_message_stands_there_as_it_was_sent(chat, body):
    MessageFactory(chat=chat, body=body)

    assert transcript_of(chat).endswith(f"Ada Byron: {body}")


@pytest.mark.parametrize(
    ("code", "data", "sentence"),
    [
        ("transferred", {"by": "Noor", "agent": "Mary"}, "Noor transferred the chat to Mary"),
        (
            "requeued",
            {"by": "Noor", "queue": "VPN"},
            "Noor transferred the chat to the queue VPN",
        ),
        ("released", {"by": "Noor", "queue": "VPN"}, "Noor released the chat to the queue"),
        ("joined", {"agent": "Mary", "role": "monitor"}, "Mary joined the chat"),
        ("left", {"agent": "Mary", "role": "monitor"}, "Mary left the chat"),
        (
            "agent_lost",
            {"agent": "Noor"},
            "Noor could not be reached, the chat went back to the queue",
        ),
        ("cancelled", {}, "The customer cancelled the chat"),
        ("ended", {"agent": "Noor"}, "Noor ended the chat"),
        ("abandoned", {"agent": "Noor"}, "Noor abandoned the chat"),
    ],
)
def test_what_happened_is_a_sentence(chat, code, data, sentence):
    Message.objects.append([chat], [Draft.event(chat, code, **data)])

    assert transcript_of(chat).endswith(sentence)


@pytest.mark.parametrize("code", ["idle", "ticket_linked", "transfer_returned", "unheard_of"])
def test_what_a_ticket_need_not_know_is_left_out(chat, code):
    before = transcript_of(chat)
    Message.objects.append([chat], [Draft.event(chat, code, number="INC-1")])

    assert transcript_of(chat) == before


def test_files_stand_there_by_name(chat):
    MessageFactory(chat=chat, kind="file", body="", data={"name": "screen.png"})

    assert transcript_of(chat).endswith("Ada Byron: File: screen.png")


def test_a_long_chat_is_in_it_whole(chat):
    for _ in range(40):
        MessageFactory(chat=chat, body="x" * 8_000)

    assert len(transcript_of(chat)) > 320_000
