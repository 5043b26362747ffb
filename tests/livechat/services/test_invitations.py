"""Who is asked into a chat, who comes, who leaves, and what is told of it."""

import pytest

from livechat import events
from livechat.exceptions import (
    ChatEndedError,
    InvitationClosedError,
    NotInvitableError,
    NotYoursError,
    TooManyInvitedError,
)
from livechat.models import Agent, Chat, Invitation, Message
from livechat.models.drafts import invitees_of
from livechat.services.assignment import accept_chat, transfer_to_queue
from livechat.services.closing import cancel_chat, end_chat
from livechat.services.teamwork import (
    MOST_INVITED,
    answer_invitation,
    invite_agent,
    leave_chat,
    withdraw_invitation,
)
from tests.factories import AgentFactory, ChatFactory, QueueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    return ChatFactory(assigned=True)


@pytest.fixture
def colleague(chat):
    return AgentFactory(queues=[chat.queue], online=True)


def now_of(chat):
    return Chat.objects.get(pk=chat.pk)


def invite(chat, agent, role="participant"):
    return invite_agent(chat.pk, by=chat.agent_id, agent=agent.pk, role=role)


def joined(chat, agent, role="participant"):
    return answer_invitation(invite(chat, agent, role).pk, by=agent.pk, accept=True)


def status_of(invitation):
    return Invitation.objects.get(pk=invitation.pk).status


def said(chat):
    lines = Message.objects.filter(chat=chat).order_by("seq")
    return [(line.data.get("code") or line.body, line.data.get("agent")) for line in lines][2:]


def test_an_invitation_waits_for_an_answer_and_nobody_speaks_of_it(chat, colleague):
    asked = invite(chat, colleague)

    assert (asked.status, asked.invited_by, asked.role) == ("pending", chat.agent, "participant")
    after = now_of(chat)
    assert invitees_of(after.invitees) == {colleague.pk: "i"}
    assert (after.version, said(chat)) == (chat.version + 1, [])


@pytest.mark.parametrize("over", ["declined", "withdrawn"])
def test_who_was_asked_hears_what_is_said_until_it_is_declined_or_withdrawn(chat, colleague, over):
    asked = invite(chat, colleague)
    topic = events.agent_topic(colleague.pk)
    assert topic in events.Mark.of(now_of(chat)).staff_topics()

    if over == "declined":
        answer_invitation(asked.pk, by=colleague.pk, accept=False)
    else:
        withdraw_invitation(asked.pk, by=chat.agent_id)

    after = now_of(chat)
    assert topic not in events.Mark.of(after).staff_topics()
    assert (after.invitees, after.version, said(chat)) == ("", chat.version + 2, [])


@pytest.mark.parametrize(
    ("role", "kept", "told"), [("participant", "p", [("joined", True)]), ("monitor", "m", [])]
)
def test_who_accepts_is_in_and_who_only_reads_is_not_announced(chat, colleague, role, kept, told):
    joined(chat, colleague, role)

    after = now_of(chat)
    assert invitees_of(after.invitees) == {colleague.pk: kept}
    assert after.version == chat.version + 2
    assert said(chat) == [(code, colleague.display_name) for code, _ in told]


def test_being_in_a_chat_is_no_load(chat, colleague):
    joined(chat, colleague)

    assert Agent.objects.get(pk=colleague.pk).open_chats == 0


def test_who_declines_stays_outside_and_may_be_asked_again(chat, colleague):
    first = invite(chat, colleague)
    answer_invitation(first.pk, by=colleague.pk, accept=False)

    again = invite(chat, colleague, "monitor")

    assert (status_of(first), again.status, now_of(chat).invitees) == (
        "declined",
        "pending",
        f"i{colleague.pk}",
    )


@pytest.mark.parametrize("accept", [True, False])
def test_an_answer_given_again_changes_nothing(chat, colleague, accept):
    asked = invite(chat, colleague)
    for _ in range(2):
        answer_invitation(asked.pk, by=colleague.pk, accept=accept)

    assert now_of(chat).version == chat.version + 2
    with pytest.raises(InvitationClosedError):
        answer_invitation(asked.pk, by=colleague.pk, accept=not accept)


def test_only_who_was_asked_answers(chat, colleague):
    asked = invite(chat, colleague)

    for other in (chat.agent, AgentFactory(queues=[chat.queue], online=True)):
        with pytest.raises(NotYoursError):
            answer_invitation(asked.pk, by=other.pk, accept=True)


def test_the_same_again_is_the_same_invitation_and_another_role_is_refused(chat, colleague):
    first = invite(chat, colleague)

    assert invite(chat, colleague) == first
    with pytest.raises(InvitationClosedError):
        invite(chat, colleague, "monitor")


