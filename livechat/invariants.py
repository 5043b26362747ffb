"""What must hold of all rows, derived anew from the rows themselves: each line names one wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from knowledge.models import Citation
from livechat import policy
from livechat.models import (
    Agent,
    Chat,
    ChatArticle,
    ChatFile,
    ChatSettings,
    Invitation,
    Message,
    RoutingDecision,
    WaitPromise,
)
from livechat.models.agents import day_of
from livechat.models.chats import LIVE_STATUSES
from livechat.models.decisions import KEPT_DAYS
from livechat.models.drafts import INVITED, invitees_of
from livechat.models.targets import running
from livechat.targets import Step
from tickets.models import Activity, Stage, TicketFile

Status = Chat.Status
WITH_AGENT = (Status.ASSIGNED, Status.ENDED, Status.ABANDONED)
LIVE = Q(status__in=LIVE_STATUSES)
#: The ticket's activity that keeps what was said late.
LATE = "transcript"
#: Events that tell of the chat's ticket: the agent made it, or the customer left it.
TICKET_TOLD = ("ticket_linked", "ticket_left")
UNSETTLED = (Stage.OPEN, Stage.PENDING)
#: A step's message and its decision are a moment apart.
A_MOMENT = timedelta(minutes=1)

#: What one row of a chat says against itself.
CONTRADICTIONS: tuple[tuple[str, Q], ...] = (
    ("no agent has it", Q(status__in=WITH_AGENT, agent=None)),
    ("an agent has it", ~Q(status__in=WITH_AGENT) & Q(agent__isnull=False)),
    ("nobody knows since when", Q(status__in=WITH_AGENT, accepted_at=None)),
    ("it was accepted before it came", Q(accepted_at__lt=F("queued_at"))),
    ("it was over before it was accepted", Q(ended_at__lt=F("accepted_at"))),
    ("nothing is to happen next", LIVE & (Q(next_action="") | Q(next_action_at=None))),
    ("something is to happen next", ~LIVE & (~Q(next_action="") | Q(next_action_at__isnull=False))),
    ("it has an end", LIVE & Q(ended_at__isnull=False)),
    ("it has no end", ~LIVE & Q(ended_at=None)),
    (
        "it is transferred to nobody, or by nobody",
        Q(status=Status.TRANSFERRED) & (Q(transferred_to=None) | Q(transferred_by=None)),
    ),
    (
        "it still says to whom it was transferred, or by whom",
        ~Q(status=Status.TRANSFERRED)
        & (Q(transferred_to__isnull=False) | Q(transferred_by__isnull=False)),
    ),
    (
        "it waits in a retired queue",
        Q(status__in=(Status.QUEUED, Status.TRANSFERRED), queue__retired_at__isnull=False),
    ),
    ("its customer has left it", ~Q(status__in=WITH_AGENT) & Q(left_at__isnull=False)),
    (
        "a target of it runs",
        (~LIVE | Q(left_at__isnull=False)) & (Q(target_at__isnull=False) | ~Q(target_told=0)),
    ),
)


def wrongs(now: datetime) -> Iterator[str]:
    """Everything that is wrong, in words, with public ids. As many queries for any number of rows.

    Rows that are read one after the other have to be of one moment: that is the caller's business.
    """
    for check in CHECKS:
        yield from check(now)


def _contradictions(now: datetime) -> Iterator[str]:
    suspects = Chat.objects.filter(reduce(or_, (condition for _what, condition in CONTRADICTIONS)))
    for what, condition in CONTRADICTIONS if suspects.exists() else ():
        for chat, status in Chat.objects.filter(condition).values_list("public_id", "status"):
            yield f"chat {chat}: it is {status}, and {what}"


def _places(now: datetime) -> Iterator[str]:
    """What is counted of an agent's load, and what he has."""
    held = Chat.objects.filter(status=Status.ASSIGNED, left_at=None, agent=OuterRef("pk"))
    agents = Agent.objects.annotate(held=_count(held, "agent")).exclude(open_chats=F("held"))
    for agent, counted, has in agents.values_list("public_id", "open_chats", "held"):
        yield f"agent {agent}: open_chats is {counted}, and he has {has}"


