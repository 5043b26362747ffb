"""What tickets are sorted by: assigned groups, services, and categories as trees."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db import connection
from django.db.models import Case, CharField, Count, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Collate, Concat, Lower, LPad
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm, count_of
from tickets.models import AssignmentGroup, Category, Service, Stage, User
from tickets.models.catalogue import DEPTH, STEP

UNSETTLED = [Stage.OPEN, Stage.PENDING]


class AssignmentGroupForm(RetirableForm):
    class Meta:
        model = AssignmentGroup
        fields: ClassVar[list[str]] = ["name", "company", "members"]
        widgets: ClassVar[dict[str, Any]] = {
            "members": FilteredSelectMultiple(gettext_lazy("members"), is_stacked=False),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("As tickets show it, such as Network."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if members := self.fields.get("members"):
            assert isinstance(members, forms.ModelMultipleChoiceField)
            there = Q(assignment_groups=self.instance.pk) if self.instance.pk else Q()
            members.queryset = User.objects.filter(Q(is_active=True) | there).distinct()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        company, members = cleaned.get("company"), cleaned.get("members")
        if company and members is not None:
            works_here = Q(all_companies=True) | Q(companies=company)
            names = [str(each) for each in members.exclude(pk__in=User.objects.filter(works_here))]
            if names:
                text = _("Not working for %(company)s: %(names)s.")
                self.add_error("members", text % {"company": company, "names": ", ".join(names)})
        return cleaned


@admin.register(AssignmentGroup)
class AssignmentGroupAdmin(RetirableAdmin[AssignmentGroup]):
    form = AssignmentGroupForm
    fields = ("name", "company", "members", "retired")
    list_display = (
        "name",
        "company_name",
        "member_count",
        "unsettled",
        "ticket_count",
        "retired_at",
    )
    list_filter = (InUseFilter, "company")
    list_select_related = ("company",)
    search_fields = ("name", "company__name", "members__name", "members__email")
    search_help_text = gettext_lazy("Name, company or member")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssignmentGroup]:
        left = Count("tickets", filter=Q(tickets__status__stage__in=UNSETTLED))
        counts = {
            "member_count": count_of(AssignmentGroup, "members"),
            "ticket_count": count_of(AssignmentGroup, "tickets"),
            "unsettled": count_of(AssignmentGroup, left),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=gettext_lazy("company"), ordering="company__name")
    def company_name(self, group: AssignmentGroup) -> str:
        return str(group.company or _("all"))

    @admin.display(description=gettext_lazy("members"), ordering="member_count")
    def member_count(self, group: AssignmentGroup) -> int:
        return int(group.member_count)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("open tickets"), ordering="unsettled")
    def unsettled(self, group: AssignmentGroup) -> int:
        return int(group.unsettled)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("all tickets"), ordering="ticket_count")
    def ticket_count(self, group: AssignmentGroup) -> int:
        return int(group.ticket_count)  # type: ignore[attr-defined]  # annotated above


class ServiceForm(RetirableForm):
    class Meta:
        model = Service
        fields: ClassVar[list[str]] = ["name", "company"]
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("As people call it, such as Remote access."),
        }


@admin.register(Service)
class ServiceAdmin(RetirableAdmin[Service]):
    form = ServiceForm
    fields = ("name", "company", "retired")
    list_display = ("name", "company_name", "ticket_count", "alert_count", "retired_at")
    list_filter = (InUseFilter, "company")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    search_help_text = gettext_lazy("Name or company")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        counts = {
            "ticket_count": count_of(Service, "tickets"),
            "alert_count": count_of(Service, "service_alerts"),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=gettext_lazy("company"), ordering="company__name")
    def company_name(self, service: Service) -> str:
        return str(service.company or _("all"))

    @admin.display(description=gettext_lazy("tickets"), ordering="ticket_count")
    def ticket_count(self, service: Service) -> int:
        return int(service.ticket_count)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("service alerts"), ordering="alert_count")
    def alert_count(self, service: Service) -> int:
        return int(service.alert_count)  # type: ignore[attr-defined]  # annotated above


class ParentField(forms.ModelChoiceField[Any]):
    """Categories with their tree and path, as names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_tree_display()}: {obj.path}"


class CategoryForm(RetirableForm):
    parent = ParentField(
        Category.objects.none(),
        label=gettext_lazy("Above it"),
        required=False,
        help_text=gettext_lazy("Of the same tree. Empty: it stands at the top."),
    )

    class Meta:
        model = Category
        fields: ClassVar[list[str]] = ["tree", "parent", "name", "order"]
        help_texts: ClassVar[dict[str, Any]] = {
            "tree": gettext_lazy("Operational: what is to be done. Product: with what."),
            "name": gettext_lazy("One step of the path, such as VPN."),
            "order": gettext_lazy("The lowest number stands first among its neighbours."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parent := self.fields.get("parent"):
            assert isinstance(parent, ParentField)
            usable = Q(retired_at=None) | Q(pk=self.instance.parent_id)
            rows = Category.objects.filter(usable).exclude(pk=self.instance.pk)
            parent.queryset = in_tree_order(rows.with_path())


def in_tree_order(rows: QuerySet[Category]) -> QuerySet[Category]:
    """Each below the one above it, whatever the database thinks of letters."""
    exact = "C" if connection.vendor == "postgresql" else "BINARY"
    steps = ["__".join(["parent"] * above) for above in range(DEPTH - 1, 0, -1)] + [""]
    place = Concat(*map(_step, steps), output_field=TextField())
    return rows.annotate(place=Collate(place, exact)).order_by("tree", "place", "pk")


def _step(above: str) -> Case:
    """Where one step of the path stands among its neighbours; nothing where there is no step."""
    prefix = f"{above}__" if above else ""
    order = LPad(Cast(f"{prefix}order", CharField()), 5, Value("0"))
    key = Concat(order, Lower(f"{prefix}name"), Value("\n"), output_field=TextField())
    there = When(**{f"{prefix}name__isnull": False}, then=key)
    return Case(there, default=Value(""), output_field=TextField())


@admin.register(Category)
class CategoryAdmin(RetirableAdmin[Category]):
    form = CategoryForm
    fields = ("tree", "parent", "name", "order", "retired")
    list_display = ("indented", "tree", "order", "ticket_count", "retired_at")
    list_filter = (InUseFilter, "tree")
    search_fields = ("name", "parent__name", "parent__parent__name", "parent__parent__parent__name")
    search_help_text = gettext_lazy("Name of the category, or of one above it")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("tree", "place", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        said = count_of(Category, "operational_tickets") + count_of(Category, "product_tickets")
        rows = Category.objects.with_path().annotate(ticket_count=said)
        return in_tree_order(rows)

    @admin.display(description=gettext_lazy("category"))
    def indented(self, category: Category) -> str:
        *above, name = category.steps
        path = "".join(f"{step}{STEP}" for step in above)
        return format_html(
            '<span class="branch branch-{}"><span class="quiet">{}</span>{}</span>',
            len(above), path, name,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("tickets"), ordering="ticket_count")
    def ticket_count(self, category: Category) -> int:
        return int(category.ticket_count)  # type: ignore[attr-defined]  # annotated above
