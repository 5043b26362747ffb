"""Statuses, their reasons, and which of them chats write."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.configuration import (
    ConfigurationAdmin,
    InUseFilter,
    RetirableAdmin,
    RetirableForm,
    against_retiring,
    count_of,
)
from tickets.admin.exchange.door import ExchangeAdmin
from tickets.admin.exchange.resources import StatusReasonResource, StatusResource
from tickets.admin.forms import relabel
from tickets.models import ChatOutcome, Status, StatusReason
from tickets.models.statuses import written_by

#: A list whose order is edited sends two fields a row: Django takes 200 at once.
PER_PAGE = 50


def of_its_kind(row: Status | StatusReason) -> str:
    """Names repeat between the kinds."""
    return f"{capfirst(row.get_kind_display())}: {row}"


class WrittenFilter(admin.SimpleListFilter):
    title = gettext_lazy("written by chats")
    parameter_name = "written"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(chat_outcomes__isnull=self.value() == "no").distinct()


class StatusForm(RetirableForm):
    class Meta:
        model = Status
        fields: ClassVar[list[str]] = ["kind", "name", "stage", "order"]
        help_texts: ClassVar[dict[str, Any]] = {
            "kind": gettext_lazy("Incidents and work orders have statuses of their own."),
            "name": gettext_lazy("A new name shows on all tickets at once, old ones too."),
            "order": gettext_lazy("The lowest number stands first."),
        }


class WrittenAdmin(ExchangeAdmin[Any], RetirableAdmin[Any]):
    """What both lists have: their order, and what chats need of them."""

    list_editable = ("order",)
    list_per_page = PER_PAGE
    readonly_fields = ("written",)
    search_fields: ClassVar[tuple[str, ...]] = ("name",)
    search_help_text = gettext_lazy("Name")
    ordering: ClassVar[tuple[str, ...]] = ("kind", "order", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.prefetch_related("chat_outcomes__status", "chat_outcomes__reason")
        counted: QuerySet[Any] = rows.annotate(ticket_count=count_of(self.model, "tickets"))
        return counted

    @admin.display(description=gettext_lazy("tickets"), ordering="ticket_count")
    def ticket_count(self, row: Any) -> int:
        return int(row.ticket_count)

    @admin.display(description=gettext_lazy("written by chats"))
    def written(self, row: Status | StatusReason) -> str:
        """When. What is written is protected."""
        if not row.pk:
            return _("Shown here once it is saved.")
        moments = dict.fromkeys(str(each.get_outcome_display()) for each in row.chat_outcomes.all())
        return "; ".join(moments) or _("no")

    def against_deleting(self, setting: Any) -> list[str]:
        """What chats write is named row by row, as it can be changed."""
        outcomes = str(ChatOutcome._meta.verbose_name_plural)
        counted = [each for each in super().against_deleting(setting) if outcomes not in each]
        return [*written_by(setting), *counted]


@admin.register(Status)
class StatusAdmin(WrittenAdmin):
    resource = StatusResource
    form = StatusForm
    fields = ("kind", "name", "stage", "order", "retired", "written")
    list_display = ("name", "kind", "stage", "order", "ticket_count", "written", "retired_at")
    list_filter = (InUseFilter, "kind", "stage", WrittenFilter)

    def against_deleting(self, setting: Status) -> list[str]:
        others = [*super().against_deleting(setting), *against_retiring(setting)]
        return list(dict.fromkeys(others))


class StatusReasonForm(RetirableForm):
    class Meta:
        model = StatusReason
        fields: ClassVar[list[str]] = ["kind", "name", "statuses", "order"]
        widgets: ClassVar[dict[str, Any]] = {"statuses": forms.CheckboxSelectMultiple}
        help_texts: ClassVar[dict[str, Any]] = {
            "kind": gettext_lazy("Incidents and work orders have reasons of their own."),
            "name": gettext_lazy("A new name shows on all tickets at once, old ones too."),
            "order": gettext_lazy("The lowest number stands first."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if statuses := self.fields.get("statuses"):
            relabel(statuses, of_its_kind)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") and "statuses" in cleaned:
            self.instance.kind = cleaned["kind"]
            if wrong := self.instance.against_statuses(cleaned["statuses"]):
                self.add_error("statuses", wrong)
        return cleaned


@admin.register(StatusReason)
class StatusReasonAdmin(WrittenAdmin):
    resource = StatusReasonResource
    form = StatusReasonForm
    fields = ("kind", "name", "statuses", "order", "retired", "written")
    list_display = (
        "name", "kind", "goes_with", "order", "ticket_count", "written", "retired_at",
    )  # fmt: skip
    list_filter = (InUseFilter, "kind", WrittenFilter)
    search_fields: ClassVar[tuple[str, ...]] = ("name", "statuses__name")
    search_help_text = gettext_lazy("Name, or name of a status it goes with")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusReason]:
        return super().get_queryset(request).prefetch_related("statuses")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for row in form.instance.left_blank_by():
            text = _("Chats write “%(row)s” without a reason (%(when)s). Choose one for them now.")
            values = {"row": row, "when": row.get_outcome_display()}
            messages.warning(request, text % values)

    @admin.display(description=gettext_lazy("goes with"))
    def goes_with(self, reason: StatusReason) -> str:
        return ", ".join(status.name for status in reason.statuses.all())


class ChatOutcomeForm(forms.ModelForm[ChatOutcome]):
    class Meta:
        model = ChatOutcome
        fields: ClassVar[list[str]] = ["kind", "outcome", "status", "reason"]
        help_texts: ClassVar[dict[str, Any]] = {
            "kind": gettext_lazy("Of the ticket that is linked to the chat."),
            "outcome": gettext_lazy("The moment at which the chat writes it."),
            "status": gettext_lazy(
                "Open or pending when a ticket is made; resolved, closed or cancelled when the "
                "chat is ended; cancelled when it is abandoned."
            ),
            "reason": gettext_lazy("One that goes with the status. Empty: the status has none."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"status", "reason"} & self.fields.keys():
            relabel(self.fields[name], of_its_kind)


@admin.register(ChatOutcome)
class ChatOutcomeAdmin(ConfigurationAdmin[ChatOutcome]):
    form = ChatOutcomeForm
    fields = ("kind", "outcome", "status", "reason", "is_usual")
    list_display = ("status", "reason", "kind", "outcome", "is_usual")
    list_filter = ("kind", "outcome", "is_usual")
    list_select_related = ("status", "reason")
    search_fields = ("status__name", "reason__name")
    search_help_text = gettext_lazy("Status or status reason")
    ordering = ("kind", "outcome", "-is_usual", "status__order", "reason__order", "pk")
    actions = ("make_usual",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What it is for stays; which one is usual is an action, so that one always is."""
        return ("is_usual", "kind", "outcome") if obj else ("is_usual",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatOutcome]:
        return super().get_queryset(request).select_related("status", "reason")

    def against_deleting(self, setting: ChatOutcome) -> list[str]:
        usual = _("It is the usual one. Make another usual first, as one always is.")
        return [*super().against_deleting(setting), *([usual] if setting.is_usual else [])]

    @admin.action(description=gettext_lazy("Make usual at its moment"), permissions=["change"])
    @transaction.atomic
    def make_usual(self, request: HttpRequest, queryset: QuerySet[ChatOutcome]) -> None:
        """The mark goes from one row to another; no chat writes in between without one."""
        if queryset.count() != 1:
            self.message_user(request, _("Choose one row."), messages.ERROR)
            return
        chosen = queryset.get()
        same = ChatOutcome.objects.filter(kind=chosen.kind, outcome=chosen.outcome)
        rows = list(same.select_for_update(no_key=True).order_by("-is_usual", "pk"))
        for row in rows:
            if row.is_usual and row != chosen:
                row.is_usual = False
                self.keep(request, row)
        chosen.is_usual = True
        self.keep(request, chosen)
        text = _("“%(row)s” is chosen beforehand from now on.") % {"row": chosen}
        self.message_user(request, text, messages.SUCCESS)
