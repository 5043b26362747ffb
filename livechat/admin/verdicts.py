"""The reasons of a routing decision in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.models import Agent, RoutingDecision
from livechat.policy import Code

WORDS = {
    Code.CHOSEN: gettext_lazy("was chosen"),
    Code.RANKED: gettext_lazy("could have taken it"),
    Code.UNAVAILABLE: gettext_lazy("is unavailable"),
    Code.OFFLINE: gettext_lazy("cannot be reached"),
    Code.FULL: gettext_lazy("has as many chats as allowed"),
    Code.PASSED_OVER: gettext_lazy("let this chat go a moment ago"),
    Code.MANUAL: gettext_lazy("Chats of this queue are accepted by hand"),
    Code.CLOSED: gettext_lazy("Outside the hours"),
    Code.NO_AGENTS: gettext_lazy("The queue has no agents"),
}


class Reason(NamedTuple):
    """One line of a decision. `who` is empty when it is about the chat itself."""

    who: str
    code: str
    words: str
    #: "2 of 3" chats, of an agent.
    load: str


def reasons_of(decision: RoutingDecision, names: Mapping[int, str]) -> list[Reason]:
    """Who gets, or could get, the chat comes first; the others as they were asked."""
    first = [Code.CHOSEN.value, Code.RANKED.value]
    verdicts = sorted(
        decision.verdicts, key=lambda row: first.index(row[1]) if row[1] in first else len(first)
    )
    return [_reason(row, names) for row in verdicts]


def _reason(row: list[int | str | None], names: Mapping[int, str]) -> Reason:
    agent, code, load, capacity = row
    words = str(WORDS.get(Code(code), code)) if code in set(Code) else str(code)
    if not isinstance(agent, int):
        return Reason("", str(code), words, "")
    of = _("%(load)s of %(capacity)s") % {"load": load, "capacity": capacity}
    return Reason(names.get(agent, f"#{agent}"), str(code), words, of)


def names_of(decisions: Iterable[RoutingDecision]) -> dict[int, str]:
    """The screen names of all who were considered in these decisions, in one query."""
    seen = {row[0] for decision in decisions for row in decision.verdicts if row[0]}
    agents = Agent.objects.filter(pk__in=seen).select_related("user")
    return {agent.pk: agent.display_name for agent in agents}
