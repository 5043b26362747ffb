"""accept_chat: one agent has it, under a new epoch; who comes late is told who won."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from livechat import events
from livechat.exceptions import AlreadyAcceptedError, ChatEndedError
from livechat.models import Agent, Chat, Message
from livechat.protocol import Code
from livechat.services.assignment import accept_chat
from tests.factories import AgentFactory, ChatFactory

pytestmark = pytest.mark.django_db


def test_the_agent_has_the_chat_under_a_new_epoch():
    agent, waiting = AgentFactory(), ChatFactory()

    accept_chat(waiting.pk, by=agent.pk)

    chat = Chat.objects.get(pk=waiting.pk)
    assert (chat.status, chat.agent, chat.owner_epoch) == ("assigned", agent, 1)
    assert chat.version == waiting.version + 1
    assert chat.accepted_at is not None


def test_the_screen_name_is_copied_and_a_later_change_changes_nothing():
    agent, waiting = AgentFactory(screen_name="Noor H."), ChatFactory()

    accept_chat(waiting.pk, by=agent.pk)
    Agent.objects.filter(pk=agent.pk).update(screen_name="Somebody else")

    assert Chat.objects.get(pk=waiting.pk).agent_name == "Noor H."


def test_without_a_screen_name_it_is_the_persons_own():
    agent = AgentFactory(screen_name="")

    chat = accept_chat(ChatFactory().pk, by=agent.pk)

    assert chat.agent_name == agent.user.name


def test_one_more_chat_is_counted():
    agent = AgentFactory()

    accept_chat(ChatFactory().pk, by=agent.pk)
    chat = accept_chat(ChatFactory().pk, by=agent.pk)

    agent.refresh_from_db()
    assert (agent.open_chats, agent.last_assigned_at) == (2, chat.accepted_at)


def test_the_conversation_says_who_accepted_as_a_code():
    chat = accept_chat(ChatFactory().pk, by=AgentFactory(screen_name="Noor H.").pk)

    line = Message.objects.get(chat=chat, seq=2)
    assert (line.kind, line.sender, line.body) == ("event", "s", "")
    assert line.data == {"code": "accepted", "agent": "Noor H."}


def test_accepting_does_not_answer_the_customer():
    chat = accept_chat(ChatFactory().pk, by=AgentFactory().pk)

    assert Chat.objects.get(pk=chat.pk).unanswered_since is not None


def test_accepting_once_more_changes_nothing(published):
    chat = ChatFactory(assigned=True)

    again = accept_chat(chat.pk, by=chat.agent_id)

    assert (again.version, again.owner_epoch) == (chat.version, chat.owner_epoch)
    assert Agent.objects.get(pk=chat.agent_id).open_chats == 1
    assert not published


def test_a_loser_is_told_who_was_faster():
    chat, loser = ChatFactory(assigned=True), AgentFactory()

    with pytest.raises(AlreadyAcceptedError) as refused:
        accept_chat(chat.pk, by=loser.pk)

    assert (refused.value.code, refused.value.by) == (Code.ALREADY_ACCEPTED, chat.agent_name)
    assert Chat.objects.get(pk=chat.pk).agent_id == chat.agent_id
    assert Agent.objects.get(pk=loser.pk).open_chats == 0


@pytest.mark.parametrize("over", ["ended", "cancelled"])
def test_a_chat_that_is_over_is_not_accepted(over):
    chat = ChatFactory(**{over: True})

    with pytest.raises(ChatEndedError):
        accept_chat(chat.pk, by=AgentFactory().pk)

    assert Chat.objects.get(pk=chat.pk).status == over


def test_its_own_agent_does_not_accept_an_ended_chat_again():
    chat = ChatFactory(ended=True)

    with pytest.raises(ChatEndedError):
        accept_chat(chat.pk, by=chat.agent_id)


def test_the_chat_its_line_and_its_message_are_announced(published):
    chat = accept_chat(ChatFactory().pk, by=AgentFactory().pk)

    posted, changed, moved = published
    assert isinstance(changed, events.ChatChanged)
    assert [line.data["code"] for line in posted.lines] == ["accepted"]
    assert moved == events.LineMoved(chat.queue_id)


def test_a_day_is_the_same_day_for_agents_of_all_zones():
    agent = AgentFactory()
    for zone in ("Pacific/Auckland", "Pacific/Honolulu", "UTC"):
        chat = ChatFactory()
        with timezone.override(ZoneInfo(zone)):
            accept_chat(chat.pk, by=agent.pk)

    assert Agent.objects.get(pk=agent.pk).assigned_today == 3
