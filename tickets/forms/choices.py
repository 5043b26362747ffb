"""Who and what a field can be when there are thousands: looked up by words, or written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Model, Q, QuerySet

from tickets.models import Asset, AssignmentGroup, Category, Customer, User
from tickets.models.catalogue import DEPTH, STEP

#: A search shows so many; more words find fewer.
ROWS = 20
SOUGHT_WORDS = 8


@dataclass(frozen=True, slots=True)
class Lookup:
    """The rows of a field: which a company has, how they are found, what stands beside them."""

    rows: Callable[[int], QuerySet[Any]]
    sought: tuple[str, ...]
    exact: Callable[[QuerySet[Any], str], QuerySet[Any]]
    beside: Callable[[Any], str]

    def search(self, company: int, text: str, *, group: str = "") -> list[Any]:
        """The first rows that every word of the text is found in."""
        found = self._of_group(self.rows(company), group)
        for word in text.replace("\0", "").split()[:SOUGHT_WORDS]:
            found = found.filter(_any([f"{name}__icontains" for name in self.sought], word))
        return list(found[:ROWS])

    def named(self, company: int, text: str) -> list[Any]:
        """Those that are called exactly so; two when there are more."""
        return list(self.exact(self.rows(company), text)[:2])

    def _of_group(self, rows: QuerySet[Any], group: str) -> QuerySet[Any]:
        """Of staff: those of the assigned group, if it has any."""
        named = AssignmentGroup.objects.filter(public_id=group).first() if group else None
        return named.among(rows) if named and rows.model is User else rows


def _any(lookups: list[str], text: str) -> Q:
    hit = Q()
    for lookup in lookups:
        hit |= Q(**{lookup: text})
    return hit


def _is_one_of(*names: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    return lambda rows, text: rows.filter(_any([f"{name}__iexact" for name in names], text))


def _is_path(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The category at the end of this path, which begins at the top of its tree."""
    steps = [step.strip() for step in text.split(STEP.strip())]
    if len(steps) > DEPTH:
        return rows.none()
    at = ["parent__" * number for number in range(len(steps))]
    names = {f"{above}name__iexact": step for above, step in zip(at, reversed(steps), strict=True)}
    return rows.filter(**names, **{f"{at[-1]}parent": None})


def _customers(company: int) -> QuerySet[Customer]:
    return Customer.objects.filter(company=company).order_by("name", "pk")


def _assets(company: int) -> QuerySet[Asset]:
    theirs = Asset.objects.in_hand().filter(company=company)
    return theirs.select_related("customer").order_by("tag")


def _categories(tree: str, company: int) -> QuerySet[Category]:
    """They are the same for all companies."""
    rows = Category.objects.active().with_path().filter(tree=tree)
    return rows.order_by("order", "name", "pk")


def _user_of(asset: Asset) -> str:
    return f"{asset.name}, {asset.customer}" if asset.customer else asset.name


def _category(tree: str) -> Lookup:
    steps = tuple("parent__" * number + "name" for number in range(DEPTH))
    return Lookup(partial(_categories, tree), steps, _is_path, lambda row: "")


def _email_of(person: Customer | User) -> str:
    return person.email


PERSON = ("name", "email")
ASSET = ("tag", "name", "hostname", "customer__name")
LOOKUPS: dict[str, Lookup] = {
    "contact": Lookup(_customers, PERSON, _is_one_of(*PERSON), _email_of),
    "asset": Lookup(_assets, ASSET, _is_one_of("tag", "hostname"), _user_of),
    "assignee": Lookup(User.objects.working_for, PERSON, _is_one_of(*PERSON), _email_of),
    "operational_category": _category(Category.Tree.OPERATIONAL),
    "product_category": _category(Category.Tree.PRODUCT),
}


def key_of(row: Model | None) -> str:
    """What a page calls the row."""
    return "" if row is None else str(getattr(row, "public_id", ""))
