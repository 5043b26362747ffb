"""A small desk at work in a time of its own: each of ACTIONS is one thing that somebody does."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock

from django.db import connection
from django.test import TestCase
from django.utils import timezone

from knowledge.exceptions import ArticleError
from livechat import clock as clocks
from livechat import policy
from livechat.exceptions import ChatError
from livechat.models import (
    Agent,
    Chat,
    Draft,
    Invitation,
    Lease,
    Sender,
)
from livechat.models.chats import LIVE
from livechat.services import (
    articles,
    assignment,
    closing,
    conversation,
    intake,
    presence,
    teamwork,
    ticketing,
)
from livechat.services.drain import drain
from tests.factories import (
    AgentFactory,
    ArticleFactory,
    CompanyFactory,
    CustomerFactory,
    QueueFactory,
    seeded_statuses,
)
from tests.livechat.desk_settings import (
    change_agent,
    change_hours,
    change_queue,
    change_settings,
)
from tickets.exceptions import TicketError
from tickets.models import ChatOutcome, Kind, Ticket
from tickets.models import Status as TicketStatus
from tickets.services.lifecycle import cancel_ticket, resolve_ticket, save_ticket

Pick = Callable[[Sequence[Any]], Any]
Status = Chat.Status
REACTION = timedelta(milliseconds=1)
#: After every moment at which these tests may run: what a row was born with is past.
MORNING = datetime(2090, 6, 1, 8, tzinfo=UTC)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction inside a test's, in which durable ones are let through; nothing is kept."""
    atomics = TestCase._enter_atomics()
    try:
        yield
    finally:
        TestCase._rollback_atomics(atomics)


