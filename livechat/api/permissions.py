"""Who may use the API at all; what they reach is the reach's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

from livechat.api.authentication import CustomerReach, StaffReach
from tickets.models import User

if TYPE_CHECKING:  # The views import their default permissions themselves.
    from rest_framework.request import Request
    from rest_framework.views import APIView


class MayUseChats(BasePermission):
    """Customers by token; staff who may use the console."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if isinstance(request.auth, CustomerReach):
            return True
        return isinstance(request.auth, StaffReach) and request.user.has_perm(
            "livechat.use_console"
        )


class IsAgent(MayUseChats):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, StaffReach) and super().has_permission(request, view)


class WorksOnTickets(BasePermission):
    """Staff who work on tickets, agents or not."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return isinstance(user, User) and user.has_perm("tickets.work_on_tickets")


class MayUseTickets(WorksOnTickets):
    """Customers by token; staff who work on tickets."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        by_customer = isinstance(request.auth, CustomerReach)
        return by_customer or super().has_permission(request, view)


class IsCustomer(MayUseChats):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, CustomerReach)
