"""cancel_chat: the customer gives up; what an agent has stays with him until he ends it."""

import pytest

from livechat import events
from livechat.models import Agent, AssistanceRequest, Chat, Message, RoutingDecision
from livechat.services.closing import cancel_chat
from livechat.services.drain import drain
from livechat.services.teamwork import ask_for_assistance
from tests.factories import ChatFactory, InvitationFactory

pytestmark = pytest.mark.django_db


def test_a_waiting_chat_is_over():
    chat = ChatFactory()

    cancel_chat(chat.pk)

    cancelled = Chat.objects.get(pk=chat.pk)
    assert (cancelled.status, cancelled.agent) == ("cancelled", None)
    assert cancelled.version == chat.version + 1
    assert cancelled.ended_at is not None


def test_nobody_is_looked_for_any_more():
    chat = ChatFactory(queue__auto_accept=True)
    drain([chat.queue_id])

    cancel_chat(chat.pk)

    assert not RoutingDecision.objects.get(chat=chat).is_open


def test_its_line_moves(published):
    chat = ChatFactory()

    cancel_chat(chat.pk)

    assert published[-1] == events.LineMoved(chat.queue_id)


def test_a_chat_that_an_agent_has_is_marked_and_stays_his():
    chat = ChatFactory(assigned=True)

    cancel_chat(chat.pk)

    left = Chat.objects.get(pk=chat.pk)
    assert (left.status, left.agent_id, left.ended_at) == ("assigned", chat.agent_id, None)
    assert left.left_at is not None
    assert left.version == chat.version + 1


def test_it_is_load_no_longer():
    chat = ChatFactory(assigned=True)

    cancel_chat(chat.pk)

    assert Agent.objects.get(pk=chat.agent_id).open_chats == 0


@pytest.mark.parametrize("traits", [{}, {"assigned": True}])
def test_the_conversation_says_so_as_a_code(traits):
    chat = ChatFactory(**traits)

    cancel_chat(chat.pk)

    line = Message.objects.filter(chat=chat).latest("seq")
    assert (line.kind, line.data) == ("event", {"code": "cancelled"})


@pytest.mark.parametrize("over", ["left", "ended", "cancelled"])
def test_cancelling_what_is_over_for_the_customer_changes_nothing(published, over):
    chat = ChatFactory(**{over: True})

    again = cancel_chat(chat.pk)

    assert (again.version, again.last_seq) == (chat.version, chat.last_seq)
    assert not published


def test_the_agent_of_a_chat_is_told(published):
    chat = ChatFactory(assigned=True)

    cancel_chat(chat.pk)

    assert [type(event) for event in published] == [events.MessagePosted, events.ChatChanged]
    assert published[1].chat.agent_id == chat.agent_id


def test_who_was_asked_in_is_asked_no_more_and_who_is_there_stays(published):
    chat = ChatFactory(assigned=True)
    asked = InvitationFactory(chat=chat)
    there = InvitationFactory(chat=chat, accepted=True)

    cancel_chat(chat.pk)

    left = Chat.objects.get(pk=chat.pk)
    asked.refresh_from_db()
    there.refresh_from_db()
    assert (asked.status, there.status) == ("over", "accepted")
    assert left.invitees == f"p{there.agent_id}"
    [changed] = [event for event in published if isinstance(event, events.ChatChanged)]
    assert changed.former == {asked.agent_id}


def test_the_call_for_help_is_over(published):
    chat = ChatFactory(assigned=True)
    ask_for_assistance(chat.pk, by=chat.agent_id)
    published.clear()

    cancel_chat(chat.pk)

    assert not AssistanceRequest.objects.open().exists()
    [changed] = [event for event in published if isinstance(event, events.AssistanceChanged)]
    assert (changed.chat, changed.asked) == (chat, False)