def _assigned_today(now: datetime) -> Iterator[str]:
    """Chats taken on the last day on which he took any, as counted and as decided."""
    lately = now - timedelta(days=2)
    taken: defaultdict[int, Counter[object]] = defaultdict(Counter)
    decided = RoutingDecision.objects.filter(agent__isnull=False, first_at__gte=lately)
    for pk, at in decided.values_list("agent", "first_at"):
        taken[pk or 0][day_of(at)] += 1
    agents = Agent.objects.filter(assigned_on__gt=day_of(lately))
    for pk, agent, day, counted in agents.values_list(
        "pk", "public_id", "assigned_on", "assigned_today"
    ):
        if counted != taken[pk][day]:
            yield f"agent {agent}: assigned_today is {counted}, and he was given {taken[pk][day]}"


def _numbers(now: datetime) -> Iterator[str]:
    """The messages of a chat are 1, 2, 3, … up to its last_seq."""
    visible = ~Q(messages__kind=Message.Kind.NOTE)
    counted = Chat.objects.annotate(
        count=Count("messages"),
        first=Coalesce(Min("messages__seq"), 0),
        last=Coalesce(Max("messages__seq"), 0),
        public=Coalesce(Max("messages__seq", filter=visible), 0),
    )
    right = {
        "count": F("last_seq"),
        "first": 1,
        "last": F("last_seq"),
        "public": F("last_public_seq"),
    }
    for row in counted.exclude(**right).values_list(
        "public_id", "last_seq", "last_public_seq", "count", "first", "last", "public"
    ):
        yield "chat {}: last_seq is {} ({} public); it has {} messages, {} to {} ({})".format(*row)


def _places_in_line(now: datetime) -> Iterator[str]:
    of_vips = ChatSettings.objects.current().vip_priority_seconds
    waiting = Chat.objects.waiting().values_list(
        "public_id", "queued_at", "rank_time", "queue__priority_seconds", "customer__vip"
    )
    for chat, queued_at, rank_time, priority, vip in waiting:
        due = policy.rank_time(queued_at, priority + of_vips * vip)
        if rank_time != due:
            yield f"chat {chat}: rank_time is {rank_time:%F %T.%f}, and not {due:%F %T.%f}"


def _targets(now: datetime) -> Iterator[str]:
    """When the next step of a target comes follows from the settings; none is told before it."""
    settings = ChatSettings.objects.current()
    for chat in Chat.objects.live().select_related("queue").order_by("pk"):
        runs, told = running(chat, settings), Step(min(chat.target_told, Step.BREACH))
        due = runs.next_at(told) if runs else None
        if chat.target_at != due:
            yield f"chat {chat}: its target is due {_moment(chat.target_at)}, not {_moment(due)}"
        if told > (runs.passed(now) if runs else Step.NONE):
            yield f"chat {chat}: the {told.name.lower()} of its target was told before it came"


def _moment(at: datetime | None) -> str:
    return f"{at:%F %T.%f}" if at else "never"


def _open_decisions(now: datetime) -> Iterator[str]:
    """Only who waits has an open one, and one at most."""
    standing = RoutingDecision.objects.filter(is_open=True)
    counted = standing.values_list("chat__public_id", "chat__status").annotate(count=Count("pk"))
    for chat, status, count in counted.filter(Q(count__gt=1) | ~Q(chat__status=Status.QUEUED)):
        yield f"chat {chat}: it is {status}, and {count} of its decisions are open"


def _assignments(now: datetime) -> Iterator[str]:
    """Each time somebody got the chat raised its epoch, and stands in it."""
    accepted = Message.objects.filter(kind=Message.Kind.EVENT, data__code="accepted")
    times = _count(accepted.filter(chat=OuterRef("pk")), "chat")
    chats = Chat.objects.annotate(accepted=times).exclude(accepted=F("owner_epoch"))
    for chat, epoch, count in chats.values_list("public_id", "owner_epoch", "accepted"):
        yield f"chat {chat}: owner_epoch is {epoch}, and it was accepted {count} times"


