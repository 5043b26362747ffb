"""Whatever is done to tickets, in whatever order: the rows agree and the history explains them.

`TICKET_EXAMPLES=500 pytest tests/tickets/test_ticket_life.py` runs longer, at random.
"""

import os
from collections import Counter
from contextlib import ExitStack

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories import CustomerFactory, UserFactory
from tickets.exceptions import TicketError
from tickets.models import Activity, ChatOutcome, PriorityRule, RequiredField, Status, Ticket
from tickets.services.activity import add_comment, add_work_note
from tickets.services.lifecycle import cancel_ticket, open_ticket, resolve_ticket, save_ticket

EXAMPLES = int(os.environ.get("TICKET_EXAMPLES", "0"))
STEPS = 40
FINAL = {"closed", "cancelled"}
done: Counter[str] = Counter()
scales = st.sampled_from([None, 1, 2, 3, 4])
picks = st.integers(0, 2**16)


class TicketLife(RuleBasedStateMachine):
    """Some weeks at the desk."""

    def __init__(self) -> None:
        super().__init__()
        self.work = ExitStack()
        self.tickets: list[int] = []
        self.seen: dict[int, Ticket] = {}

    @initialize()
    def open_desk(self) -> None:
        self.work.enter_context(transaction.atomic())
        self.work.callback(transaction.set_rollback, True)
        self.user = UserFactory(all_companies=True)
        self.customer = CustomerFactory()

    @rule(kind=st.sampled_from(["incident", "work_order"]), impact=scales, urgency=scales)
    def open(self, kind: str, impact: int | None, urgency: int | None) -> None:
        values = {"summary": "VPN drops", "impact": impact, "urgency": urgency}
        made = self.attempt(
            "open",
            lambda: open_ticket(
                kind, customer=self.customer, values=values, source="chat", by=self.user
            ),
        )
        self.tickets += [made.pk] if made else []

    @rule(required=st.booleans())
    def change_what_is_required(self, required: bool) -> None:
        row = {"kind": "incident", "field": "impact", "template": None}
        if required:
            RequiredField.objects.get_or_create(**row)
        else:
            RequiredField.objects.filter(**row).delete()

    @precondition(lambda self: self.tickets)
    @rule(pick=picks, impact=scales, late=st.booleans())
    def edit(self, pick: int, impact: int | None, late: bool) -> None:
        ticket = self.one(pick)
        version = ticket.version - 1 if late else ticket.version
        self.attempt(
            "edit late" if late else "edit",
            lambda: save_ticket(
                ticket.pk, by=self.user, version=version, values={"impact": impact}
            ),
        )

    @precondition(lambda self: self.tickets)
    @rule(pick=picks, to=picks, why=picks, reasoned=st.booleans())
    def set_status(self, pick: int, to: int, why: int, reasoned: bool) -> None:
        ticket = self.one(pick)
        statuses = list(Status.objects.order_by("pk"))
        status = statuses[to % len(statuses)]
        reasons = list(status.reasons.all())
        reason = reasons[why % len(reasons)] if reasons and reasoned else None
        self.attempt(
            "set status",
            lambda: save_ticket(
                ticket.pk,
                by=self.user,
                version=ticket.version,
                values={},
                status=status,
                reason=reason,
            ),
        )

    @precondition(lambda self: self.tickets)
    @rule(pick=picks, choice=picks, when=st.sampled_from(["ended", "abandoned"]))
    def settle(self, pick: int, choice: int, when: str) -> None:
        ticket = self.one(pick)
        rows = list(ChatOutcome.objects.filter(outcome=when).order_by("pk"))
        row = rows[choice % len(rows)].pk
        verb = resolve_ticket if when == "ended" else cancel_ticket
        self.attempt(when, lambda: verb(ticket.pk, outcome=row, by=self.user))

    @precondition(lambda self: self.tickets)
    @rule(pick=picks, private=st.booleans(), body=st.sampled_from(["Still slow.", " ", "a\x00"]))
    def say(self, pick: int, private: bool, body: str) -> None:
        verb = add_work_note if private else add_comment
        self.attempt("say", lambda: verb(self.one(pick).pk, body=body, by=self.user))

    def one(self, pick: int) -> Ticket:
        return Ticket.objects.select_related("status").get(
            pk=self.tickets[pick % len(self.tickets)]
        )

    def attempt(self, name, work):
        """A refusal changes nothing at all."""
        before = everything()
        try:
            with transaction.atomic():
                given = work()
        except TicketError:
            done[f"{name} refused"] += 1
            assert before == (
                list(Ticket.objects.order_by("pk").values()),
                Activity.objects.count(),
            )
            return None
        done[name] += 1
        return given

    def teardown(self) -> None:
        self.work.close()

    @invariant()
    def rows_agree(self) -> None:
        for ticket in Ticket.objects.select_related("status", "reason"):
            assert ticket.status.kind == ticket.kind
            assert ticket.reason is None or ticket.status in ticket.reason.statuses.all()
            assert (ticket.settled_at is None) == (ticket.status.stage in {"open", "pending"})
            rules = PriorityRule.objects.filter(impact=ticket.impact, urgency=ticket.urgency)
            assert ticket.priority == rules.values_list("priority", flat=True).first()
            assert ticket.number.lower().replace("-", " ") in ticket.sought

    @invariant()
    def no_ticket_goes_back(self) -> None:
        """Versions rise, numbers stay, what is final changes no more."""
        for ticket in Ticket.objects.select_related("status"):
            if before := self.seen.get(ticket.pk):
                assert ticket.version >= before.version
                assert ticket.number == before.number
                final = before.status.stage in FINAL
                assert not final or (ticket.version, ticket.status) == (
                    before.version,
                    before.status,
                )
            self.seen[ticket.pk] = ticket

    @invariant()
    def the_history_ends_at_the_status(self) -> None:
        """Played from its steps alone, a ticket has the status it has."""
        for ticket in Ticket.objects.select_related("status"):
            steps = Activity.objects.filter(ticket=ticket, kind="step").order_by("pk")
            said = [step.data["changes"]["status"][1] for step in steps if _has_status(step)]
            assert (said or ["In Progress"])[-1] == ticket.status.name


def everything() -> tuple[list[dict[str, object]], int]:
    return list(Ticket.objects.order_by("pk").values()), Activity.objects.count()


def _has_status(step: Activity) -> bool:
    return "status" in step.data.get("changes", {})


@pytest.mark.django_db
def test_the_rows_agree_after_every_step(capsys):
    done.clear()
    run_state_machine_as_test(
        TicketLife,
        settings=settings(
            max_examples=EXAMPLES or 6,
            phases=list(Phase) if EXAMPLES else [Phase.generate],
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    refused = sum(count for name, count in done.items() if name.endswith("refused"))
    with capsys.disabled():
        print(f"\nticket life: {done.total()} steps, {refused} of them refused", end=" ")
    wanted = {"open", "edit", "edit late refused", "set status", "set status refused", "ended"}
    assert wanted | {"abandoned", "say", "say refused"} <= set(done)
