"""The last step of every way to an agent, and the first of every way from him."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from livechat import events
from livechat.exceptions import BadTextError
from livechat.models import (
    Agent,
    AssistanceRequest,
    Chat,
    ChatSettings,
    Draft,
    Invitation,
    Message,
    RoutingDecision,
    Sender,
    WaitPromise,
)
from livechat.models.drafts import INVITED, NOTE, invitees_of, invitees_text
from livechat.policy import Verdict
from livechat.protocol import DETAILS, text_problem
from livechat.services.planning import plan

#: What changes when a chat changes hands.
STEP = (
    "status", "version", "updated_at", "next_action", "next_action_at", "agent", "agent_name",
    "accepted_at", "owner_epoch", "queue", "rank_time", "transferred_to", "transferred_by",
    "let_go_by", "let_go_at", "invitees", "target_told", "target_at",
)  # fmt: skip
How = RoutingDecision.How


@transaction.atomic(savepoint=False)
def give(
    chat: Chat,
    *,
    agent: Agent,
    how: str,
    now: datetime,
    verdicts: Sequence[Verdict] = (),
    selector: str = "",
    said: Sequence[Draft] = (),
    settings: ChatSettings | None = None,
) -> Chat:
    """The locked chat is this agent's, under a new epoch. His place is taken already.

    `settings`: if they have just been read.
    """
    line = chat.queue_id if chat.status == Chat.Status.QUEUED else None
    concerned = (chat.transferred_by_id, chat.transferred_to_id)
    chat.move_to(Chat.Status.ASSIGNED)
    chat.agent, chat.agent_name, chat.accepted_at = (
        agent,
        agent.display_name,
        max(now, chat.queued_at),
    )
    chat.transferred_to = chat.transferred_by = None
    chat.owner_epoch += 1
    _no_invitee_any_more(chat, agent, now)
    plan(chat, now, settings=settings)
    chat.save(update_fields=STEP)
    RoutingDecision.objects.settle(chat, agent, how, verdicts, now, selector=selector)
    WaitPromise.objects.settle(chat, chat.accepted_at)
    joined = Draft.event(chat, "accepted", agent=chat.agent_name)
    say(chat, *said, joined, former=concerned, line=line)
    return chat


def _no_invitee_any_more(chat: Chat, agent: Agent, now: datetime) -> None:
    """Who was in the chat and has it now is its agent, nothing else."""
    if agent.pk not in invitees_of(chat.invitees):
        return
    invited = Invitation.objects.open().filter(chat=chat, agent=agent)
    invited.update(status=Invitation.Status.LEFT, left_at=now)
    invitees = {pk: role for pk, role in invitees_of(chat.invitees).items() if pk != agent.pk}
    chat.invitees = invitees_text(invitees)


@transaction.atomic(savepoint=False)
def let_go(chat: Chat, *said: Draft, status: Chat.Status, to: Agent | None = None) -> Chat:
    """The locked chat leaves its agent, or the list it waited on: for its queue or another list."""
    now = timezone.now()
    former = chat.agent or chat.transferred_to
    concerned = (chat.agent_id, chat.transferred_to_id, chat.transferred_by_id)
    counted = chat.agent_in_charge
    chat.move_to(status)
    chat.transferred_to, chat.transferred_by = to, former if to else None
    chat.let_go_by, chat.let_go_at = former, now
    chat.agent, chat.agent_name, chat.accepted_at = None, "", None
    plan(chat, now)
    chat.save(update_fields=STEP)
    if counted:
        Agent.objects.release(counted)
    line = chat.queue_id if status == Chat.Status.QUEUED else None
    say(chat, *said, former=concerned, line=line)
    return chat


@transaction.atomic(savepoint=False)
def say(
    chat: Chat, *said: Draft, former: Iterable[int | None] = (), line: int | None = None
) -> None:
    """Add to the locked chat what happened, and tell it. `line`: a queue whose line has moved."""
    posted = Message.objects.append([chat], said) if said else []
    news: list[events.Event] = [
        events.MessagePosted(chat, posted),
        events.ChatChanged(chat, frozenset(agent for agent in former if agent)),
    ]
    if line:
        news.append(events.LineMoved(line))
    events.publish_all(news)


def note(chat: Chat, agent: Agent, text: str) -> Iterable[Draft]:
    """A side note of the chat's agent, if he wrote one. Raises BadTextError."""
    if text.strip():
        if code := text_problem(text):
            raise BadTextError(code, DETAILS[code])
        made = Draft.event(chat, "")
        sender = Sender("a", agent.pk, chat.agent_name or agent.display_name)
        yield Draft(chat.public_id, sender, made.client_id, NOTE, text)


def dismiss(chat: Chat) -> list[int]:
    """The locked chat is over for whoever was asked into it; saving is the caller's business."""
    invited = Invitation.objects.open().filter(chat=chat)
    agents = list(invited.values_list("agent", flat=True))
    if agents:
        invited.update(status=Invitation.Status.OVER, left_at=timezone.now())
    chat.invitees = ""
    clear_assistance_of(chat, by=None)
    return agents


def call_off(chat: Chat) -> list[int]:
    """Nobody is asked into the locked chat any more, nor for help; saving as in `dismiss`."""
    asked = Invitation.objects.pending().filter(chat=chat)
    agents = list(asked.values_list("agent", flat=True))
    if agents:
        asked.update(status=Invitation.Status.OVER, left_at=timezone.now())
    there = invitees_of(chat.invitees).items()
    chat.invitees = invitees_text({pk: letter for pk, letter in there if letter != INVITED})
    clear_assistance_of(chat, by=None)
    return agents


def clear_assistance_of(chat: Chat, *, by: int | None) -> None:
    """Nobody's help is wanted in the locked chat any more, if it was. `by`: a user, or nobody."""
    asked = AssistanceRequest.objects.open().filter(chat=chat)
    if asked.update(cleared_by=by, cleared_at=timezone.now()):
        tell_assistance(chat, asked=False)


def tell_assistance(chat: Chat, *, asked: bool) -> None:
    """For the chat's agent, and for the supervisors of its company who are agents."""
    events.publish_all([events.AssistanceChanged(chat, asked, supervisors_of(chat))])


def supervisors_of(chat: Chat) -> frozenset[int]:
    """Those of its company who are agents."""
    supervisors = Agent.objects.supervising(chat.customer.company_id)
    return frozenset(supervisors.values_list("pk", flat=True))
