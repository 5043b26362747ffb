"""What is out of order just now, and who is to know."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.catalogue import Service
from tickets.models.keys import token_urlsafe_16
from tickets.models.people import Company


class ServiceAlertQuerySet(models.QuerySet["ServiceAlert"]):
    def in_effect(self, now: datetime) -> Self:
        """Begun and not over, the latest first."""
        over = Q(ends_at__lte=now)
        return self.filter(starts_at__lte=now).exclude(over).order_by("-starts_at", "-pk")

    def of_company(self, company_id: int) -> Self:
        """Those for this company, and those for all."""
        ours = ServiceAlert.companies.through.objects.filter(company=company_id)
        anybody = ServiceAlert.companies.through.objects.values("servicealert")
        return self.filter(Q(pk__in=ours.values("servicealert")) | ~Q(pk__in=anybody))

    def unfinished(self, now: datetime) -> Self:
        """In effect, or to come."""
        return self.exclude(ends_at__lte=now)

    def concerning(self, companies: models.QuerySet[Company]) -> Self:
        """Those for one of these companies, and those for all, which `for_all` says."""
        links = ServiceAlert.companies.through.objects
        theirs = links.filter(company__in=companies.values("pk")).values("servicealert")
        told = self.annotate(for_all=~Q(pk__in=links.values("servicealert")))
        return told.filter(Q(pk__in=theirs) | Q(for_all=True))

    def told_to_customers(self, company_id: int, now: datetime) -> Self:
        return self.in_effect(now).of_company(company_id).filter(shown_to_customers=True)

    def next_change(self, company_id: int, now: datetime) -> datetime | None:
        """When the next of those that customers are told of begins or ends."""
        told = self.of_company(company_id).filter(shown_to_customers=True)
        begins, ends = Q(starts_at__gt=now), Q(ends_at__gt=now)
        moments = told.filter(begins | ends).aggregate(
            begins=Min("starts_at", filter=begins), ends=Min("ends_at", filter=ends)
        )
        return min(filter(None, moments.values()), default=None)


class ServiceAlert(models.Model):
    """An outage or a maintenance that agents, and customers if wanted, are told of."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    companies = models.ManyToManyField(
        Company,
        verbose_name=_("companies"),
        blank=True,
        related_name="service_alerts",
        help_text=_("Whom it concerns. None chosen: all companies."),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="service_alerts",
        verbose_name=_("service"),
    )
    title = models.CharField(
        _("title"), max_length=120, help_text=_("Such as Harbour VPN gateway is slow.")
    )
    text = models.TextField(
        _("text"),
        max_length=1000,
        blank=True,
        help_text=_("What is known, what helps meanwhile, when there is more to say."),
    )
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until somebody ends it.")
    )
    shown_to_customers = models.BooleanField(
        _("shown to customers"),
        default=False,
        help_text=_("In the widget, before they ask. Agents see it in any case."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[ServiceAlert]] = ServiceAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("service alert")
        verbose_name_plural = _("service alerts")
        ordering: ClassVar[list[str]] = ["-starts_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["starts_at"], name="service_alert_start"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="service_alert_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("Has to be later than the first.")})

    def is_in_effect(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)
