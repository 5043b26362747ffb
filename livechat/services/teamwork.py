"""Who else is in a chat, and who asks for help in it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from livechat import events
from livechat.exceptions import (
    ChatEndedError,
    InvitationClosedError,
    NotInvitableError,
    NotYoursError,
    TooManyInvitedError,
)
from livechat.models import Agent, AssistanceRequest, Chat, Draft, Invitation
from livechat.models.drafts import INVITED, MONITOR, PARTICIPANT, invitees_of, invitees_text
from livechat.services.ownership import clear_assistance_of, say, tell_assistance
from tickets.models import User

#: As many as `Chat.invitees` has room for.
MOST_INVITED = 10
Role, Status = Invitation.Role, Invitation.Status
LETTERS = {Role.PARTICIPANT: PARTICIPANT, Role.MONITOR: MONITOR}


@transaction.atomic
def invite_agent(chat_id: int, *, by: int, agent: int, role: str) -> Invitation:
    """Ask an agent of the queue, who is there, into the chat of agent `by`.

    The same again is the same invitation. Raises NotInvitableError, TooManyInvitedError, and
    InvitationClosedError when he is in the chat, or asked, as something else.
    """
    chat = Chat.objects.locked(chat_id)
    inviter = _in_charge(chat, by)
    before = {asked.agent_id: asked for asked in Invitation.objects.open().filter(chat=chat)}
    if agent in before:
        return _same(before[agent], role)
    if len(before) >= MOST_INVITED:
        raise TooManyInvitedError(MOST_INVITED)
    reachable = Agent.objects.reachable_in(chat.queue_id, timezone.now()).exclude(pk=by)
    invited = reachable.select_related("user").filter(pk=agent).first()
    if invited is None:
        raise NotInvitableError
    asked = Invitation.objects.create(
        chat=chat, agent=invited, invited_by=inviter, role=Role(role), invited_at=timezone.now()
    )
    _step(chat, agent, INVITED)
    events.publish_all([events.InvitationChanged(asked)])
    return asked


def _same(before: Invitation, role: str) -> Invitation:
    if before.role != role:
        raise InvitationClosedError
    return before


@transaction.atomic
def answer_invitation(invitation_id: int, *, by: int, accept: bool) -> Invitation:
    """Agent `by` comes into the chat he was asked into, or does not. Again changes nothing."""
    chat, asked = _locked(invitation_id)
    if asked.agent_id != by:
        raise NotYoursError
    answer = Status.ACCEPTED if accept else Status.DECLINED
    if asked.status == answer:
        return asked
    if not chat.is_live or (accept and chat.left_at):
        raise ChatEndedError
    _settle(asked, answer)
    if accept:
        _step(chat, by, LETTERS[Role(asked.role)], *_said("joined", asked))
    else:
        _step(chat, by, "")
    events.publish_all([events.InvitationChanged(asked)])
    return asked


@transaction.atomic
def withdraw_invitation(invitation_id: int, *, by: int) -> Invitation:
    """The chat's agent no longer asks somebody who has not answered. Again changes nothing."""
    chat, asked = _locked(invitation_id)
    chat.require_owner(by)
    if asked.status != Status.WITHDRAWN:
        _settle(asked, Status.WITHDRAWN)
        _step(chat, asked.agent_id, "")
        events.publish_all([events.InvitationChanged(asked)])
    return asked


@transaction.atomic
def leave_chat(chat_id: int, *, by: int) -> Chat:
    """Agent `by` leaves the chat he was asked into. Again changes nothing."""
    chat = Chat.objects.locked(chat_id)
    found = Invitation.objects.with_pages_data().filter(chat=chat, agent=by)
    asked = found.order_by("-pk").first()
    if asked and asked.status == Status.LEFT:
        return chat
    if not chat.is_live:
        raise ChatEndedError
    if asked is None or asked.status != Status.ACCEPTED:
        raise NotYoursError
    asked.chat, asked.status, asked.left_at = chat, Status.LEFT, timezone.now()
    asked.save(update_fields=["status", "left_at"])
    _step(chat, by, "", *_said("left", asked))
    events.publish_all([events.InvitationChanged(asked)])
    return chat


@transaction.atomic
def ask_for_assistance(chat_id: int, *, by: int) -> AssistanceRequest:
    """The chat's agent wants a supervisor's help. Again is the same request."""
    chat = Chat.objects.locked(chat_id)
    asker = _in_charge(chat, by)
    before = AssistanceRequest.objects.open().filter(chat=chat).first()
    if before:
        return before
    asked = AssistanceRequest.objects.create(chat=chat, asked_by=asker, asked_at=timezone.now())
    tell_assistance(chat, asked=True)
    return asked


@transaction.atomic
def withdraw_assistance(chat_id: int, *, by: int) -> Chat:
    """The chat's agent can go on alone. Again changes nothing."""
    chat = Chat.objects.locked(chat_id)
    chat.require_owner(by)
    assert chat.agent is not None  # chat_agent_matches_status
    clear_assistance_of(chat, by=chat.agent.user_id)
    return chat


@transaction.atomic
def clear_assistance(chat_id: int, *, by: User) -> Chat:
    """A supervisor of its company has seen to it. Again changes nothing."""
    chat = Chat.objects.locked(chat_id)
    if not Chat.objects.supervised_by(by).filter(pk=chat.pk).exists():
        raise NotYoursError
    clear_assistance_of(chat, by=by.pk)
    return chat


def _in_charge(chat: Chat, by: int) -> Agent:
    chat.require_owner(by)
    if chat.left_at:
        raise ChatEndedError
    assert chat.agent is not None  # chat_agent_matches_status
    return chat.agent


def _locked(invitation_id: int) -> tuple[Chat, Invitation]:
    """The chat first; the invitation as it is then."""
    chat = Chat.objects.locked(
        Invitation.objects.values_list("chat", flat=True).get(pk=invitation_id)
    )
    asked = Invitation.objects.with_pages_data().get(pk=invitation_id)
    asked.chat = chat
    return chat, asked


def _settle(asked: Invitation, answer: Invitation.Status) -> None:
    if asked.status != Status.PENDING:
        raise InvitationClosedError
    asked.status, asked.answered_at = answer, timezone.now()
    asked.save(update_fields=["status", "answered_at"])


def _said(code: str, asked: Invitation) -> list[Draft]:
    """Who only reads comes and goes without a word."""
    if asked.role != Role.PARTICIPANT:
        return []
    return [Draft.event(asked.chat, code, agent=asked.agent.display_name, role=asked.role)]


def _step(chat: Chat, agent: int, letter: str, *said: Draft) -> None:
    """This agent stands otherwise to the chat; without a letter he has nothing to do with it."""
    rest = {pk: role for pk, role in invitees_of(chat.invitees).items() if pk != agent}
    chat.invitees = invitees_text({**rest, agent: letter} if letter else rest)
    chat.version += 1
    chat.updated_at = timezone.now()
    chat.save(update_fields=["invitees", "version", "updated_at"])
    say(chat, *said, former=[agent])
