"""What people work with: laptops, phones, printers."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.keys import token_urlsafe_16
from tickets.models.people import Company, Customer, Site, User


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, user: User) -> Self:
        """The assets of the companies that a member of staff works for."""
        return self.filter(company__in=Company.objects.visible_to(user).values("pk"))

    def in_hand(self) -> Self:
        """Not retired."""
        return self.exclude(status=Asset.Status.RETIRED)


class Asset(models.Model):
    """One thing, with its name on the network where it has one."""

    class Kind(models.TextChoices):
        LAPTOP = "laptop", _("laptop")
        DESKTOP = "desktop", _("desktop")
        PHONE = "phone", _("phone")
        TABLET = "tablet", _("tablet")
        MONITOR = "monitor", _("monitor")
        DOCK = "dock", _("dock")
        PRINTER = "printer", _("printer")
        SERVER = "server", _("server")
        OTHER = "other", _("other")

    class Status(models.TextChoices):
        IN_USE = "in_use", _("in use")
        IN_STOCK = "in_stock", _("in stock")
        IN_REPAIR = "in_repair", _("in repair")
        RETIRED = "retired", _("retired")

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="assets", verbose_name=_("company")
    )
    tag = models.CharField(
        _("tag"), max_length=60, help_text=_("What stands on it, such as LT-20417.")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("Such as Laptop, 14 inch."))
    hostname = models.CharField(_("hostname"), max_length=255, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.LAPTOP)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.IN_USE)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assets",
        verbose_name=_("used by"),
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("site")
    )
    in_use_since = models.DateField(_("in use since"), null=True, blank=True)

    objects: ClassVar[models.Manager[Asset]] = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering: ClassVar[list[str]] = ["company", "tag"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["company", "tag"], name="asset_tag_unique_in_company"),
            models.CheckConstraint(
                condition=Q(status__in=["in_use", "in_stock", "in_repair", "retired"]),
                name="asset_status_known",
            ),
        ]

    def __str__(self) -> str:
        return self.tag

    def clean(self) -> None:
        """Who uses it, and where, are its company's."""
        rows = {"customer": self.customer, "site": self.site}
        foreign = [name for name, row in rows.items() if row and row.company_id != self.company_id]
        if foreign:
            raise ValidationError({name: _("It belongs to another company.") for name in foreign})
        if self.pk and self.tickets.exclude(company=self.company_id).exists():
            text = _("Tickets of its company name it. Retire it, and make a new one.")
            raise ValidationError({"company": text})
