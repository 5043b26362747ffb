"""The database refuses rows that cannot be; a chat takes legal steps only."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from livechat.exceptions import ChatEndedError, InvalidTransitionError, NotYoursError
from livechat.models import Agent, Chat, ChatSettings, Lease, Message, Queue, ReadCursor, Sender
from livechat.protocol import Code
from tests.factories import (
    AgentFactory,
    ChatFactory,
    CompanyFactory,
    CustomerFactory,
    MessageFactory,
    QueueFactory,
    TicketTemplateFactory,
)

pytestmark = pytest.mark.django_db

Status = Chat.Status
NOW = timezone.now()


def is_refused(row: Model, **values: object) -> bool:
    """Whether the database refuses these values, whatever the code thinks of them."""
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**values)
    except IntegrityError:
        return True
    return False


# --- rows that cannot be -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("traits", "values"),
    [
        ({}, {"status": "lost"}),
        ({}, {"status": "assigned"}),
        ({}, {"status": "cancelled"}),
        ({}, {"ended_at": NOW}),
        ({}, {"last_public_seq": 2}),
        ({}, {"ticketed_seq": 1}),
        ({"with_ticket": True}, {"ticketed_seq": 99}),
        ({"assigned": True}, {"agent": None}),
        ({"assigned": True}, {"status": "queued"}),
        ({"assigned": True}, {"status": "ended"}),
        ({"ended": True}, {"ended_at": None}),
        ({"ended": True}, {"status": "cancelled"}),
        ({"cancelled": True}, {"status": "queued"}),
        ({}, {"target_at": None}),
        ({}, {"target_told": 2}),
        ({}, {"target_told": 3, "target_at": None}),
        ({"transferred": True}, {"target_at": None}),
        ({"assigned": True}, {"target_told": 1}),
        ({"left": True}, {"target_at": NOW}),
        ({"ended": True}, {"target_at": NOW}),
        ({"ended": True}, {"target_told": 2}),
    ],
)
def test_a_chat_that_cannot_be_is_refused(traits, values):
    assert is_refused(ChatFactory(**traits), **values)


def test_a_ticket_is_of_one_chat_only():
    ticketed = ChatFactory(with_ticket=True)

    assert is_refused(ChatFactory(), ticket=ticketed.ticket)


# --- what its queue says of tickets --------------------------------------------------------------


def test_a_queue_that_chooses_no_templates_offers_all_of_the_company():
    queue = QueueFactory()
    ours, everybodys = TicketTemplateFactory(company=queue.company), TicketTemplateFactory()
    TicketTemplateFactory(company=CompanyFactory())

    assert set(queue.templates_for(queue.company_id, NOW)) == {ours, everybodys}


def test_a_queue_offers_the_templates_that_it_chose_and_are_in_use():
    queue = QueueFactory()
    chosen, retired = TicketTemplateFactory(), TicketTemplateFactory(retired_at=NOW)
    TicketTemplateFactory()
    queue.ticket_templates.add(chosen, retired)

    assert list(queue.templates_for(queue.company_id, NOW)) == [chosen]


def test_a_customer_has_one_live_chat():
    chat = ChatFactory()

    with pytest.raises(IntegrityError):
        ChatFactory(customer=chat.customer)


@pytest.mark.parametrize("over", ["left", "ended", "cancelled"])
def test_a_chat_that_is_over_for_its_customer_leaves_room_for_the_next(over):
    chat = ChatFactory(**{over: True})

    assert ChatFactory(customer=chat.customer).status == Status.QUEUED


def test_a_client_id_starts_one_chat_of_a_customer():
    chat = ChatFactory(ended=True)

    with pytest.raises(IntegrityError):
        ChatFactory(customer=chat.customer, client_id=chat.client_id)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "whisper"},
        {"body": ""},
        {"public_after": 2},
        {"seq": 1},
        {"kind": "note", "body": ""},
    ],
)
def test_a_message_that_cannot_be_is_refused(values):
    message = MessageFactory()

    assert message.seq == 2
    assert is_refused(Message.objects.get(chat=message.chat_id, seq=2), **values)


def test_an_event_needs_no_text():
    chat = ChatFactory(assigned=True)

    assert not is_refused(Message.objects.get(chat=chat, kind="event"), body="")


def test_a_message_is_stored_once_a_sender():
    chat = ChatFactory()
    MessageFactory(chat=chat, client_id="message-1")

    with pytest.raises(IntegrityError):
        MessageFactory(chat=chat, client_id="message-1")


def test_nobody_has_read_what_was_not_delivered():
    cursor = ReadCursor.objects.create(chat=ChatFactory(), reader="c", delivered=1, read=1)

    assert is_refused(cursor, delivered=0)


def test_a_reader_has_one_cursor_a_chat():
    chat = ChatFactory()
    ReadCursor.objects.create(chat=chat, reader="c")

    with pytest.raises(IntegrityError):
        ReadCursor.objects.create(chat=chat, reader="c")


def test_a_company_has_one_default_queue():
    queue = QueueFactory(is_default=True)

    assert is_refused(QueueFactory(company=queue.company), is_default=True)


def test_there_is_one_general_queue():
    assert is_refused(QueueFactory(company=None), is_default=True)


def test_a_default_queue_is_not_retired():
    assert is_refused(QueueFactory(is_default=True), retired_at=NOW)


@pytest.mark.parametrize("shared", [True, False])
def test_a_queues_name_is_its_own_where_it_is(shared):
    company = None if shared else CompanyFactory()
    QueueFactory(company=company, name="Printers")

    assert is_refused(QueueFactory(company=company), name="Printers")


def test_there_is_one_row_of_settings_within_its_bounds():
    current = ChatSettings.objects.current()

    assert is_refused(current, question_characters=99)
    assert is_refused(current, question_characters=8001)
    with pytest.raises(IntegrityError):
        ChatSettings.objects.create(pk=2)


# --- steps ---------------------------------------------------------------------------------------

LEGAL = {
    (Status.QUEUED, Status.ASSIGNED),
    (Status.QUEUED, Status.CANCELLED),
    (Status.ASSIGNED, Status.ENDED),
    (Status.ASSIGNED, Status.ABANDONED),
    (Status.ASSIGNED, Status.TRANSFERRED),
    (Status.ASSIGNED, Status.QUEUED),
    (Status.TRANSFERRED, Status.ASSIGNED),
    (Status.TRANSFERRED, Status.QUEUED),
    (Status.TRANSFERRED, Status.CANCELLED),
}
STEPS = [(now, then) for now in Status for then in Status]


@pytest.mark.parametrize(("now", "then"), [step for step in STEPS if step in LEGAL])
def test_a_legal_step_raises_the_version(now, then):
    chat = Chat(status=now, version=3)

    chat.move_to(then)

    assert (chat.status, chat.version) == (then, 4)


@pytest.mark.parametrize(("now", "then"), [step for step in STEPS if step not in LEGAL])
def test_an_illegal_step_is_refused_and_changes_nothing(now, then):
    chat = Chat(status=now, version=3)

    with pytest.raises(InvalidTransitionError) as refused:
        chat.move_to(then)

    assert refused.value.code == Code.ILLEGAL_STEP
    assert (chat.status, chat.version) == (now, 3)


def test_only_who_has_a_chat_is_its_owner():
    chat = ChatFactory(assigned=True)

    chat.require_owner(chat.agent_id)
    with pytest.raises(NotYoursError):
        chat.require_owner(AgentFactory().pk)


def test_nobody_owns_a_chat_that_waits_or_is_over():
    ended = ChatFactory(ended=True)

    with pytest.raises(NotYoursError):
        ChatFactory().require_owner(ended.agent_id)
    with pytest.raises(ChatEndedError):
        ended.require_owner(ended.agent_id)


# --- which rows ----------------------------------------------------------------------------------


def test_who_came_first_is_first_in_line():
    queue = QueueFactory()
    late = ChatFactory(queue=queue)
    early = ChatFactory(queue=queue, rank_time=NOW - timedelta(hours=1))

    assert list(Chat.objects.waiting()) == [early, late]
    assert list(Chat.objects.ahead_of(late)) == [early]
    assert not Chat.objects.ahead_of(early).exists()


def test_of_the_same_moment_the_first_row_comes_first():
    queue = QueueFactory()
    first, second = ChatFactory.create_batch(2, queue=queue, rank_time=NOW)

    assert list(Chat.objects.ahead_of(second)) == [first]


def test_only_those_who_wait_in_the_same_line_are_ahead():
    chat = ChatFactory()
    ChatFactory(rank_time=NOW - timedelta(hours=1))
    ChatFactory(queue=chat.queue, assigned=True, rank_time=NOW - timedelta(hours=1))

    assert not Chat.objects.ahead_of(chat).exists()


def test_an_agent_sees_what_waits_in_his_queues_and_what_is_his():
    agent = AgentFactory(queues=[QueueFactory()])
    mine = ChatFactory(queue=agent.queues.get(), assigned=True, agent=agent)
    waiting = ChatFactory(queue=mine.queue)
    ended = ChatFactory(ended=True, agent=agent)
    ChatFactory(queue=mine.queue, assigned=True)
    ChatFactory(queue=mine.queue, cancelled=True)
    ChatFactory()

    assert set(Chat.objects.visible_to(agent.user)) == {mine, waiting, ended}


def test_an_agent_may_be_told_who_has_a_chat_of_his_queues():
    agent = AgentFactory(queues=[QueueFactory()])
    taken = ChatFactory(queue=agent.queues.get(), assigned=True)
    ChatFactory(assigned=True)

    assert list(Chat.objects.acceptable_by(agent.user)) == [taken]


def test_a_retired_agent_sees_no_queue():
    agent = AgentFactory(queues=[QueueFactory()], retired_at=NOW)
    ChatFactory(queue=agent.queues.get())

    assert not Chat.objects.visible_to(agent.user).exists()


def test_a_customer_sees_his_own_chats():
    chat = ChatFactory()
    ChatFactory(queue=chat.queue)

    assert list(Chat.objects.of_customer(chat.customer)) == [chat]
    assert not Chat.objects.of_customer(CustomerFactory(company=chat.customer.company)).exists()


def test_a_page_of_messages_is_in_order_and_without_notes_for_customers():
    chat = ChatFactory(assigned=True)
    for kind in ["reply", "note", "reply"]:
        MessageFactory(chat=chat, kind=kind, sender=Sender("a", chat.agent_id, "Noor"))

    def page(**asked: object) -> list[int]:
        wanted = {"staff": True, "after": None, "before": None, "limit": 50, **asked}
        return [line.seq for line in Message.objects.page(chat, **wanted)]

    assert page() == [1, 2, 3, 4, 5]
    assert page(staff=False) == [1, 2, 3, 5]
    assert page(limit=2) == [4, 5]
    assert page(before=4, limit=2) == [2, 3]
    assert page(after=2, limit=2) == [3, 4]
    assert page(after=5) == page(before=1) == []


def test_the_lines_after_what_each_page_shows_come_chat_by_chat():
    first, second = ChatFactory(assigned=True), ChatFactory(assigned=True)

    found = [(m.chat_id, m.seq) for m in Message.objects.after({first.pk: 1, second.pk: 0}, 200)]

    assert found == [(first.pk, 2), (second.pk, 1), (second.pk, 2)]
    assert [m.seq for m in Message.objects.after({second.pk: 0}, 1)] == [1]
    assert list(Message.objects.after({}, 200)) == []


# --- queues, agents, leases ----------------------------------------------------------------------


def test_a_retired_default_queue_would_take_no_chats():
    queue = QueueFactory(retired_at=NOW)

    assert Queue.objects.for_chats_of(queue.company).name == "GENERAL"


def test_a_place_that_was_not_taken_is_not_given_back():
    agent = AgentFactory()

    assert not Agent.objects.release(agent.pk)
    assert Agent.objects.take(agent.pk, NOW)
    assert Agent.objects.release(agent.pk)
    assert Agent.objects.get(pk=agent.pk).open_chats == 0


@pytest.mark.parametrize(
    ("online", "reachable", "changed"),
    [(True, True, False), (True, False, True), (False, True, True), (False, False, False)],
)
def test_agents_whose_leases_say_otherwise_are_found(online, reachable, changed):
    agent = AgentFactory(online=reachable)
    Agent.objects.filter(pk=agent.pk).update(online=online)

    assert list(Agent.objects.changed_reach(timezone.now())) == ([agent] if changed else [])


def test_a_lease_that_ran_out_long_ago_is_forgotten():
    agent = AgentFactory(online=True)
    old = Lease.objects.create(agent=agent, expires_at=timezone.now() - timedelta(days=2))

    assert Lease.objects.forget_expired(timezone.now()) == 1
    assert not Lease.objects.filter(pk=old.pk).exists()
