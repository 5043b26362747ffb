"""Chat hours: when customers can start chats, and what they read when they cannot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import pairwise
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm
from livechat.admin.week import week_of
from livechat.models import ChatHours, ChatHoursPeriod, Holiday, Queue
from tickets.services.history import record_list

LISTS = ("periods", "holidays")
FORMATS = ["%H:%M", "%H:%M:%S", "%H"]


class FromField(forms.TimeField):
    """08:00, as the clock shows it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"size": 6, "placeholder": "08:00"})
        super().__init__(**{"input_formats": FORMATS, "widget": widget, **kwargs})


class UntilField(FromField):
    """Like 18:00; the end of the day is 24:00."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"size": 6, "placeholder": "18:00"})
        super().__init__(**{"widget": widget, **kwargs})

    def to_python(self, value: Any) -> Any:
        text = value.strip() if isinstance(value, str) else value
        return time(0) if text in ("24:00", "24") else super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        return "24:00" if value == time(0) else value


class ChatHoursForm(RetirableForm):
    class Meta:
        model = ChatHours
        fields: ClassVar[list[str]] = ["name", "company", "queue", "kind", "priority", "message"]
        widgets: ClassVar[dict[str, Any]] = {
            "message": forms.Textarea(attrs={"rows": 3, "cols": 60}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("What administrators call it; customers do not see it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Its own queue stays when that is retired; without it they would hold for all queues."""
        super().__init__(*args, **kwargs)
        if field := self.fields.get("queue"):
            assert isinstance(field, forms.ModelChoiceField)
            offered = Queue.objects.filter(Q(retired_at=None) | Q(pk=self.instance.queue_id))
            field.queryset = offered.select_related("company")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        company, queue = cleaned.get("company"), cleaned.get("queue")
        if queue and queue.company and company != queue.company:
            if company:
                self.add_error("queue", _("This queue is not one of that company."))
            cleaned["company"] = queue.company  # Whose clock holds.
        return cleaned


