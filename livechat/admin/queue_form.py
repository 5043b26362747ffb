"""A queue's form: what it may be, and what would strand its chats."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livechat.admin.configuration import RetirableForm
from livechat.models import Agent, Chat, ChatSettings, Queue
from livechat.models.queues import SELECTORS

AS_IN_SETTINGS = gettext_lazy("As in the chat settings")


def against_retiring(queue: Queue) -> list[str]:
    """Why this queue cannot go out of use now."""
    reasons = stranded(queue)
    if queue.is_default:
        reasons.append(_("New chats wait in it: make another queue the default first."))
    return reasons


def stranded(queue: Queue) -> list[str]:
    """Chats that wait in it, or would come back to it: nobody would see them there."""
    status = Chat.Status
    counts = Chat.objects.live().filter(queue=queue.pk).aggregate(
        waiting=Count("pk", filter=Q(status=status.QUEUED)),
        transferred=Count("pk", filter=Q(status=status.TRANSFERRED)),
        assigned=Count("pk", filter=Q(status=status.ASSIGNED, left_at=None)),
    )  # fmt: skip
    texts = [
        ngettext(
            "%(count)s chat waits in it. It has to be accepted or cancelled first.",
            "%(count)s chats wait in it. They have to be accepted or cancelled first.",
            counts["waiting"],
        ),
        ngettext(
            "%(count)s transferred chat comes back to it if nobody accepts it.",
            "%(count)s transferred chats come back to it if nobody accepts them.",
            counts["transferred"],
        ),
        ngettext(
            "%(count)s chat of it is with an agent. It has to end, or go to another queue, first.",
            "%(count)s chats of it are with agents. They have to end, or go to another queue, "
            "first.",
            counts["assigned"],
        ),
    ]
    pairs = zip(texts, counts.values(), strict=True)
    return [text % {"count": count} for text, count in pairs if count]


class AutoAcceptSelect(forms.NullBooleanSelect):
    """On, off, or as in the chat settings."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices = [
            ("unknown", AS_IN_SETTINGS),
            ("true", gettext_lazy("On")),
            ("false", gettext_lazy("Off")),
        ]


class QueueForm(RetirableForm):
    agents = forms.ModelMultipleChoiceField(
        Agent.objects.none(),
        label=gettext_lazy("Agents"),
        required=False,
        widget=FilteredSelectMultiple(gettext_lazy("agents"), is_stacked=False),
        help_text=gettext_lazy("Who sees and accepts its waiting chats. Applies at once."),
    )

    class Meta:
        model = Queue
        fields: ClassVar[list[str]] = [
            "company", "name", "is_default", "auto_accept", "selector", "capacity",
            "transfer_seconds", "priority_seconds", "warning_seconds", "target_seconds",
            "conversation_warning_seconds", "conversation_target_seconds",
            "overflow_text", "assignment_group", "ticket_templates",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "auto_accept": AutoAcceptSelect,
            "ticket_templates": FilteredSelectMultiple(gettext_lazy("templates"), is_stacked=False),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("Agents see it behind the company’s: Company - Queue."),
            "auto_accept": gettext_lazy(
                "On: its chats go to a free agent by themselves. Off: agents accept them by hand."
            ),
            "selector": gettext_lazy("Who gets the next chat where auto-accept is on."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        serving = Agent.objects.filter(queues=self.instance.pk) if self.instance.pk else None
        self.serving = set(serving or [])
        offered = Agent.objects.filter(
            Q(retired_at=None, user__is_active=True)
            | Q(pk__in=[agent.pk for agent in self.serving])
        )
        agents = self.fields["agents"]
        assert isinstance(agents, forms.ModelMultipleChoiceField)
        agents.queryset = offered.select_related("user")
        agents.initial = list(self.serving)
        if selector := self.fields.get("selector"):
            assert isinstance(selector, forms.TypedChoiceField)
            selector.choices = [("", AS_IN_SETTINGS), *SELECTORS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk:
            before = Queue.objects.get(pk=self.instance.pk)
            self._check_company(before, cleaned)
            self._check_default(before, cleaned)
        self._check_name(cleaned)
        self._check_other_default(cleaned)
        self._check_limits(cleaned, ChatSettings.objects.current())
        self._check_tickets(cleaned)
        return cleaned

    def against_retiring(self) -> list[str]:
        return against_retiring(self.instance)

    def _check_company(self, before: Queue, cleaned: dict[str, Any]) -> None:
        if cleaned.get("company") == before.company:
            return
        if before.is_default and before.company is None:
            self.add_error("company", _("GENERAL takes the chats of all companies."))
        elif Chat.objects.filter(queue=before.pk).exists():
            self.add_error("company", _("It has chats of its company. Make a new queue instead."))

    def _check_name(self, cleaned: dict[str, Any]) -> None:
        """Within a company Django says it; of those of all companies it would name a constraint."""
        if "name" not in cleaned or "company" not in cleaned or cleaned["company"]:
            return
        others = Queue.objects.filter(company=None, name=cleaned["name"])
        if others.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("A queue of all companies has this name already."))

    def _check_default(self, before: Queue, cleaned: dict[str, Any]) -> None:
        if before.is_default and before.company is None and not cleaned.get("is_default"):
            text = _("Chats of companies without a default queue wait here. It stays the default.")
            self.add_error("is_default", text)

    def _check_other_default(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("is_default") or "company" not in cleaned:
            return
        others = Queue.objects.filter(is_default=True, company=cleaned["company"])
        if other := others.exclude(pk=self.instance.pk).first():
            text = _("The default is “%(name)s”. Use “Make default” in the list to take its place.")
            self.add_error("is_default", text % {"name": other.name})

    def _check_limits(self, cleaned: dict[str, Any], settings: ChatSettings) -> None:
        """What would have no effect is refused instead of kept."""
        if (cleaned.get("capacity") or 0) > settings.largest_capacity:
            text = _("The most chats at once in the chat settings is %(most)s. Raise that first.")
            self.add_error("capacity", text % {"most": settings.largest_capacity})
        self._check_warning(cleaned, settings, "")
        self._check_warning(cleaned, settings, "conversation_")

    def _check_warning(self, cleaned: dict[str, Any], settings: ChatSettings, of: str) -> None:
        """It comes before the target, whichever of them is the queue's own."""
        names = f"{of}warning_seconds", f"{of}target_seconds"
        own = cleaned.get(names[0])
        warning, target = (cleaned.get(name) or getattr(settings, name) or 0 for name in names)
        if warning < target or not (own or target):
            return
        text = _("The warning in effect is %(warning)s s: the target has to come after it.")
        if own:
            text = _("The target in effect is %(target)s s: the warning has to come before it.")
        if not target:
            text = _("There is no target for it to come before.")
        name = names[0] if own else names[1]
        if names[1] not in self.errors:
            self.add_error(name, text % {"target": target, "warning": warning})

    def _check_tickets(self, cleaned: dict[str, Any]) -> None:
        """Where its tickets go, and what they are made with, has to be open to its company."""
        company = cleaned.get("company")
        if company is None:
            return  # Chats of all companies: whatever does not fit one of them is left out there.
        group = cleaned.get("assignment_group")
        if group and group.company not in {None, company}:
            self.add_error("assignment_group", _("It works for another company."))
        foreign = [
            template.name
            for template in cleaned.get("ticket_templates") or []
            if template.company not in {None, company}
        ]
        if foreign:
            text = _("For another company: %(names)s.") % {"names": ", ".join(foreign)}
            self.add_error("ticket_templates", text)
