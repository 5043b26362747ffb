"""What other systems have to know to speak of it: companies, assets, queues, statuses, alerts."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, Prefetch, Q, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from livechat.api.filters import (
    AlertFilter,
    AssetFilter,
    CompanyFilter,
    QueueFilter,
    StatusFilter,
    narrowed,
)
from livechat.api.paging import PUBLIC_ID, ById
from livechat.api.permissions import IsAgent, WorksOnTickets
from livechat.api.ticketing import named
from livechat.models import Queue
from livechat.protocol import stamp
from tickets.models import Asset, Company, ServiceAlert, Site, Status, StatusReason, User

AnyRow = TypeVar("AnyRow", bound=Model)


class Directory(GenericViewSet[AnyRow]):
    """Rows that staff may read, a page of them or one; what else there is, is not there.

    `get_queryset` says which, with all that `shown` tells of one.
    """

    permission_classes: tuple[type[BasePermission], ...] = (WorksOnTickets,)
    pagination_class = ById
    lookup_field = "public_id"
    lookup_url_kwarg = "row"
    lookup_value_regex = PUBLIC_ID
    filters: ClassVar[type[filters.FilterSet]]
    shown: ClassVar[staticmethod[[Any], dict[str, Any]]]

    @property
    def user(self) -> User:
        """Who reads: the permissions have made sure that he is staff."""
        return cast(User, self.request.user)

    def list(self, request: Request) -> Response:
        rows = narrowed(self.filters, self.get_queryset(), request)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([self.shown(row) for row in page])

    def retrieve(self, request: Request, row: str) -> Response:
        return Response(self.shown(self.get_object()))


def company_for_staff(row: Company) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "external_key": row.external_key,
        "name": row.name,
        "time_zone": row.time_zone,
        "language": row.language,
        "sites": [
            {"name": site.name, "region": site.region, "time_zone": site.time_zone}
            for site in row.sites.all()
        ],
    }


class CompanyViewSet(Directory[Company]):
    """The companies that he works for, with their sites."""

    filters = CompanyFilter
    shown = staticmethod(company_for_staff)

    def get_queryset(self) -> QuerySet[Company]:
        sites = Site.objects.filter(retired_at=None).order_by("name")
        mine = Company.objects.visible_to(self.user).active()
        return mine.prefetch_related(Prefetch("sites", sites))


def asset_for_staff(row: Asset) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "tag": row.tag,
        "name": row.name,
        "hostname": row.hostname,
        "kind": row.kind,
        "status": row.status,
        "company": named(row.company),
        "customer": named(row.customer),
        "site": row.site.name if row.site else None,
        "in_use_since": row.in_use_since and row.in_use_since.isoformat(),
    }


class AssetViewSet(Directory[Asset]):
    """The assets of his companies, also those that are retired."""

    filters = AssetFilter
    shown = staticmethod(asset_for_staff)

    def get_queryset(self) -> QuerySet[Asset]:
        return Asset.objects.visible_to(self.user).select_related("company", "customer", "site")


def queue_for_staff(row: Any) -> dict[str, Any]:
    """Of a queue that says whether the reader serves it."""
    return {
        "id": row.public_id,
        "name": row.name,
        "company": named(row.company),
        "is_default": row.is_default,
        "served": bool(row.served),
    }


class QueueViewSet(Directory[Queue]):
    """Where chats of his companies may wait, and whether he takes from there."""

    permission_classes = (IsAgent,)
    filters = QueueFilter
    shown = staticmethod(queue_for_staff)

    def get_queryset(self) -> QuerySet[Queue]:
        mine = Company.objects.visible_to(self.user).values("pk")
        theirs = Queue.objects.active().filter(Q(company=None) | Q(company__in=mine))
        served = Queue.objects.served_by(self.user).values("pk")
        return theirs.annotate(served=Q(pk__in=served)).select_related("company")


def status_for_staff(row: Status) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "kind": row.kind,
        "name": row.name,
        "stage": row.stage,
        "reasons": [named(reason) for reason in row.reasons.all()],
    }


class StatusViewSet(Directory[Status]):
    """What a ticket can be, and why, in the administrator's words."""

    filters = StatusFilter
    shown = staticmethod(status_for_staff)

    def get_queryset(self) -> QuerySet[Status]:
        reasons = StatusReason.objects.active().order_by("order", "name", "pk")
        return Status.objects.active().prefetch_related(Prefetch("reasons", reasons))


def alert_for_staff(row: Any) -> dict[str, Any]:
    """Of an alert that says whether it is for all, and knows only the reader's companies."""
    companies = [company.public_id for company in row.companies.all()]
    return {
        "id": row.public_id,
        "title": row.title,
        "text": row.text,
        "service": row.service.name if row.service else None,
        "companies": None if row.for_all else companies,
        "starts_at": stamp(row.starts_at),
        "ends_at": row.ends_at and stamp(row.ends_at),
        "in_effect": row.starts_at <= timezone.now(),
        "shown_to_customers": row.shown_to_customers,
    }


class AlertViewSet(Directory[ServiceAlert]):
    """What is out of order for his companies, or will be; none that is over."""

    filters = AlertFilter
    shown = staticmethod(alert_for_staff)

    def get_queryset(self) -> QuerySet[ServiceAlert]:
        mine = Company.objects.visible_to(self.user)
        rows = ServiceAlert.objects.unfinished(timezone.now()).concerning(mine)
        known = Prefetch("companies", mine.order_by("name"))
        return rows.select_related("service").prefetch_related(known)
