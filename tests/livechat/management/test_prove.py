"""`manage.py prove` finds each row that somebody breaks by hand, and names it."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from livechat.invariants import wrongs
from livechat.models import (
    Agent,
    Chat,
    ChatArticle,
    ChatSettings,
    Invitation,
    Message,
    Queue,
    RoutingDecision,
    Sender,
    WaitPromise,
)
from livechat.models.decisions import KEPT_DAYS
from livechat.services.assignment import accept_chat, transfer_to_agent
from livechat.services.closing import abandon_chat, cancel_chat, end_chat
from livechat.services.conversation import attach_file
from livechat.services.drain import drain
from livechat.services.intake import start_chat
from livechat.services.ticketing import open_ticket_for
from tests.factories import (
    AgentFactory,
    ArticleFactory,
    CustomerFactory,
    QueueFactory,
    TicketFactory,
)
from tickets.models import Customer, Status, StoredFile, Ticket
from tickets.services.files import Upload
from tickets.services.lifecycle import save_ticket

pytestmark = pytest.mark.django_db


def asked(queue: Queue) -> Chat:
    customer = CustomerFactory(company=queue.company, vip=True)
    chat, _made = start_chat(customer.pk, client_id=f"c-{customer.pk}", question="Why?")
    return chat


@pytest.fixture
def queue() -> Queue:
    ChatSettings.objects.update(vip_priority_seconds=30)
    return QueueFactory(is_default=True, priority_seconds=60, auto_accept=True)


@pytest.fixture
def agents(queue: Queue) -> list[Agent]:
    return [AgentFactory(queues=[queue], online=True) for _ in range(2)]


@pytest.fixture
def chats(queue: Queue, agents: list[Agent]) -> dict[str, Chat]:
    """One chat in each status, by services alone; a decision of the waiting one stands open."""
    first, second = agents
    made = {status: asked(queue) for status in Chat.Status.values}
    for status in ("assigned", "transferred", "ended", "abandoned"):
        accept_chat(made[status].pk, by=first.pk)
    transfer_to_agent(made["transferred"].pk, by=first.pk, to=second.pk)
    for status in ("ended", "abandoned"):
        open_ticket_for(made[status].pk, by=first.pk, kind="incident")
    end_chat(made["ended"].pk, by=first.pk)
    cancel_chat(made["cancelled"].pk)
    abandon_chat(made["abandoned"].pk, by=first.pk)
    Agent.objects.update(available=False)
    drain([queue.pk])
    Agent.objects.update(available=True)
    for chat in made.values():
        chat.refresh_from_db()
    return made


@pytest.fixture
def by_hand(chats: dict[str, Chat]) -> Callable[..., None]:
    """Writes past the constraints, as somebody with a database shell might."""

    def write(status: str, sql: str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = ON")
            else:
                for name in constraints(cursor):
                    cursor.execute(f"ALTER TABLE livechat_chat DROP CONSTRAINT {name}")
            cursor.execute(f"UPDATE livechat_chat SET {sql} WHERE id = %s", [chats[status].pk])

    yield write
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def constraints(cursor) -> list[str]:
    settle(cursor)
    cursor.execute(
        "SELECT conname FROM pg_constraint"
        " WHERE conrelid = 'livechat_chat'::regclass AND contype = 'c'"
    )
    return [name for (name,) in cursor.fetchall()]


def settle(cursor) -> None:
    """PostgreSQL changes no table while something of it is still to be checked."""
    if connection.vendor == "postgresql":
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def found() -> list[str]:
    return list(wrongs(timezone.now()))


def test_what_the_services_made_is_right(chats):
    out = StringIO()

    call_command("prove", stdout=out)

    assert "6 chats and 2 agents: nothing is wrong." in out.getvalue()


def test_it_names_what_is_wrong_and_fails(chats):
    Agent.objects.filter(pk=chats["assigned"].agent_id).update(open_chats=7)
    out, err = StringIO(), StringIO()

    with pytest.raises(SystemExit, match="1"):
        call_command("prove", stdout=out, stderr=err)

    agent = chats["assigned"].agent.public_id
    assert out.getvalue() == f"agent {agent}: open_chats is 7, and he has 1\n"
    assert "1 wrong, of 6 chats and 2 agents" in err.getvalue()


def test_it_asks_as_often_for_many_rows_as_for_few(chats, queue, django_assert_num_queries):
    for _ in range(5):
        accept_chat(asked(queue).pk, by=chats["assigned"].agent_id)

    with django_assert_num_queries(26):
        assert found() == []


@pytest.mark.parametrize(
    ("status", "broken", "said"),
    [
        ("assigned", "agent_id = NULL", "it is assigned, and no agent has it"),
        ("queued", "agent_id = 1", "it is queued, and an agent has it"),
        ("assigned", "accepted_at = NULL", "nobody knows since when"),
        ("assigned", "next_action = ''", "nothing is to happen next"),
        ("queued", "next_action_at = NULL", "nothing is to happen next"),
        ("ended", "next_action = 'look'", "it is ended, and something is to happen next"),
        ("cancelled", "next_action_at = created_at", "something is to happen next"),
        ("queued", "ended_at = created_at", "it is queued, and it has an end"),
        ("abandoned", "ended_at = NULL", "it is abandoned, and it has no end"),
        ("transferred", "transferred_to_id = NULL", "it is transferred to nobody, or by nobody"),
        ("ended", "transferred_by_id = agent_id", "it still says to whom it was transferred"),
        ("queued", "left_at = created_at", "it is queued, and its customer has left it"),
        ("ended", "target_at = created_at", "it is ended, and a target of it runs"),
        ("cancelled", "target_told = 2", "it is cancelled, and a target of it runs"),
    ],
)
def test_a_row_that_contradicts_itself_is_named(chats, by_hand, status, broken, said):
    if "agent_id = 1" in broken:
        broken = f"agent_id = {chats['assigned'].agent_id}"

    by_hand(status, broken)

    lines = [line for line in found() if chats[status].public_id in line]
    assert any(said in line for line in lines), lines


def later(chat: Chat, **moments: timedelta) -> None:
    fields = {name: getattr(chat, name) + more for name, more in moments.items()}
    Chat.objects.filter(pk=chat.pk).update(**fields)


def of_agent(agent: Agent, **fields: object) -> None:
    Agent.objects.filter(pk=agent.pk).update(**fields)


def of_chat(chat: Chat, **fields: object) -> None:
    Chat.objects.filter(pk=chat.pk).update(**fields)


BREAKS: dict[str, tuple[Callable[[dict[str, Chat]], object], str]] = {
    "an assigned chat too many": (
        lambda chats: of_agent(chats["assigned"].agent, open_chats=2),
        "open_chats is 2, and he has 1",
    ),
    "a day's chat too few": (
        lambda chats: of_agent(chats["assigned"].agent, assigned_today=3),
        "assigned_today is 3, and he was given 4",
    ),
    "accepted before it came": (
        lambda chats: later(chats["assigned"], queued_at=timedelta(hours=1)),
        "it was accepted before it came",
    ),
    "over before it was accepted": (
        lambda chats: later(chats["ended"], ended_at=-timedelta(hours=1)),
        "it was over before it was accepted",
    ),
    "a message lost at the end": (
        lambda chats: Message.objects.filter(chat=chats["ended"], seq=4).delete(),
        "last_seq is 4 (4 public); it has 3 messages, 1 to 3 (3)",
    ),
    "a message lost in between": (
        lambda chats: Message.objects.filter(chat=chats["ended"], seq=2).delete(),
        "it has 3 messages, 1 to 4 (4)",
    ),
    "a number ahead of its messages": (
        lambda chats: of_chat(chats["assigned"], last_seq=9),
        "last_seq is 9 (2 public); it has 2 messages",
    ),
    "a side note that counts as public": (
        lambda chats: Message.objects.filter(chat=chats["ended"], seq=4).update(
            kind="note", body="He is rude."
        ),
        "it has 4 messages, 1 to 4 (3)",
    ),
    "another place in line": (
        lambda chats: later(chats["queued"], rank_time=timedelta(seconds=60)),
        "rank_time is",
    ),
    "a priority that nobody took back": (
        lambda chats: Customer.objects.filter(pk=chats["queued"].customer_id).update(vip=False),
        "rank_time is",
    ),
    "a target that is due at another time": (
        lambda chats: later(chats["queued"], target_at=timedelta(minutes=1)),
        "its target is due",
    ),
    "a breach that was told too early": (
        lambda chats: of_chat(chats["queued"], target_told=2, target_at=None),
        "the breach of its target was told before it came",
    ),
    "an open decision of a chat that is over": (
        lambda chats: RoutingDecision.objects.filter(chat=chats["queued"]).update(
            chat=chats["ended"]
        ),
        "it is ended, and 1 of its decisions are open",
    ),
    "an epoch that nobody began": (
        lambda chats: of_chat(chats["assigned"], owner_epoch=2),
        "owner_epoch is 2, and it was accepted 1 times",
    ),
    "an assignment without a reason": (
        lambda chats: RoutingDecision.objects.filter(chat=chats["ended"]).delete(),
        "it was accepted 1 times, and 0 decisions say why",
    ),
    "a reason for somebody else": (
        lambda chats: RoutingDecision.objects.filter(chat=chats["assigned"]).update(
            agent=chats["transferred"].transferred_to
        ),
        "its last decision was for another agent",
    ),
    "a queue that went out of use under its chat": (
        lambda chats: Queue.objects.filter(pk=chats["queued"].queue_id).update(
            is_default=False, retired_at=timezone.now()
        ),
        "it is queued, and it waits in a retired queue",
    ),
    "a wait that is compared before it is over": (
        lambda chats: WaitPromise.objects.filter(chat=chats["queued"]).update(
            settled_at=timezone.now(), waited_seconds=1
        ),
        "it was accepted 0 times, and its promised wait says otherwise",
    ),
    "a ticket that nobody was told of": (
        lambda chats: of_chat(chats["assigned"], ticket=TicketFactory()),
        "and it was told 0 times",
    ),
    "a ticket that is gone": (
        lambda chats: of_chat(chats["ended"], ticket=None, ticketed_seq=0),
        "its ticket is None, and it was told 1 times",
    ),
    "a ticket of somebody else": (
        lambda chats: of_chat(chats["ended"], ticket=TicketFactory()),
        "is of another customer or company",
    ),
    "lines that the ticket has not": (
        lambda chats: of_chat(chats["ended"], ticketed_seq=3),
        "it is over, and its ticket has 3 of its 4 lines",
    ),
    "work that an abandoned chat has left": (
        lambda chats: Ticket.objects.filter(chat=chats["abandoned"]).update(
            status=Status.objects.get(kind="incident", name="Pending")
        ),
        "it is abandoned, and work is left to do on INC-",
    ),
    "an article that nobody said": (
        lambda chats: ChatArticle.objects.create(
            chat=chats["assigned"], article=ArticleFactory(), shared_at=timezone.now()
        ),
        "is shared, and no message says so",
    ),
    "a message of an article that is none": (
        lambda chats: Message.objects.filter(chat=chats["ended"], seq=1).update(
            kind="article", data={"id": "A" * 22}
        ),
        "its message 1 is an article, and none is shared",
    ),
    "an article that the ticket has lost": (
        lambda chats: ChatArticle.objects.create(
            chat=chats["ended"], article=ArticleFactory(), shared_at=timezone.now()
        ),
        "is shared, and its ticket does not know",
    ),
    "an invitee whom nobody invited": (
        lambda chats: of_chat(chats["assigned"], invitees="p99"),
        "invitees is “p99”, and “” stand open",
    ),
}


@pytest.mark.parametrize(("break_it", "said"), BREAKS.values(), ids=BREAKS)
def test_rows_that_contradict_each_other_are_named(chats, break_it, said):
    break_it(chats)

    assert any(said in line for line in found()), found()


def test_an_invitee_whom_the_column_forgot_is_named(chats, agents):
    chat, invitee = chats["assigned"], agents[1]
    invited = Invitation.objects.create(
        chat=chat, agent=invitee, invited_by=chat.agent, role="monitor", status="accepted"
    )
    said = f"chat {chat.public_id}: invitees is “”, and “m{invitee.pk}” stand open"
    assert found() == [said]

    of_chat(chat, invitees=f"m{invitee.pk}")
    assert found() == []

    Invitation.objects.filter(pk=invited.pk).update(status="pending")
    assert "and “i" in found()[0]
    Invitation.objects.filter(pk=invited.pk).update(status="accepted")

    Invitation.objects.filter(pk=invited.pk).update(chat=chats["ended"])
    assert f"invitation {invited.public_id}: it is open, and chat" in found()[-1]


def test_two_open_decisions_of_a_chat_are_named(chats):
    with connection.cursor() as cursor:
        settle(cursor)
        cursor.execute("DROP INDEX decision_one_open_per_chat")
    now = timezone.now()
    RoutingDecision.objects.create(chat=chats["queued"], first_at=now, last_at=now)

    said = f"chat {chats['queued'].public_id}: it is queued, and 2 of its decisions are open"
    assert found() == [said]


def test_decisions_that_time_has_removed_are_not_missed(chats):
    long_ago = timezone.now() - timedelta(days=KEPT_DAYS)
    chat = chats["ended"]
    Message.objects.filter(chat=chat).update(posted_at=long_ago)
    RoutingDecision.objects.filter(chat=chat).update(first_at=long_ago, last_at=long_ago)
    RoutingDecision.objects.forget_expired(timezone.now())
    Agent.objects.update(assigned_on=long_ago.date())

    assert found() == []


def test_a_file_without_a_message_is_named(chats):
    chat = chats["assigned"]
    sender = Sender("c", chat.customer_id, "Ada")
    sent = Upload("a.txt", "text/plain", 5, BytesIO(b"Hello"))
    given = {"chat": chat.public_id, "sender": sender, "by": chat.customer}
    attach_file(sent, client_id="file-0001", **given)
    assert not list(wrongs(timezone.now()))
    StoredFile.objects.update(kept_at=None)

    assert list(wrongs(timezone.now())) == [
        f"chat {chat.public_id}: 1 messages are files, and 0 are kept"
    ]


def test_a_ticket_that_was_taken_up_again_after_its_chat_was_abandoned_is_right(chats):
    chat = chats["abandoned"]
    ticket = Ticket.objects.get(chat=chat)
    resolved = Status.objects.get(kind="incident", name="Resolved")
    Ticket.objects.filter(pk=ticket.pk).update(status=resolved)
    again = Status.objects.get(kind="incident", name="In Progress")
    by = chat.agent.user

    save_ticket(ticket.pk, by=by, version=ticket.version, values={}, status=again)

    assert found() == []
