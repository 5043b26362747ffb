"""Why a chat came to its agent, and why to nobody yet: said without naming anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livechat.models import Agent, Chat, RoutingDecision
from livechat.policy import Code, Selector

How = RoutingDecision.How
BY_HIMSELF = {
    How.CLICK.value: gettext_lazy("You accepted it by hand."),
    How.TRANSFER.value: gettext_lazy("You accepted it from a transfer."),
    How.RETURN.value: gettext_lazy("It came back to you: the transfer was not accepted."),
}
RULES = {
    Selector.LEAST_RELATIVE_LOAD.value: gettext_lazy("least loaded"),
    Selector.FEWEST_OPEN.value: gettext_lazy("fewest open chats"),
    Selector.ROTATION.value: gettext_lazy("your turn"),
}
#: About the chat, not about an agent.
OF_THE_CHAT = {
    Code.MANUAL.value: gettext_lazy("Accepted by hand in this queue"),
    Code.CLOSED.value: gettext_lazy("Outside the chat hours"),
    Code.NO_AGENTS.value: gettext_lazy("The queue has no agents"),
}


def why(chat: Chat, agent: Agent) -> str:
    """Of a chat that this agent has or had, or that waits; empty when nothing was noted."""
    if chat.status == Chat.Status.QUEUED:
        return why_nobody_has([chat]).get(chat.pk, "")
    if chat.agent_id != agent.pk:
        return ""
    came = RoutingDecision.objects.filter(chat=chat, agent=agent).order_by("-last_at", "-pk")
    decision = came.first()
    return _why_he_has_it(decision) if decision else ""


def _why_he_has_it(decision: RoutingDecision) -> str:
    if decision.how != How.AUTO:
        return str(BY_HIMSELF.get(decision.how, ""))
    own = next((row for row in decision.verdicts if row[0] == decision.agent_id), None)
    rule = RULES.get(decision.selector)
    if own is None or rule is None:
        return _("Given to you automatically.")
    values = {"rule": rule, "load": own[2] + 1, "capacity": own[3]}
    return _("Given to you automatically: %(rule)s, %(load)s of %(capacity)s.") % values


def why_nobody_has(chats: Iterable[Chat]) -> dict[int, str]:
    """By the chat's key: how many agents could not take it, and why. In one query."""
    standing = RoutingDecision.objects.filter(chat__in=list(chats), agent=None, is_open=True)
    return {each.chat_id: _counted(each) for each in standing}


def _counted(decision: RoutingDecision) -> str:
    codes = Counter(str(row[1]) for row in decision.verdicts)
    said = [str(text) for code, text in OF_THE_CHAT.items() if codes[code]]
    for code, (one, many) in _plurals().items():
        if number := codes[code]:
            said.append(ngettext(one, many, number) % {"n": number})
    return ", ".join(said)


def _plurals() -> dict[str, tuple[str, str]]:
    return {
        Code.FULL.value: ("%(n)s full", "%(n)s full"),
        Code.UNAVAILABLE.value: ("%(n)s unavailable", "%(n)s unavailable"),
        Code.OFFLINE.value: ("%(n)s offline", "%(n)s offline"),
        Code.PASSED_OVER.value: ("%(n)s let it go just now", "%(n)s let it go just now"),
    }