class Desk:
    """Two queues, four agents, a dozen customers, and the time of day, which `wait` moves."""

    def __init__(self) -> None:
        self.now = MORNING
        self.heard = True
        self.done: Counter[str] = Counter()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Its own time; and of equals the older agent, as ids are made by chance."""
        older_first = mock.patch.object(policy, "_lot", lambda chat, agent: agent.to_bytes(8))
        with mock.patch.object(timezone, "now", self.read_clock), older_first:
            self._open()
            yield

    def read_clock(self) -> datetime:
        """Nothing happens at the same moment as something else."""
        self.now += REACTION
        return self.now

    def _open(self) -> None:
        seeded_statuses()
        company = CompanyFactory()
        first = QueueFactory(company=company, is_default=True, auto_accept=True, capacity=1)
        second = QueueFactory(company=company, priority_seconds=90)
        both = [first, second]
        people = [
            AgentFactory(queues=both, online=True),
            AgentFactory(queues=[first], online=True, available=False),
            AgentFactory(queues=both),
            AgentFactory(queues=[second], online=True),
        ]
        self.agents = [agent.pk for agent in people]
        self.queues = [queue.pk for queue in both]
        customers = [CustomerFactory(company=company, vip=number % 4 == 1) for number in range(12)]
        self.customers = [customer.pk for customer in customers]
        self.articles = [ArticleFactory(), ArticleFactory(companies=[CompanyFactory()])]
        self.started = 0
        self.pages = {agent.pk: agent.online for agent in people}

    def do(self, name: str, pick: Pick, *, heard: bool) -> None:
        """One action. Not `heard`: the process ends after its commit, and tells nobody."""
        self.heard = heard
        try:
            self.act(lambda: ACTIONS[name](self, pick))
        except (ChatError, ArticleError, TicketError):
            name = f"{name} refused"
        self.done[name] += 1

    def act(self, work: Callable[[], object]) -> None:
        start = len(connection.run_on_commit)
        try:
            work()
            while self.heard and len(connection.run_on_commit) > start:
                _ids, callback, _robust = connection.run_on_commit.pop(start)
                callback()
        finally:
            del connection.run_on_commit[start:]

    def tick(self) -> None:
        for line in clocks.DEADLINES:
            self.act(line)

    def chats(self, *statuses: str) -> list[int]:
        chosen = Chat.objects.filter(status__in=statuses).order_by("pk")
        return list(chosen.values_list("pk", flat=True))

    def beat(self) -> None:
        """Open pages keep their leases."""
        open_pages = [agent for agent, is_open in self.pages.items() if is_open]
        leases = Lease.objects.filter(agent__in=open_pages)
        presence.renew_leases(list(leases.values_list("page", flat=True)))


def arrive(desk: Desk, pick: Pick) -> None:
    desk.started += 1
    busy = set(Chat.objects.filter(LIVE).values_list("customer", flat=True))
    free = [customer for customer in desk.customers if customer not in busy]
    intake.start_chat(
        pick([*free, desk.customers[0]]), client_id=f"chat-{desk.started:06}", question="Why?"
    )


def chat_of(desk: Desk, pick: Pick, *statuses: str) -> Chat:
    """One of these, made if there is none; now and then one that is not."""
    found = desk.chats(*statuses)
    if not found:
        making = {Status.QUEUED: arrive, Status.ASSIGNED: accept}
        making.get(statuses[0], transfer_to_agent)(desk, pick)
        found = desk.chats(*statuses)
    if not found or pick([False] * 9 + [True]):
        found = desk.chats(*Status.values)[-9:]
    return Chat.objects.get(pk=pick(found))


def owner_or_another(desk: Desk, pick: Pick, chat: Chat) -> int:
    owner = chat.agent_id or chat.transferred_to_id
    return pick([*[owner] * 8, *desk.agents] if owner else desk.agents)


def accept(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.QUEUED, Status.TRANSFERRED)
    by = chat.transferred_to_id or pick(desk.agents)
    assignment.accept_chat(chat.pk, by=pick([by, by, by, pick(desk.agents)]))


def transfer_to_agent(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.ASSIGNED)
    by = owner_or_another(desk, pick, chat)
    ready = Agent.objects.ready_in(chat.queue_id, desk.now).exclude(pk=by).order_by("pk")
    to = pick([*ready.values_list("pk", flat=True)] * 9 + desk.agents)
    assignment.transfer_to_agent(chat.pk, by=by, to=to, remark=pick(["", "Be patient."]))


def transfer_to_queue(desk: Desk, pick: Pick) -> None:
    """To its own: a release."""
    chat = chat_of(desk, pick, Status.ASSIGNED)
    by = owner_or_another(desk, pick, chat)
    assignment.transfer_to_queue(chat.pk, by=by, to=pick(desk.queues))


def decline(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.TRANSFERRED)
    assignment.decline_transfer(chat.pk, by=owner_or_another(desk, pick, chat))


def make_ticket(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.ASSIGNED)
    by, kind = owner_or_another(desk, pick, chat), pick(list(Kind))
    ticketing.open_ticket_for(chat.pk, by=by, kind=kind)


def outcome_of(chat: Chat, pick: Pick, when: str) -> int | None:
    """One that goes with its ticket, now and then with another kind's; or none."""
    kind = chat.ticket.kind if chat.ticket else Kind.INCIDENT
    fitting = ChatOutcome.objects.choices_for(pick([*[kind] * 9, *Kind]), when)
    return pick([None, *fitting.values_list("pk", flat=True)])


def end(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.ASSIGNED)
    by, chosen = owner_or_another(desk, pick, chat), outcome_of(chat, pick, "ended")
    closing.end_chat(chat.pk, by=by, outcome=chosen if chat.ticket else None)


def abandon(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.ASSIGNED)
    by, chosen = owner_or_another(desk, pick, chat), outcome_of(chat, pick, "abandoned")
    closing.abandon_chat(chat.pk, by=by, outcome=chosen)


def work_on_ticket(desk: Desk, pick: Pick) -> None:
    """From the ticket's own page: settled, or another status, whatever its chat is doing."""
    tickets = list(Ticket.objects.order_by("-pk")[:4])
    if not tickets:
        return
    ticket = pick(tickets)
    if pick([True, False]):
        usual = ChatOutcome.objects.usual(ticket.kind, "ended")
        pick([partial(resolve_ticket, outcome=usual.pk), cancel_ticket])(ticket.pk)
        return
    status = pick(list(TicketStatus.objects.of(ticket.kind)))
    by = Agent.objects.select_related("user").get(pk=pick(desk.agents)).user
    values, reason = {"urgency": pick([None, 1, 3])}, status.reasons.first()
    version, stale = ticket.version, pick([0, 0, 0, 1])
    save_ticket(
        ticket.pk, by=by, version=version - stale, values=values, status=status, reason=reason
    )