def _reasons(now: datetime) -> Iterator[str]:
    """Each assignment has a decision of its own, as long as decisions are kept."""
    since = now - timedelta(days=KEPT_DAYS) + A_MOMENT
    accepted = Message.objects.filter(
        chat=OuterRef("pk"), kind=Message.Kind.EVENT, data__code="accepted", posted_at__gte=since
    )
    decided = RoutingDecision.objects.filter(
        chat=OuterRef("pk"), agent__isnull=False, first_at__gte=since - A_MOMENT
    )
    lately = Chat.objects.filter(LIVE | Q(ended_at__gte=since)).annotate(
        accepted=_count(accepted, "chat"), decided=_count(decided, "chat")
    )
    unexplained = lately.filter(accepted__gt=F("decided"))
    for row in unexplained.values_list("public_id", "accepted", "decided"):
        yield "chat {}: it was accepted {} times, and {} decisions say why".format(*row)
    latest = decided.order_by("-pk").values("agent")[:1]
    held = Chat.objects.filter(status=Status.ASSIGNED, accepted_at__gte=since)
    chosen = held.annotate(chosen=Coalesce(Subquery(latest), 0))
    for chat in chosen.exclude(agent=F("chosen")).values_list("public_id", flat=True):
        yield f"chat {chat}: its last decision was for another agent"


def _invitees(now: datetime) -> Iterator[str]:
    """The column that the message path reads says what the invitations do."""
    there: defaultdict[str, dict[int, str]] = defaultdict(dict)
    standing = Invitation.objects.open()
    rows = standing.filter(chat__status__in=LIVE_STATUSES)
    for chat, agent, role, status in rows.values_list("chat__public_id", "agent", "role", "status"):
        there[chat][agent] = role[0] if status == Invitation.Status.ACCEPTED else INVITED
    said = dict(Chat.objects.exclude(invitees="").values_list("public_id", "invitees"))
    for chat in sorted({*said, *there}):
        if invitees_of(said.get(chat, "")) != there[chat]:
            found = " ".join(f"{role}{agent}" for agent, role in sorted(there[chat].items()))
            yield f"chat {chat}: invitees is “{said.get(chat, '')}”, and “{found}” stand open"
    over = standing.exclude(chat__status__in=LIVE_STATUSES)
    for invitation, chat in over.values_list("public_id", "chat__public_id"):
        yield f"invitation {invitation}: it is open, and chat {chat} is over"


def _promises(now: datetime) -> Iterator[str]:
    """What was said of a wait is settled once somebody has had the chat, and not before."""
    taken = Q(chat__owner_epoch__gt=0)
    wrong = WaitPromise.objects.filter(taken & Q(settled_at=None) | ~taken & ~Q(settled_at=None))
    for chat, epoch in wrong.values_list("chat__public_id", "chat__owner_epoch"):
        yield f"chat {chat}: it was accepted {epoch} times, and its promised wait says otherwise"


def _files(now: datetime) -> Iterator[str]:
    """Each file of a chat has its message, is kept, and is its ticket's too."""
    said = Message.objects.filter(chat=OuterRef("pk"), kind=Message.Kind.FILE)
    sent = ChatFile.objects.filter(chat=OuterRef("pk"), file__kept_at__isnull=False)
    chats = Chat.objects.annotate(said=_count(said, "chat"), sent=_count(sent, "chat"))
    for row in chats.exclude(said=F("sent")).values_list("public_id", "said", "sent"):
        yield "chat {}: {} messages are files, and {} are kept".format(*row)
    ticketed = ChatFile.objects.filter(chat__ticket__isnull=False)
    linked = TicketFile.objects.filter(ticket=OuterRef("chat__ticket"), file=OuterRef("file"))
    lost = ticketed.exclude(Exists(linked)).values_list("chat__public_id", "file__public_id")
    for chat, file in lost:
        yield f"chat {chat}: its file {file} is not its ticket's"


