"""Customers: tokens for them, and who they are for staff and other systems."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from livechat.api.authentication import CustomerReach, CustomerTokenAuthentication
from livechat.api.directory import Directory
from livechat.api.filters import CustomerFilter
from livechat.api.permissions import WorksOnTickets
from livechat.api.posting import throttle
from livechat.api.serializers import SignInCustomerSerializer, checked
from livechat.api.ticketing import named
from tickets.models import Company, Customer, network_of
from tickets.services.identity import Identity, customer_token, identify_customer, read_identity


def customer_for_staff(row: Customer) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "title": row.title,
        "vip": row.vip,
        "verified": row.verified,
        "company": named(row.company),
        "site": row.site.name if row.site else None,
    }


class CustomerViewSet(Directory[Customer]):
    """Known people, for staff; tokens, for a signed identity, an older token, or nobody known."""

    filters = CustomerFilter
    shown = staticmethod(customer_for_staff)

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [CustomerTokenAuthentication()] if self._signs_in else super().get_authenticators()

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self._signs_in else WorksOnTickets()]

    @property
    def _signs_in(self) -> bool:
        return self.request.method == "POST" and "post" in self.action_map

    def get_queryset(self) -> QuerySet[Customer]:
        mine = Company.objects.visible_to(self.user).values("pk")
        return Customer.objects.filter(company__in=mine).select_related("company", "site")

    def create(self, request: Request) -> Response:
        body = checked(SignInCustomerSerializer, request.data)
        throttle(("customer_address", network_of(request.META.get("REMOTE_ADDR"))))
        company = get_object_or_404(Company, public_id=body["company"], retired_at=None)
        identity = read_identity(company, body["identity"])
        reach = request.auth
        if isinstance(reach, CustomerReach) and _is_same(reach.customer, company, identity):
            customer = reach.customer
        else:
            customer = identify_customer(company, identity=identity)
        answer = {
            "token": customer_token(customer),
            "verified": customer.verified,
            "name": customer.name,
            "email": customer.email,
        }
        return Response(answer, status=status.HTTP_201_CREATED)


def _is_same(customer: Customer, company: Company, identity: Identity | None) -> bool:
    """Whether the identity says nothing new of whose token it is: it may be an old page's copy."""
    if customer.company_id != company.pk:
        return False
    return identity is None or identity.external_id == customer.external_id