def cancel(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.QUEUED, Status.TRANSFERRED, Status.ASSIGNED)
    closing.cancel_chat(chat.pk)


def post(desk: Desk, pick: Pick) -> None:
    """A line of its customer, or of somebody who may have it; judged by the rows as they are."""
    chat = chat_of(desk, pick, Status.ASSIGNED)
    by = owner_or_another(desk, pick, chat)
    sender = pick([Sender("c", chat.customer_id, "Ann"), Sender("a", by, "Noor")])
    kind = pick(["reply", "note"])
    line = Draft(chat.public_id, sender, f"line-{desk.now.timestamp()}", kind, "Hello")
    conversation.post_messages([line])


def use_article(desk: Desk, pick: Pick) -> None:
    """Shared or pinned by somebody who may have the chat, or looked at by its customer."""
    chat, article = chat_of(desk, pick, Status.ASSIGNED), pick(desk.articles)
    by = owner_or_another(desk, pick, chat)
    line = {"sender": Sender("a", by, "Noor"), "client_id": f"card-{desk.now.timestamp()}"}
    user = Agent.objects.select_related("user").get(pk=by).user
    pick(
        [
            partial(articles.share_article, article, chat=chat.public_id, by=user, **line),
            partial(articles.pin_article, chat.pk, article=article, by=by),
            partial(articles.unpin_article, chat.pk, article=article, by=by),
            partial(articles.open_article, chat.pk, article=article.pk),
        ]
    )()


def invite(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.ASSIGNED)
    by, role = owner_or_another(desk, pick, chat), pick(["participant", "monitor"])
    teamwork.invite_agent(chat.pk, by=by, agent=pick(desk.agents), role=role)


def answer(desk: Desk, pick: Pick) -> None:
    """An invitation; or who has made it takes it back."""
    invitations = list(Invitation.objects.order_by("-pk")[:4])
    if invitations:
        asked = pick(invitations)
        if pick([True, True, False]):
            teamwork.answer_invitation(asked.pk, by=asked.agent_id, accept=pick([True, False]))
        else:
            teamwork.withdraw_invitation(asked.pk, by=asked.invited_by_id)


def leave(desk: Desk, pick: Pick) -> None:
    there = list(Invitation.objects.accepted().order_by("-pk"))
    if there:
        asked = pick(there)
        teamwork.leave_chat(asked.chat_id, by=asked.agent_id)


def want_help(desk: Desk, pick: Pick) -> None:
    chat = chat_of(desk, pick, Status.ASSIGNED)
    by = owner_or_another(desk, pick, chat)
    pick([teamwork.ask_for_assistance, teamwork.withdraw_assistance])(chat.pk, by=by)


def become_available(desk: Desk, pick: Pick) -> None:
    capacity = pick([None, 1, 2, 4, 9])
    presence.set_availability(pick(desk.agents), available=True, capacity=capacity)


def become_unavailable(desk: Desk, pick: Pick) -> None:
    presence.set_availability(pick(desk.agents), available=False)


def close_page(desk: Desk, pick: Pick) -> None:
    agent = pick(desk.agents)
    desk.pages[agent] = False
    for page in Lease.objects.filter(agent=agent).values_list("page", flat=True):
        presence.close_lease(page)


def open_page(desk: Desk, pick: Pick) -> None:
    agent = pick(desk.agents)
    desk.pages[agent] = True
    presence.open_leases([agent])


def note_reach(desk: Desk, pick: Pick) -> None:
    """A socket or a clock that looks on its own."""
    clocks.note_reach()


def drain_all(desk: Desk, pick: Pick) -> None:
    drain(desk.queues)


def wait(desk: Desk, pick: Pick) -> None:
    desk.now += timedelta(seconds=pick([1, 2, 5, 11, 31, 70]))
    desk.beat()


def tick(desk: Desk, pick: Pick) -> None:
    desk.tick()


ACTIONS: dict[str, Callable[[Desk, Pick], None]] = {
    action.__name__: action
    for action in (
        arrive, accept, transfer_to_agent, transfer_to_queue, decline, make_ticket, work_on_ticket,
        end, abandon, cancel, post, use_article, invite, answer, leave, want_help, change_hours,
        become_available, become_unavailable, close_page, open_page, note_reach, change_queue,
        change_settings, change_agent, drain_all, wait, tick,
    )
}  # fmt: skip
