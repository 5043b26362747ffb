"""What a replay reads, and what it sees when a transcript is not as it was recorded."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command

from livechat.management.commands.replay import Command, doors_of
from livechat.management.replaying.playing import compare
from livechat.management.replaying.recordings import (
    Line,
    Recording,
    UnreadableError,
    read_recordings,
)
from livechat.management.replaying.rows import make_scene, remove_scene
from livechat.management.replaying.tickets import Played, ticket_differences
from livechat.models import Agent, Chat, Message, Queue, Sender
from livechat.services.assignment import accept_chat
from livechat.services.closing import end_chat
from livechat.services.intake import start_chat
from livechat.services.ticketing import open_ticket_for
from tests.factories import ChatFactory, MessageFactory
from tickets.models import Company, Customer, Ticket, User

SAMPLE = Path(__file__).parents[2] / "delivery" / "conversations.jsonl"
HELLO = {"time": "10:00", "from": "customer", "text": "Hello"}
EXPECTED = [("customer", "Ada", "reply", "Hello"), ("system", "", "event", "ended")]


def written(tmp_path: Path, *messages: Any) -> Path:
    path = tmp_path / "recorded.jsonl"
    path.write_bytes(orjson.dumps({"id": "one", "messages": messages}))
    return path


def items() -> list[dict[str, Any]]:
    common = {"client_id": "x", "posted_at": ""}
    hello = {"seq": 1, "after": 0, "kind": "reply", "author": "customer", "data": {}}
    ended = {"seq": 2, "after": 1, "kind": "event", "author": "system", "body": ""}
    return [
        {**common, **hello, "author_name": "Ada", "body": "Hello"},
        {**common, **ended, "author_name": "", "data": {"code": "ended"}},
    ]


def test_it_reads_conversations() -> None:
    printer, mount, thanks = read_recordings(SAMPLE)

    assert (printer.name, len(mount.lines)) == ("printer", 8)
    assert thanks.lines == (Line(0, "customer", "Just wanted to say thanks"),)


def test_it_knows_how_long_people_paused_past_midnight_too() -> None:
    printer = read_recordings(SAMPLE)[0]

    assert [line.wait for line in printer.lines] == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize(
    "message",
    [
        {**HELLO, "from": "agent"},
        {**HELLO, "from": "nobody"},
        {**HELLO, "time": "25:00"},
        {**HELLO, "text": 7},
        {"text": "Hello"},
    ],
)
def test_it_says_which_line_it_cannot_read(tmp_path: Path, message: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError, match="line 1"):
        read_recordings(written(tmp_path, message))


def test_it_refuses_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    with pytest.raises(UnreadableError, match="no conversation"):
        read_recordings(tmp_path / "empty")


def test_it_takes_several_addresses() -> None:
    doors = doors_of(["http://a:1,http://b:2/", "http://c:3"])

    assert [door.url for door in doors] == ["http://a:1", "http://b:2", "http://c:3"]
    assert doors[1].socket_url("/ws/customer/") == "ws://b:2/ws/customer/"


@pytest.mark.parametrize("url", ["", "localhost:8000", "http://a/b", "ftp://a"])
def test_it_refuses_what_is_no_address(url: str) -> None:
    with pytest.raises(CommandError, match="--against"):
        call_command("replay", str(SAMPLE), "--against", url)


def test_a_transcript_that_is_as_recorded_has_no_differences() -> None:
    assert not list(compare(EXPECTED, items()))


@pytest.mark.parametrize(
    "news",
    [
        {"body": "hello"},
        {"author": "agent"},
        {"author_name": "Bob"},
        {"seq": 2},
        {"kind": "note"},
    ],
)
def test_it_sees_a_line_that_differs(news: dict[str, Any]) -> None:
    hello, ended = items()

    assert len(list(compare(EXPECTED, [{**hello, **news}, ended]))) == 1


def test_it_sees_lines_that_are_missing_or_changed_places() -> None:
    hello, ended = items()

    assert list(compare(EXPECTED, [hello])) == ["1 lines instead of 2"]
    assert len(list(compare(EXPECTED, [ended, hello]))) == 4


def test_any_difference_makes_it_fail(capsys: pytest.CaptureFixture[str]) -> None:
    recordings = read_recordings(SAMPLE)

    with pytest.raises(SystemExit) as end:
        Command().report(recordings, ["printer: line 3 is missing"])

    assert end.value.code == 1
    last = capsys.readouterr().out.splitlines()[-2:]
    assert last == ["printer: line 3 is missing", "3 conversations, 15 messages, 1 differences"]


@pytest.mark.django_db
def test_what_it_makes_can_be_removed_with_all_its_chats() -> None:
    before = Queue.objects.count()
    scene = make_scene(2)
    customer = Customer.objects.create(company=Company.objects.get(public_id=scene.company))
    chat, _made = start_chat(customer.pk, client_id="a-client-id", question="Hello")
    agent = Agent.objects.get(user__email=scene.staff[0].email)
    accept_chat(chat.pk, by=agent.pk)
    open_ticket_for(chat.pk, by=agent.pk, kind="incident")

    remove_scene(scene)

    assert Queue.objects.count() == before
    for model in (Company, Customer, Chat, Message, Agent, User, Ticket):
        assert not model._default_manager.exists()


# --- with tickets --------------------------------------------------------------------------------


@pytest.fixture
def played(db: None) -> Played:
    """A conversation of two lines that became a ticket, and the recording it was played from."""
    chat = ChatFactory(assigned=True, question="  Is it\r\nme?\t")
    MessageFactory(chat=chat, sender=Sender("a", chat.agent_id, chat.agent_name), body="No. ")
    open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")
    end_chat(chat.pk, by=chat.agent_id)
    lines = (Line(0, "customer", "  Is it\r\nme?\t"), Line(0, "agent", "No. "))
    return Played(Recording("one", lines), chat.public_id, chat.customer.name, chat.agent_name)


def test_a_ticket_that_holds_the_messages_byte_for_byte_is_no_difference(played: Played) -> None:
    assert list(ticket_differences([played])) == []


@pytest.mark.parametrize("other", ["no. ", "No.", "No.  ", "No. \n"])
def test_it_sees_one_that_does_not(played: Played, other: str) -> None:
    lines = (played.recording.lines[0], Line(0, "agent", other))

    [difference] = ticket_differences([played._replace(recording=Recording("one", lines))])

    assert difference.startswith("one, the ticket: at character ")


def test_it_sees_a_chat_without_a_ticket(played: Played) -> None:
    alone = ChatFactory(assigned=True)

    [difference] = ticket_differences([played._replace(chat=alone.public_id)])

    assert difference == "one, the ticket: there is none"