def _articles(now: datetime) -> Iterator[str]:
    """Each article that was shared has its message and its row; its ticket knows of all of them."""
    told = Message.objects.filter(kind=Message.Kind.ARTICLE).annotate(article=KT("data__id"))
    rows = ChatArticle.objects.filter(shared_at__isnull=False)
    said = told.filter(chat=OuterRef("chat"), article=OuterRef("article__public_id"))
    kept = rows.filter(chat=OuterRef("chat"), article__public_id=OuterRef("article"))
    for chat, article in rows.exclude(Exists(said)).values_list(
        "chat__public_id", "article__number"
    ):
        yield f"chat {chat}: {article} is shared, and no message says so"
    for chat, seq in told.exclude(Exists(kept)).values_list("chat__public_id", "seq"):
        yield f"chat {chat}: its message {seq} is an article, and none is shared"
    ticketed = ChatArticle.objects.filter(chat__ticket__isnull=False)
    cited = Citation.objects.filter(ticket=OuterRef("chat__ticket"), article=OuterRef("article"))
    shared = Q(shared_at__isnull=False) & ~Exists(cited.filter(kind=Citation.Kind.SHARED))
    for chat, article in ticketed.filter(shared).values_list("chat__public_id", "article__number"):
        yield f"chat {chat}: {article} is shared, and its ticket does not know"


def _tickets(now: datetime) -> Iterator[str]:
    """One a chat, of the same customer, told once; the whole chat is in it when it is over."""
    linked = Message.objects.filter(kind=Message.Kind.EVENT, data__code__in=TICKET_TOLD)
    told = Chat.objects.annotate(told=_count(linked.filter(chat=OuterRef("pk")), "chat"))
    due = Case(When(ticket=None, then=0), default=1)
    for chat, number, count in told.exclude(told=due).values_list(
        "public_id", "ticket__number", "told"
    ):
        yield f"chat {chat}: its ticket is {number}, and it was told {count} times"
    ticketed = Chat.objects.filter(ticket__isnull=False)
    same = Q(ticket__customer=F("customer"), ticket__company=F("customer__company"))
    for chat, number in ticketed.exclude(same).values_list("public_id", "ticket__number"):
        yield f"chat {chat}: its ticket {number} is of another customer or company"
    behind = ticketed.exclude(LIVE).exclude(ticketed_seq=F("last_seq"))
    for chat, upto, last in behind.values_list("public_id", "ticketed_seq", "last_seq"):
        yield f"chat {chat}: it is over, and its ticket has {upto} of its {last} lines"


def _abandoned_work(now: datetime) -> Iterator[str]:
    """An abandoned chat leaves no work; unless somebody took it up again on the ticket's page."""
    steps = Activity.objects.filter(ticket=OuterRef("ticket")).order_by("-pk")
    undone = (
        Chat.objects.filter(status=Status.ABANDONED, ticket__status__stage__in=UNSETTLED)
        .annotate(closed=_last(steps, LATE), changed=_last(steps, "changed"))
        .exclude(changed__gt=F("closed"))
    )
    for chat, number in undone.values_list("public_id", "ticket__number"):
        yield f"chat {chat}: it is abandoned, and work is left to do on {number}"


def _last(steps: QuerySet[Activity], code: str) -> Coalesce:
    """The key of the last of these, or 0."""
    return Coalesce(Subquery(steps.filter(code=code).values("pk")[:1]), 0)


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    """How many of these there are of one `by`."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


CHECKS: tuple[Callable[[datetime], Iterator[str]], ...] = (
    _contradictions,
    _places,
    _assigned_today,
    _numbers,
    _places_in_line,
    _targets,
    _open_decisions,
    _assignments,
    _reasons,
    _invitees,
    _promises,
    _files,
    _articles,
    _tickets,
    _abandoned_work,
)