def test_only_its_owner_invites_and_withdraws(chat, colleague):
    asked = joined(chat, colleague)
    third = AgentFactory(queues=[chat.queue], online=True)

    with pytest.raises(NotYoursError):
        invite_agent(chat.pk, by=colleague.pk, agent=third.pk, role="monitor")
    with pytest.raises(NotYoursError):
        withdraw_invitation(asked.pk, by=colleague.pk)


def test_nobody_is_asked_who_is_not_there_or_not_of_the_queue(chat):
    away = AgentFactory(queues=[chat.queue])
    elsewhere = AgentFactory(queues=[QueueFactory()], online=True)

    for agent in (away, elsewhere, chat.agent):
        with pytest.raises(NotInvitableError):
            invite(chat, agent)


def test_who_takes_no_chats_himself_may_be_asked(chat):
    assert invite(chat, AgentFactory(queues=[chat.queue], online=True, available=False))


def test_no_more_are_asked_than_a_chat_remembers(chat):
    for _ in range(MOST_INVITED):
        joined(chat, AgentFactory(queues=[chat.queue], online=True))

    with pytest.raises(TooManyInvitedError):
        invite(chat, AgentFactory(queues=[chat.queue], online=True))

    assert len(invitees_of(now_of(chat).invitees)) == MOST_INVITED


def test_what_its_customer_has_left_nobody_is_asked_into(chat, colleague):
    asked = invite(chat, colleague)
    cancel_chat(chat.pk)

    with pytest.raises(ChatEndedError):
        invite(chat, AgentFactory(queues=[chat.queue], online=True))
    with pytest.raises(ChatEndedError):
        answer_invitation(asked.pk, by=colleague.pk, accept=True)
    assert status_of(asked) == "over"


def test_a_withdrawn_invitation_cannot_be_accepted(chat, colleague):
    asked = invite(chat, colleague)
    for _ in range(2):
        withdraw_invitation(asked.pk, by=chat.agent_id)

    with pytest.raises(InvitationClosedError):
        answer_invitation(asked.pk, by=colleague.pk, accept=True)
    assert status_of(asked) == "withdrawn"


def test_who_has_answered_is_not_sent_away(chat, colleague):
    asked = joined(chat, colleague)

    with pytest.raises(InvitationClosedError):
        withdraw_invitation(asked.pk, by=chat.agent_id)


def test_whoever_was_asked_in_may_leave_once(chat, colleague):
    asked = joined(chat, colleague)
    for _ in range(2):
        leave_chat(chat.pk, by=colleague.pk)

    name = colleague.display_name
    assert (status_of(asked), now_of(chat).invitees) == ("left", "")
    assert said(chat) == [("joined", name), ("left", name)]


def test_a_monitor_leaves_without_a_word(chat, colleague):
    joined(chat, colleague, "monitor")
    leave_chat(chat.pk, by=colleague.pk)

    assert (now_of(chat).invitees, said(chat)) == ("", [])


def test_who_is_not_in_it_cannot_leave(chat, colleague):
    invite(chat, colleague)

    for agent in (colleague, chat.agent):
        with pytest.raises(NotYoursError):
            leave_chat(chat.pk, by=agent.pk)


def test_others_stay_when_the_chat_changes_hands(chat, colleague):
    joined(chat, colleague)
    transfer_to_queue(chat.pk, by=chat.agent_id, to=chat.queue_id)
    accept_chat(chat.pk, by=AgentFactory(queues=[chat.queue], online=True).pk)

    assert invitees_of(now_of(chat).invitees) == {colleague.pk: "p"}


def test_who_takes_the_chat_over_is_no_invitee_any_more(chat, colleague):
    asked = joined(chat, colleague)
    transfer_to_queue(chat.pk, by=chat.agent_id, to=chat.queue_id)
    accept_chat(chat.pk, by=colleague.pk)

    after = now_of(chat)
    assert (after.agent, after.invitees, status_of(asked)) == (colleague, "", "left")


def test_with_the_chat_every_invitation_is_over(chat, colleague):
    other = AgentFactory(queues=[chat.queue], online=True)
    asked = [joined(chat, colleague), invite(chat, other)]
    end_chat(chat.pk, by=chat.agent_id)

    assert [status_of(one) for one in asked] == ["over", "over"]
    assert now_of(chat).invitees == ""
    assert not Chat.objects.visible_to(colleague.user).filter(pk=chat.pk).exists()
    with pytest.raises(ChatEndedError):
        leave_chat(chat.pk, by=colleague.pk)


def test_everybody_concerned_hears_of_it_and_the_end_too(chat, colleague, published):
    joined(chat, colleague)
    end_chat(chat.pk, by=chat.agent_id)

    invitations = [news for news in published if isinstance(news, events.InvitationChanged)]
    steps = [news for news in published if isinstance(news, events.ChatChanged)]
    assert [news.invitation.status for news in invitations[-1:]] == ["accepted"]
    topics = {topic for delivery in steps[-1].deliveries() for topic in delivery.topics}
    assert events.agent_topic(colleague.pk) in topics
