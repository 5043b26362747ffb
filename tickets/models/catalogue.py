"""What tickets are sorted by: services, categories, and the groups that work on them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrPromise

from tickets.models.keys import token_urlsafe_16
from tickets.models.people import Company, User

#: A path is written so: Network › VPN.
STEP = " › "
#: A tree of categories has so many levels at most.
DEPTH = 4


def unique_name(prefix: str) -> list[models.BaseConstraint]:
    """A name stands once in a company, and once among what belongs to all."""
    return [
        models.UniqueConstraint(
            fields=["company", "name"], name=f"{prefix}_name_unique_in_company"
        ),
        models.UniqueConstraint(
            fields=["name"],
            condition=Q(company__isnull=True),
            name=f"{prefix}_name_unique_without_company",
            violation_error_message=_("There is one of this name for all companies already."),
        ),
    ]


def filled_in_by(templates: models.QuerySet[Any]) -> list[str]:
    """Why what these templates fill in has to stay: no ticket could be made with them."""
    names = list(templates.filter(retired_at=None).order_by("name").values_list("name", flat=True))
    text = ngettext(
        "The template %(names)s fills it in. Change that first.",
        "The templates %(names)s fill it in. Change these first.",
        len(names),
    )
    return [text % {"names": ", ".join(names)}] if names else []


def check_company(row: AssignmentGroup | Service) -> None:
    """A company that others than its own use already is no company for it."""
    if row.company_id is None or row.pk is None:
        return
    for users in (row.tickets, row.ticket_templates):
        if count := users.exclude(company=row.company_id).count():
            name = users.model._meta.verbose_name_plural
            text = _("%(count)s %(name)s of other companies have it. Make a new one instead.")
            raise ValidationError({"company": text % {"count": count, "name": name}})


class AssignmentGroupQuerySet(models.QuerySet["AssignmentGroup"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def open_to(self, company_id: int) -> Self:
        """Who may work on tickets of this company."""
        return self.active().filter(Q(company=company_id) | Q(company=None))


class AssignmentGroup(models.Model):
    """People who work on tickets together."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignment_groups",
        verbose_name=_("company"),
        help_text=_("Empty: works on tickets of all companies."),
    )
    name = models.CharField(_("name"), max_length=80)
    members = models.ManyToManyField(
        User,
        verbose_name=_("members"),
        blank=True,
        related_name="assignment_groups",
        help_text=_("Who its tickets can be assigned to."),
    )
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on it is given no new tickets; those it has stay."),
    )

    objects: ClassVar[models.Manager[AssignmentGroup]] = AssignmentGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("assigned group")
        verbose_name_plural = _("assigned groups")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = unique_name("assignment_group")

    def __str__(self) -> str:
        return self.name

    def among(self, users: models.QuerySet[User]) -> models.QuerySet[User]:
        """Who of these its tickets can be assigned to: all, while it has no members."""
        return users.filter(assignment_groups=self) if self.members.exists() else users

    def clean(self) -> None:
        check_company(self)

    def against_retiring(self) -> list[str]:
        return filled_in_by(self.ticket_templates.all())


class ServiceQuerySet(models.QuerySet["Service"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def open_to(self, company_id: int) -> Self:
        """What people of this company use."""
        return self.active().filter(Q(company=company_id) | Q(company=None))


class Service(models.Model):
    """What people use and miss when it fails: e-mail, remote access."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("company"),
        help_text=_("Empty: used by all companies."),
    )
    name = models.CharField(_("name"), max_length=80)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on no new ticket says it; those that do stay."),
    )

    objects: ClassVar[models.Manager[Service]] = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = unique_name("service")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_company(self)

    def against_retiring(self) -> list[str]:
        return filled_in_by(self.ticket_templates.all())


class CategoryQuerySet(models.QuerySet["Category"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def with_path(self) -> Self:
        """Each with its parents, as far as a tree goes: their paths need no more queries."""
        return self.select_related("__".join(["parent"] * (DEPTH - 1)))


class Category(models.Model):
    """A step in a tree: what was done (operational), or with what (product)."""

    class Tree(models.TextChoices):
        OPERATIONAL = "operational", _("operational")
        PRODUCT = "product", _("product")

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    tree = models.CharField(_("tree"), max_length=12, choices=Tree)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("above it"),
        help_text=_("Empty: it stands at the top of its tree."),
    )
    name = models.CharField(_("name"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on no new ticket says it; those that do stay."),
    )

    objects: ClassVar[models.Manager[Category]] = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering: ClassVar[list[str]] = ["tree", "order", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tree", "parent", "name"], name="category_name_unique_in_its_parent"
            ),
            models.UniqueConstraint(
                fields=["tree", "name"],
                condition=Q(parent__isnull=True),
                name="category_name_unique_at_the_top",
                violation_error_message=_("There is one of this name at the top already."),
            ),
            models.CheckConstraint(
                condition=Q(tree__in=["operational", "product"]), name="category_tree_known"
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="category_not_its_own_parent",
                violation_error_message=_("It cannot stand below itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def steps(self) -> list[str]:
        """The names from the top to this one. With `with_path` no query is made."""
        names, at = [self.name], self.parent
        while at is not None and len(names) < DEPTH:
            names.insert(0, at.name)
            at = at.parent
        return names

    @property
    def path(self) -> str:
        return STEP.join(self.steps)

    def clean(self) -> None:
        """It stands in one tree, below none of its own, no deeper than a tree goes."""
        if self.parent and (reason := self._against_parent(self.parent)):
            raise ValidationError({"parent": reason})
        if self.pk and self.in_use():
            before = Category.objects.values_list("tree", flat=True).get(pk=self.pk)
            if before != self.tree:
                text = _("It is in use in its tree. Make a new one in the other.")
                raise ValidationError({"tree": text})

    def _against_parent(self, parent: Category) -> StrPromise | str | None:
        if parent.tree != self.tree:
            return _("It stands in the other tree.")
        above: list[int] = []
        at: Category | None = parent
        while at is not None and len(above) <= DEPTH:
            above.append(at.pk)
            at = at.parent
        if self.pk in above:
            return _("It cannot stand below itself.")
        if len(above) + self._height() > DEPTH:
            return _("A tree has %(levels)s levels at most.") % {"levels": DEPTH}
        return None

    def _height(self) -> int:
        """How many levels it takes, with those below it."""
        levels, rows = 1, {self.pk}
        while self.pk and levels <= DEPTH:
            below = Category.objects.filter(parent__in=rows)
            rows = set(below.values_list("pk", flat=True))
            if not rows:
                break
            levels += 1
        return levels

    def in_use(self) -> bool:
        """Something says it, or stands below it."""
        users = [self.children, self.operational_tickets, self.product_tickets]
        users += [self.operational_templates, self.product_templates]
        return any(rows.exists() for rows in users)

    def against_retiring(self) -> list[str]:
        """What would still be offered, or could not be made any more."""
        count = self.children.filter(retired_at=None).count()
        text = ngettext(
            "%(count)s category stands below it. Retire that first.",
            "%(count)s categories stand below it. Retire these first.",
            count,
        )
        children = [text % {"count": count}] if count else []
        both = [self.operational_templates, self.product_templates]
        return children + [reason for rows in both for reason in filled_in_by(rows.all())]
