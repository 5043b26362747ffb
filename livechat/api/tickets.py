"""A customer's own tickets."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from livechat.api.authentication import CustomerReach, reach_of
from livechat.api.once import Once
from livechat.api.paging import PUBLIC_ID, NewestFirst
from livechat.api.permissions import IsCustomer
from livechat.api.posting import throttle
from livechat.api.serializers import (
    CommentSerializer,
    LeaveTicketSerializer,
    checked,
    comment_for_customer,
    ticket_for_customer,
)
from livechat.models.files import told_of
from livechat.services.leaving import leave_ticket
from tickets.models import Activity, Customer, Ticket, TicketFile, network_of
from tickets.services.activity import add_own_comment

#: The latest comments, and files, that a ticket is shown with.
COMMENTS = FILES = 100


class TicketViewSet(Once, GenericViewSet[Ticket]):
    """Staff works on tickets in the console."""

    pagination_class = NewestFirst
    permission_classes = (IsCustomer,)
    lookup_field = "public_id"
    lookup_url_kwarg = "ticket"
    lookup_value_regex = PUBLIC_ID

    def get_queryset(self) -> QuerySet[Ticket]:
        return Ticket.objects.of_customer(self._customer).select_related("status")

    @property
    def _customer(self) -> Customer:
        return reach_of(self.request, CustomerReach).customer

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([ticket_for_customer(ticket) for ticket in page])

    def retrieve(self, request: Request, ticket: str) -> Response:
        found = self.get_object()
        said = Activity.objects.filter(ticket=found).for_customers()
        latest = said.select_related("author__agent__user").order_by("-pk")[:COMMENTS]
        comments = [comment_for_customer(comment) for comment in reversed(latest)]
        readable = TicketFile.objects.readable_by(self._customer).filter(ticket=found)
        sent = readable.select_related("file").order_by("-pk")[:FILES]
        files = [told_of(one.file) for one in reversed(sent)]
        return Response({**ticket_for_customer(found), "files": files, "comments": comments})

    def create(self, request: Request) -> Response:
        """What he asks while nobody takes chats."""
        body = checked(LeaveTicketSerializer, request.data)
        customer = self._customer
        address = network_of(request.META.get("REMOTE_ADDR"))
        throttle(("ticket_customer", str(customer.pk)), ("ticket_address", address))
        ticket, made = leave_ticket(customer.pk, **body)
        return Response(ticket_for_customer(ticket), status=201 if made else 200)

    @action(detail=True, methods=["post"])
    def comments(self, request: Request, ticket: str) -> Response:
        found = self.get_object()
        throttle(("message_customer", str(self._customer.pk)))
        body = checked(CommentSerializer, request.data)
        comment, made = add_own_comment(found.pk, by=self._customer, **body)
        return Response(comment_for_customer(comment), status=201 if made else 200)
