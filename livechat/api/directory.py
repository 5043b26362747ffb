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
    """Rows that staff may read, a page of them or one; what else there is, is not there."""

    permission_classes: tuple[type[BasePermission], ...] = (WorksOnTickets,)
    pagination_class = ById
    lookup_field = "public_id"
    lookup_url_kwarg = "row"
    lookup_value_regex = PUBLIC_ID
    filters: ClassVar[type[filters.FilterSet]]

    def rows(self, user: User) -> QuerySet[AnyRow]:
        """Those that he may read, with all that is shown of them."""
        raise NotImplementedError

    def shown(self, row: AnyRow) -> dict[str, Any]:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[AnyRow]:
        return self.rows(cast(User, self.request.user))

    def list(self, request: Request) -> Response:
        rows = narrowed(self.filters, self.get_queryset(), request)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([self.shown(row) for row in page])

    def retrieve(self, request: Request, row: str) -> Response:
        return Response(self.shown(self.get_object()))


class CompanyViewSet(Directory[Company]):
    """The companies that he works for, with their sites."""

    filters = CompanyFilter

    def rows(self, user: User) -> QuerySet[Company]:
        sites = Site.objects.filter(retired_at=None).order_by("name")
        mine = Company.objects.visible_to(user).active()
        return mine.prefetch_related(Prefetch("sites", sites))

    def shown(self, row: Company) -> dict[str, Any]:
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


class AssetViewSet(Directory[Asset]):
    """The assets of his companies, also those that are retired."""

    filters = AssetFilter

    def rows(self, user: User) -> QuerySet[Asset]:
        return Asset.objects.visible_to(user).select_related("company", "customer", "site")

    def shown(self, row: Asset) -> dict[str, Any]:
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


class QueueViewSet(Directory[Queue]):
    """Where chats of his companies may wait, and whether he takes from there."""

    permission_classes = (IsAgent,)
    filters = QueueFilter

    def rows(self, user: User) -> QuerySet[Queue]:
        mine = Company.objects.visible_to(user).values("pk")
        theirs = Queue.objects.active().filter(Q(company=None) | Q(company__in=mine))
        served = Queue.objects.served_by(user).values("pk")
        return theirs.annotate(served=Q(pk__in=served)).select_related("company")

    def shown(self, row: Queue) -> dict[str, Any]:
        return {
            "id": row.public_id,
            "name": row.name,
            "company": named(row.company),
            "is_default": row.is_default,
            "served": bool(cast(Any, row).served),
        }


class StatusViewSet(Directory[Status]):
    """What a ticket can be, and why, in the administrator's words."""

    filters = StatusFilter

    def rows(self, user: User) -> QuerySet[Status]:
        reasons = StatusReason.objects.active().order_by("order", "name", "pk")
        return Status.objects.active().prefetch_related(Prefetch("reasons", reasons))

    def shown(self, row: Status) -> dict[str, Any]:
        return {
            "id": row.public_id,
            "kind": row.kind,
            "name": row.name,
            "stage": row.stage,
            "reasons": [named(reason) for reason in row.reasons.all()],
        }


class AlertViewSet(Directory[ServiceAlert]):
    """What is out of order for his companies, or will be; none that is over."""

    filters = AlertFilter

    def rows(self, user: User) -> QuerySet[ServiceAlert]:
        mine = Company.objects.visible_to(user)
        rows = ServiceAlert.objects.unfinished(timezone.now()).concerning(mine)
        known = Prefetch("companies", mine.order_by("name"), to_attr="of_reader")
        return rows.select_related("service").prefetch_related(known)

    def shown(self, row: ServiceAlert) -> dict[str, Any]:
        told, now = cast(Any, row), timezone.now()
        return {
            "id": row.public_id,
            "title": row.title,
            "text": row.text,
            "service": row.service.name if row.service else None,
            "companies": None if told.for_all else [one.public_id for one in told.of_reader],
            "starts_at": stamp(row.starts_at),
            "ends_at": row.ends_at and stamp(row.ends_at),
            "in_effect": row.starts_at <= now,
            "shown_to_customers": row.shown_to_customers,
        }
