"""Tickets: a customer's own, and those of the companies that staff and systems work for."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from livechat.api.authentication import CustomerReach, reach_of
from livechat.api.filters import TicketFilter
from livechat.api.once import Once
from livechat.api.paging import PUBLIC_ID, NewestFirst
from livechat.api.permissions import MayUseTickets, WorksOnTickets
from livechat.api.posting import throttle
from livechat.api.serializers import (
    CommentSerializer,
    LatestSerializer,
    LeaveTicketSerializer,
    checked,
    comment_for_customer,
    ticket_for_customer,
)
from livechat.api.ticketing import (
    NoteSerializer,
    ResolveSerializer,
    entry_for_staff,
    outcome_named,
    ticket_for_staff,
)
from livechat.api.writing import open_as_said, save_as_said, tag_of
from livechat.models.files import told_of
from livechat.services.leaving import leave_ticket
from tickets.models import Activity, Customer, Ticket, TicketFile, User, network_of
from tickets.services.activity import add_comment, add_own_comment, add_work_note
from tickets.services.lifecycle import resolve_ticket

#: The latest files that a ticket is shown with.
FILES = 100


class TicketViewSet(Once, GenericViewSet[Ticket]):
    """Whose tickets they are is said by who calls: a customer, or staff."""

    pagination_class = NewestFirst
    lookup_field = "public_id"
    lookup_url_kwarg = "ticket"
    lookup_value_regex = PUBLIC_ID
    permissions: ClassVar[dict[str, type[BasePermission]]] = {
        "partial_update": WorksOnTickets,
        "notes": WorksOnTickets,
        "resolve": WorksOnTickets,
        "activity": WorksOnTickets,
    }

    def get_permissions(self) -> list[BasePermission]:
        return [self.permissions.get(self.action, MayUseTickets)()]

    def get_queryset(self) -> QuerySet[Ticket]:
        if self._by_customer:
            return Ticket.objects.of_customer(self._customer).select_related("status")
        return Ticket.objects.visible_to(self._user).with_pages_data()

    @property
    def _by_customer(self) -> bool:
        return isinstance(self.request.auth, CustomerReach)

    @property
    def _customer(self) -> Customer:
        return reach_of(self.request, CustomerReach).customer

    @property
    def _user(self) -> User:
        return cast(User, self.request.user)

    def list(self, request: Request) -> Response:
        rows = self.get_queryset()
        if not self._by_customer:
            rows = TicketFilter.narrowed(rows, request)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([self._shown(ticket) for ticket in page])

    def retrieve(self, request: Request, ticket: str) -> Response:
        found = self.get_object()
        if not self._by_customer:
            return self._whole(found)
        most = checked(LatestSerializer, request.query_params)["comments"]
        said = Activity.objects.filter(ticket=found).for_customers()
        latest = list(said.select_related("author__agent__user").order_by("-pk")[: most + 1])
        comments = [comment_for_customer(comment) for comment in reversed(latest[:most])]
        readable = TicketFile.objects.readable_by(self._customer).filter(ticket=found)
        sent = readable.select_related("file").order_by("-pk")[:FILES]
        files = [told_of(one.file) for one in reversed(sent)]
        more = {"files": files, "comments": comments, "earlier": len(latest) > most}
        return Response({**ticket_for_customer(found), **more})

    def create(self, request: Request) -> Response:
        """What a customer asks while nobody takes chats; what staff or a system reports."""
        if not self._by_customer:
            return self._whole(self._anew(open_as_said(request, self._user)), status=201)
        body = checked(LeaveTicketSerializer, request.data)
        customer = self._customer
        address = network_of(request.META.get("REMOTE_ADDR"))
        throttle(("ticket_customer", str(customer.pk)), ("ticket_address", address))
        ticket, made = leave_ticket(customer.pk, **body)
        return Response(ticket_for_customer(ticket), status=201 if made else 200)

    def partial_update(self, request: Request, ticket: str) -> Response:
        return self._whole(self._anew(save_as_said(request, self.get_object(), self._user)))

    @action(detail=True, methods=["post"])
    def comments(self, request: Request, ticket: str) -> Response:
        """The customer's answer, or what he reads of staff."""
        found = self.get_object()
        if not self._by_customer:
            said = checked(NoteSerializer, request.data)["body"]
            entry = add_comment(found.pk, body=said, by=self._user)
            return Response(entry_for_staff(entry), status=201)
        throttle(("message_customer", str(self._customer.pk)))
        body = checked(CommentSerializer, request.data)
        comment, made = add_own_comment(found.pk, by=self._customer, **body)
        return Response(comment_for_customer(comment), status=201 if made else 200)

    @action(detail=True, methods=["post"])
    def notes(self, request: Request, ticket: str) -> Response:
        """A work note, for staff alone."""
        said = checked(NoteSerializer, request.data)["body"]
        entry = add_work_note(self.get_object().pk, body=said, by=self._user)
        return Response(entry_for_staff(entry), status=201)

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, ticket: str) -> Response:
        """As one of the statuses and reasons says that chats may write."""
        found = self.get_object()
        said = checked(ResolveSerializer, request.data)
        outcome = outcome_named(found, said)
        resolution = said["resolution"] or None
        resolve_ticket(
            found.pk, outcome=outcome, by=self._user, resolution=resolution, version=said["version"]
        )
        return self._whole(self._anew(found))

    @action(detail=True)
    def activity(self, request: Request, ticket: str) -> Response:
        """What was said and done, the newest first."""
        said = Activity.objects.filter(ticket=self.get_object())
        pages = NewestFirst()
        page = pages.paginate_queryset(said, request, view=self) or []
        return pages.get_paginated_response([entry_for_staff(entry) for entry in page])

    def _anew(self, ticket: Ticket) -> Ticket:
        return get_object_or_404(self.get_queryset(), pk=ticket.pk)

    def _whole(self, ticket: Ticket, status: int = 200) -> Response:
        """For staff, with its version as ETag."""
        return Response(ticket_for_staff(ticket), status, headers={"ETag": tag_of(ticket)})

    def _shown(self, ticket: Ticket) -> dict[str, Any]:
        return ticket_for_customer(ticket) if self._by_customer else ticket_for_staff(ticket)
