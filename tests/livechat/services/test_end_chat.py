"""end_chat: its agent closes it, and has a place free again."""

import pytest

from livechat import events
from livechat.exceptions import ChatEndedError, NotYoursError
from livechat.models import Agent, Chat, Message
from livechat.services.closing import end_chat
from tests.factories import AgentFactory, ChatFactory

pytestmark = pytest.mark.django_db


def test_the_chat_is_over_and_keeps_its_agent():
    chat = ChatFactory(assigned=True)

    end_chat(chat.pk, by=chat.agent_id)

    ended = Chat.objects.get(pk=chat.pk)
    assert (ended.status, ended.agent_id) == ("ended", chat.agent_id)
    assert (ended.version, ended.owner_epoch) == (chat.version + 1, chat.owner_epoch)
    assert ended.ended_at is not None


def test_the_agent_has_a_place_free_again():
    agent = AgentFactory()
    first, _second = ChatFactory.create_batch(2, assigned=True, agent=agent)

    end_chat(first.pk, by=agent.pk)

    assert Agent.objects.get(pk=agent.pk).open_chats == 1


def test_the_conversation_says_who_ended_it_as_a_code():
    chat = ChatFactory(assigned=True)

    end_chat(chat.pk, by=chat.agent_id)

    line = Message.objects.filter(chat=chat).latest("seq")
    assert (line.kind, line.data) == ("event", {"code": "ended", "agent": chat.agent_name})


def test_ending_once_more_changes_nothing(published):
    chat = ChatFactory(ended=True)

    again = end_chat(chat.pk, by=chat.agent_id)

    assert (again.version, again.last_seq) == (chat.version, chat.last_seq)
    assert not published


def test_another_agents_chat_is_not_ended():
    chat = ChatFactory(assigned=True)

    with pytest.raises(NotYoursError):
        end_chat(chat.pk, by=AgentFactory().pk)

    assert Chat.objects.get(pk=chat.pk).status == "assigned"
    assert Agent.objects.get(pk=chat.agent_id).open_chats == 1


def test_a_waiting_chat_is_not_ended():
    with pytest.raises(NotYoursError):
        end_chat(ChatFactory().pk, by=AgentFactory().pk)


@pytest.mark.parametrize("over", ["ended", "cancelled"])
def test_what_is_over_is_not_ended_by_others(over):
    with pytest.raises(ChatEndedError):
        end_chat(ChatFactory(**{over: True}).pk, by=AgentFactory().pk)


def test_a_chat_whose_customer_left_gives_no_place_back_twice():
    agent = AgentFactory()
    ChatFactory(assigned=True, agent=agent)
    left = ChatFactory(left=True, agent=agent)

    end_chat(left.pk, by=agent.pk)

    assert Chat.objects.get(pk=left.pk).status == "ended"
    assert Agent.objects.get(pk=agent.pk).open_chats == 1


def test_the_message_and_the_chat_are_announced_and_no_line_moves(published):
    chat = ChatFactory(assigned=True)

    end_chat(chat.pk, by=chat.agent_id)

    assert [type(event) for event in published] == [events.MessagePosted, events.ChatChanged]
    assert published[1].chat.status == "ended"