class PeriodForm(forms.ModelForm[ChatHoursPeriod]):
    since = FromField(label=gettext_lazy("From"), help_text=gettext_lazy("Such as 08:00."))
    until = UntilField(
        label=gettext_lazy("To"),
        help_text=gettext_lazy("24:00 is the end of the day; go on in a row of the next day."),
    )

    class Meta:
        model = ChatHoursPeriod
        fields: ClassVar[list[str]] = ["weekday", "since", "until"]
        help_texts: ClassVar[dict[str, Any]] = {
            "weekday": gettext_lazy("By the clock of the company."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        require_order(self, cleaned)
        return cleaned


class HolidayForm(forms.ModelForm[Holiday]):
    since = FromField(
        label=gettext_lazy("Open from"),
        required=False,
        help_text=gettext_lazy("Only if it is open for a part of the day."),
    )
    until = UntilField(
        label=gettext_lazy("To"),
        required=False,
        help_text=gettext_lazy("Both empty: closed all day."),
    )

    class Meta:
        model = Holiday
        fields: ClassVar[list[str]] = ["date", "name", "since", "until"]
        help_texts: ClassVar[dict[str, Any]] = {
            "date": gettext_lazy("Its weekly times do not hold on this date."),
            "name": gettext_lazy("Such as Christmas Day."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and (cleaned.get("since") is None) != (cleaned.get("until") is None):
            self.add_error("until", _("Give both times, or none."))
        require_order(self, cleaned)
        return cleaned


def require_order(form: forms.ModelForm[Any], cleaned: dict[str, Any]) -> None:
    since, until = cleaned.get("since"), cleaned.get("until")
    if since is not None and until is not None and until != time(0) and since >= until:
        form.add_error("until", _("Has to be later than the first. The end of the day is 24:00."))


class PeriodFormSet(
    forms.BaseInlineFormSet[ChatHoursPeriod, ChatHours, forms.ModelForm[ChatHoursPeriod]]
):
    def clean(self) -> None:
        """Times of one day do not overlap."""
        super().clean()
        kept = [form for form in self.forms if self._counts(form)]
        kept.sort(key=lambda form: (form.cleaned_data["weekday"], form.cleaned_data["since"]))
        for before, after in pairwise(kept):
            one, other = before.cleaned_data, after.cleaned_data
            if one["weekday"] == other["weekday"] and (
                one["until"] == time(0) or other["since"] < one["until"]
            ):
                after.add_error("since", _("Overlaps with other times of this day."))

    def _counts(self, form: forms.ModelForm[ChatHoursPeriod]) -> bool:
        whole = form.is_valid() and {"weekday", "since", "until"} <= form.cleaned_data.keys()
        return whole and not form.cleaned_data.get(DELETION_FIELD_NAME)


class PeriodInline(admin.TabularInline[ChatHoursPeriod, ChatHours]):
    model = ChatHoursPeriod
    form = PeriodForm
    formset = PeriodFormSet
    extra = 0
    verbose_name = gettext_lazy("weekly time")
    verbose_name_plural = gettext_lazy("weekly times")


class HolidayInline(admin.TabularInline[Holiday, ChatHours]):
    model = Holiday
    form = HolidayForm
    extra = 0


class InEffectFilter(admin.SimpleListFilter):
    title = gettext_lazy("in effect now")
    parameter_name = "in_effect"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ChatHours]) -> QuerySet[ChatHours]:
        if self.value() is None:
            return queryset
        ids = ChatHours.objects.in_effect(timezone.now())
        return (
            queryset.filter(pk__in=ids) if self.value() == "yes" else queryset.exclude(pk__in=ids)
        )


@admin.register(ChatHours)
class ChatHoursAdmin(RetirableAdmin[ChatHours]):
    form = ChatHoursForm
    inlines = (PeriodInline, HolidayInline)
    list_display = (
        "name", "company_name", "queue_name", "kind", "priority", "in_effect_now", "retired_at",
    )  # fmt: skip
    list_filter = (InUseFilter, InEffectFilter, "kind", "company")
    list_select_related = ("company", "queue__company")
    search_fields = ("name", "company__name", "queue__name", "message")
    search_help_text = gettext_lazy("Name, company, queue or message")
    ordering = ("-priority", "name")
    readonly_fields = ("week",)
    fieldsets = (
        (None, {"fields": ("name", "company", "queue", "kind", "priority", "retired")}),
        (gettext_lazy("Customers"), {"fields": ("message",)}),
        (gettext_lazy("The next seven days"), {"fields": ("week",)}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: ChatHours | None = None) -> bool:
        """They are retired, as their history stays."""
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """What is in effect is asked once for all rows."""
        changelist = super().get_changelist_instance(request)
        effective = ChatHours.objects.in_effect(timezone.now())
        for row in changelist.result_list:
            row.effective = row.pk in effective
        return changelist

    @admin.display(description=gettext_lazy("company"), ordering="company__name")
    def company_name(self, hours: ChatHours) -> str:
        return str(hours.company or _("all"))

    @admin.display(description=gettext_lazy("queue"), ordering="queue__name")
    def queue_name(self, hours: ChatHours) -> str:
        return str(hours.queue or _("all"))

    @admin.display(description=gettext_lazy("in effect now"), boolean=True)
    def in_effect_now(self, hours: ChatHours) -> bool:
        return bool(hours.effective)  # type: ignore[attr-defined]  # asked for all rows

    @admin.display(description=gettext_lazy("chats can be started"))
    def week(self, hours: ChatHours) -> str:
        if not hours.pk:
            return _("Shown here once it is saved.")
        return "\n".join(week_of(hours, timezone.now()))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its rows stand in its own history."""
        before = {name: rows_of(form.instance, name) for name in LISTS}
        super().save_related(request, form, formsets, change)
        for name in LISTS:
            after = rows_of(form.instance, name)
            added, removed = after - before[name], before[name] - after
            record_list(form.instance, name=name, added=added, removed=removed)


def rows_of(hours: ChatHours, name: str) -> set[str]:
    rows: Iterable[Any] = getattr(hours, name).all()
    return {str(row) for row in rows}
