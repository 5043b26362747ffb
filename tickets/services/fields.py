"""Whether what a ticket says fits together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import (
    AssignmentGroup,
    Category,
    Customer,
    RequiredField,
    Service,
    Site,
    Status,
    StatusReason,
    Ticket,
    TicketTemplate,
    User,
)
from tickets.models.assets import Asset

#: What people may fill in, in the order of the form.
EDITABLE = (
    "summary", "description", "impact", "urgency", "operational_category", "product_category",
    "contact", "site", "group", "assignee", "asset", "service", "due_at", "resolution",
)  # fmt: skip
LABELS: dict[str, Any] = {
    "summary": gettext_lazy("Summary"),
    **dict(RequiredField.Field.choices),
    "resolution": gettext_lazy("Resolution"),
    "priority": gettext_lazy("Priority"),
    "status": gettext_lazy("Status"),
    "reason": gettext_lazy("Status reason"),
}
FOREIGN = gettext_lazy("It belongs to another company.")
RETIRED = gettext_lazy("It is not in use any more.")


def blank_fields(
    kind: str, template: TicketTemplate | None, values: Mapping[str, Any]
) -> list[str]:
    """The required fields that these values leave blank, in the order of the form."""
    required = ["summary", *RequiredField.objects.of(kind, template)]
    return [name for name in required if values.get(name) in (None, "")]


def label_of(field: str) -> str:
    """What people call it."""
    return str(LABELS[field])


def wrong_fields(ticket: Ticket, changed: Iterable[str]) -> dict[str, str]:
    """A sentence for each changed field whose value does not fit this ticket.

    What was chosen before and is out of use by now may stay.
    """
    found = ((name, _problem(ticket, name)) for name in changed if name in CHECKS)
    return {name: problem for name, problem in found if problem}


def _problem(ticket: Ticket, name: str) -> str:
    value = getattr(ticket, name)
    return "" if value is None else CHECKS[name](ticket, value)


def _own_person(ticket: Ticket, person: Customer) -> str:
    return "" if person.company_id == ticket.company_id else str(FOREIGN)


def _own_site(ticket: Ticket, site: Site) -> str:
    if site.company_id != ticket.company_id:
        return str(FOREIGN)
    return str(RETIRED) if site.retired_at else ""


def _own_asset(ticket: Ticket, asset: Asset) -> str:
    return "" if asset.company_id == ticket.company_id else str(FOREIGN)


def _open_to_company(ticket: Ticket, row: Service | AssignmentGroup) -> str:
    if row.company_id not in {None, ticket.company_id}:
        return str(FOREIGN)
    return str(RETIRED) if row.retired_at else ""


def _of_tree(tree: str) -> Callable[[Ticket, Category], str]:
    def check(_ticket: Ticket, category: Category) -> str:
        if category.tree != tree:
            return _("It stands in the other tree.")
        return str(RETIRED) if category.retired_at else ""

    return check


def _member(ticket: Ticket, assignee: User) -> str:
    if not assignee.is_active:
        return _("This account is switched off.")
    works_here = User.objects.working_for(ticket.company_id).filter(pk=assignee.pk)
    if not works_here.exists():
        return _("This person does not work for the ticket’s company.")
    if ticket.group and not ticket.group.among(works_here).exists():
        return _("This person is not in the assigned group.")
    return ""


CHECKS: dict[str, Callable[[Ticket, Any], str]] = {
    "contact": _own_person,
    "site": _own_site,
    "asset": _own_asset,
    "service": _open_to_company,
    "group": _open_to_company,
    "operational_category": _of_tree(Category.Tree.OPERATIONAL),
    "product_category": _of_tree(Category.Tree.PRODUCT),
    "assignee": _member,
}


def wrong_status(ticket: Ticket, status: Status, reason: StatusReason | None) -> dict[str, str]:
    """Why the ticket cannot be given this status with this reason."""
    if status.kind != ticket.kind:
        return {"status": _("It is a status of the other kind.")}
    if status.retired_at:
        return {"status": str(RETIRED)}
    goes_with = set(status.reasons.active().values_list("pk", flat=True))
    if reason is None:
        return {"reason": _("Choose a status reason.")} if goes_with else {}
    if reason.pk not in goes_with:
        values = {"reason": reason, "status": status}
        return {"reason": _("%(reason)s does not go with %(status)s.") % values}
    return {}
