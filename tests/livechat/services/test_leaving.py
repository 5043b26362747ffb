"""A customer leaves a ticket: outside chat hours, or instead of waiting on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat import events
from livechat.exceptions import BadTextError, ClientIdReusedError, LeavingNotOfferedError
from livechat.models import Chat, ChatFile, ChatSettings, Message, Topic
from livechat.services.closing import cancel_chat
from livechat.services.leaving import leave_ticket, leave_ticket_instead
from livechat.services.transcript import transcript_of
from tests.factories import (
    AssignmentGroupFactory,
    ChatFactory,
    CompanyFactory,
    CustomerFactory,
    QueueFactory,
    SiteFactory,
    StoredFileFactory,
    TicketFactory,
)
from tickets.models import Activity, Kind, RequiredField, Ticket

pytestmark = pytest.mark.django_db
QUESTION = "The dock of my laptop\nis dead."


@pytest.fixture
def customer():
    company = CompanyFactory()
    return CustomerFactory(company=company, site=SiteFactory(company=company))


def left(customer, client_id="client-1", question=QUESTION, **more):
    return leave_ticket(customer.pk, client_id=client_id, question=question, **more)


def test_the_question_is_an_incident(customer):
    group = AssignmentGroupFactory(company=customer.company)
    QueueFactory(company=customer.company, is_default=True, assignment_group=group)

    ticket, made = left(customer)

    ticket.refresh_from_db()
    assert made
    assert (ticket.kind, ticket.source) == (Kind.INCIDENT, Ticket.Source.WIDGET)
    assert (ticket.summary, ticket.description) == ("The dock of my laptop is dead.", QUESTION)
    assert (ticket.customer, ticket.contact, ticket.site) == (customer, customer, customer.site)
    assert (ticket.group, ticket.assignee, ticket.opened_by) == (group, None, None)
    assert str(ticket.status) == "New"
    (step,) = ticket.activities.all()
    assert (step.code, step.author_name, step.data["source"]) == ("opened", customer.name, "widget")


def test_it_goes_where_its_topic_leads(customer):
    group = AssignmentGroupFactory(company=customer.company)
    queue = QueueFactory(company=customer.company, assignment_group=group)
    QueueFactory(company=customer.company, is_default=True)
    topic = Topic.objects.create(queue=queue, name="Laptops", words="dock")

    by_word, _made = left(customer)
    picked, _made = left(customer, "client-2", "Something", topic=topic.public_id)

    assert by_word.group == picked.group == group


def test_what_agents_have_to_fill_in_does_not_keep_him_from_it(customer):
    RequiredField.objects.create(kind=Kind.INCIDENT, field="impact")

    ticket, made = left(customer)

    assert made
    assert ticket.impact is None


def test_what_is_not_in_use_any_more_is_left_out(customer):
    group = AssignmentGroupFactory(company=customer.company, retired_at=timezone.now())
    QueueFactory(company=customer.company, is_default=True, assignment_group=group)
    customer.site.retired_at = timezone.now()
    customer.site.save()

    ticket, _made = left(customer)

    assert (ticket.group, ticket.site) == (None, None)


def test_who_is_not_known_says_who_he_is(customer):
    known = CustomerFactory(company=customer.company, verified=True, name="Rosa Keller")

    left(customer, name="Ann", email="ann@example.com")
    left(known, name="Somebody else")

    customer.refresh_from_db()
    known.refresh_from_db()
    assert (customer.name, customer.email) == ("Ann", "ann@example.com")
    assert known.name == "Rosa Keller"


def test_the_same_again_is_the_same_ticket(customer):
    ticket, _made = left(customer)

    again, made = left(customer)

    assert (again, made) == (ticket, False)
    assert Activity.objects.filter(ticket=ticket).count() == 1


def test_it_is_the_same_too_when_an_agent_has_changed_its_words(customer):
    ticket, _made = left(customer)
    Ticket.objects.filter(pk=ticket.pk).update(description="Dock dead", version=2)

    assert left(customer) == (ticket, False)


def test_a_client_id_stands_for_one_question_of_one_customer(customer):
    ticket, _made = left(customer)

    with pytest.raises(ClientIdReusedError):
        left(customer, question="Something else")
    other, made = left(CustomerFactory())

    assert made
    assert other != ticket


@pytest.mark.parametrize(
    ("question", "code"), [(" ", "blank"), ("x" * 4001, "too_long"), ("\x00", "bad_text")]
)
def test_what_cannot_be_asked_cannot_be_left(customer, question, code):
    with pytest.raises(BadTextError) as refused:
        left(customer, question=question)

    assert refused.value.code == code
    assert not Ticket.objects.exists()


def test_where_the_administrator_does_not_want_it_nothing_is_left(customer):
    ChatSettings.objects.update(leave_tickets=False)

    with pytest.raises(LeavingNotOfferedError):
        left(customer)

    assert not Ticket.objects.exists()


# --- Instead of waiting ---------------------------------------------------------------------------


@pytest.fixture
def waiting():
    """A chat that has waited for half an hour."""
    chat = ChatFactory(queue__assignment_group=AssignmentGroupFactory(company=None))
    Chat.objects.filter(pk=chat.pk).update(queued_at=timezone.now() - timedelta(minutes=30))
    return chat


def test_who_waits_for_long_leaves_a_ticket_and_the_chat_is_over(waiting, published):
    said = transcript_of(waiting)

    chat = leave_ticket_instead(waiting.pk)

    chat = Chat.objects.select_related("ticket").get(pk=chat.pk)
    assert (chat.status, chat.ticketed_seq) == ("cancelled", chat.last_seq)
    assert (chat.ticket.customer, chat.ticket.source) == (waiting.customer, "widget")
    assert (chat.ticket.summary, chat.ticket.description) == (waiting.subject, said)
    assert chat.ticket.group == waiting.queue.assignment_group
    line = Message.objects.filter(chat=chat).latest("seq")
    assert line.data == {"code": "ticket_left", "number": chat.ticket.number}
    assert not chat.ticket.activities.exclude(code="opened").exists()
    assert events.LineMoved(chat.queue_id) in published


def test_what_he_sent_while_he_waited_is_the_tickets(waiting):
    file = StoredFileFactory(customer=waiting.customer)
    ChatFile.objects.create(chat=waiting, file=file)

    ticket = leave_ticket_instead(waiting.pk).ticket

    assert [row.file for row in ticket.files.all()] == [file]
    assert not ticket.activities.exclude(code="opened").exists()


def test_again_changes_nothing(waiting):
    first = leave_ticket_instead(waiting.pk)

    again = leave_ticket_instead(waiting.pk)

    assert (again.ticket, again.version) == (first.ticket, first.version)
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "settings", [{"leave_tickets": False}, {"overflow_minutes": None}, {"overflow_minutes": 31}]
)
def test_while_somebody_may_still_come_he_waits(waiting, settings):
    ChatSettings.objects.update(**settings)

    with pytest.raises(LeavingNotOfferedError):
        leave_ticket_instead(waiting.pk)

    assert Chat.objects.get(pk=waiting.pk).status == "queued"


@pytest.mark.parametrize("minutes", [0, 30])
def test_from_the_minute_on_that_the_administrator_says_he_may(waiting, minutes):
    ChatSettings.objects.update(overflow_minutes=minutes)

    assert leave_ticket_instead(waiting.pk).ticket


@pytest.mark.parametrize("trait", ["assigned", "ended", "transferred"])
def test_once_somebody_came_there_is_nothing_to_leave(trait):
    chat = ChatFactory(**{trait: True})
    ChatSettings.objects.update(overflow_minutes=0)

    with pytest.raises(LeavingNotOfferedError):
        leave_ticket_instead(chat.pk)


def test_what_was_cancelled_is_no_ticket(waiting):
    cancel_chat(waiting.pk)

    with pytest.raises(LeavingNotOfferedError):
        leave_ticket_instead(waiting.pk)


def test_who_has_a_ticket_leaves_no_second_one(waiting):
    """An agent made it, and let the chat go."""
    made = TicketFactory(customer=waiting.customer)
    Chat.objects.filter(pk=waiting.pk).update(ticket=made)

    with pytest.raises(LeavingNotOfferedError):
        leave_ticket_instead(waiting.pk)
    assert Ticket.objects.get() == made


def test_what_was_let_go_waits_from_then_on(waiting):
    now = timezone.now()
    Chat.objects.filter(pk=waiting.pk).update(let_go_at=now - timedelta(minutes=5))
    with pytest.raises(LeavingNotOfferedError):
        leave_ticket_instead(waiting.pk)

    Chat.objects.filter(pk=waiting.pk).update(let_go_at=now - timedelta(minutes=21))
    assert leave_ticket_instead(waiting.pk).ticket
