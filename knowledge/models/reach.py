"""Which articles somebody may read, said once for lists, search and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import Company, Customer, User


class Audience(models.TextChoices):
    """Whom an article is written for."""

    CUSTOMERS = "customers", _("customers and agents")
    AGENTS = "agents", _("agents only")


@dataclass(frozen=True, slots=True)
class Reach:
    """Companies, none for all of them, and audiences, of which one has to fit."""

    companies: frozenset[int] | None
    audiences: frozenset[str]

    @classmethod
    def of_user(cls, user: User) -> Self:
        """Staff read what is for agents too, of the companies they work for."""
        if not user.has_perm("knowledge.view_article"):
            return cls(frozenset(), frozenset())
        both = frozenset(Audience.values)
        if user.all_companies:
            return cls(None, both)
        mine = Company.objects.visible_to(user).values_list("pk", flat=True)
        return cls(frozenset(mine), both)

    @classmethod
    def of_company(cls, company: int) -> Self:
        """Its customers, and whoever reads its help pages."""
        return cls(frozenset({company}), frozenset({Audience.CUSTOMERS.value}))

    @classmethod
    def of_customer(cls, customer: Customer) -> Self:
        return cls.of_company(customer.company_id)

    def within(self, company: int) -> Reach:
        """What of it concerns this company too."""
        theirs = self.companies is None or company in self.companies
        return Reach(frozenset({company}) if theirs else frozenset(), self.audiences)

    def covers(self, audience: str, companies: frozenset[int]) -> bool:
        """Whether what is written for these is read. An article of no company is for all."""
        if audience not in self.audiences or self.companies == frozenset():
            return False
        return self.companies is None or not companies or bool(self.companies & companies)
