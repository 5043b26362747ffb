"""Chats and their customers, for the widget and for other systems."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from livechat.api.agents import DecisionActions
from livechat.api.articles import ArticleActions
from livechat.api.authentication import (
    CustomerReach,
    Reach,
    StaffReach,
    reach_of,
)
from livechat.api.files import FileActions
from livechat.api.filters import ChatFilter
from livechat.api.once import Once
from livechat.api.paging import PUBLIC_ID, NewestFirst
from livechat.api.permissions import IsAgent, IsCustomer, MayUseChats
from livechat.api.posting import answer_to, throttle
from livechat.api.serializers import (
    PageSerializer,
    PostMessageSerializer,
    StartChatSerializer,
    TransferSerializer,
    chat_for_customer,
    chat_for_staff,
    checked,
    lines_of,
)
from livechat.api.teamwork import TeamworkActions
from livechat.models import Agent, Chat, Draft, Message, Queue
from livechat.models.chats import ChatQuerySet
from livechat.models.desk import told_instead
from livechat.models.waits import wait_of
from livechat.services import assignment, closing, intake, leaving
from livechat.services.conversation import post_messages
from tickets.models import network_of


def pk_of(rows: QuerySet[Any], public_id: str) -> int:
    """The key behind a public id; 0, which nothing has, when there is no such row."""
    return rows.filter(public_id=public_id).values_list("pk", flat=True).first() or 0


class ChatViewSet(Once, ArticleActions, DecisionActions, FileActions, TeamworkActions):
    """Whose chats they are is said by `request.auth`, the reach of whoever calls."""

    pagination_class = NewestFirst
    filterset_class = ChatFilter
    lookup_field = "public_id"
    lookup_value_regex = PUBLIC_ID
    permissions: ClassVar[dict[str, type[BasePermission]]] = {
        **ArticleActions.permissions,
        **DecisionActions.permissions,
        **TeamworkActions.permissions,
        "create": IsCustomer,
        "accept": IsAgent,
        "end": IsAgent,
        "abandon": IsAgent,
        "transfer": IsAgent,
        "release": IsAgent,
        "decline": IsAgent,
        "cancel": IsCustomer,
        "ticket": IsCustomer,
    }

    def get_permissions(self) -> list[BasePermission]:
        return [self.permissions.get(self.action, MayUseChats)()]

    def get_queryset(self) -> QuerySet[Chat]:
        return self._with_data(reach_of(self.request, Reach).chats())

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([self._shown(chat, placed=False) for chat in page])

    def retrieve(self, request: Request, public_id: str) -> Response:
        return Response(self._shown(self.get_object()))

    def create(self, request: Request) -> Response:
        body = checked(StartChatSerializer, request.data)
        address = network_of(request.META.get("REMOTE_ADDR"))
        customer = reach_of(request, CustomerReach).customer
        throttle(("chat_start_customer", str(customer.pk)), ("chat_start_address", address))
        chat, made = intake.start_chat(customer.pk, **body)
        return Response(self._fresh(chat.pk), status=201 if made else 200)

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, public_id: str) -> Response:
        caller = reach_of(request, StaffReach)
        chat = get_object_or_404(Chat.objects.acceptable_by(caller.user), public_id=public_id)
        return Response(self._fresh(assignment.accept_chat(chat.pk, by=caller.agent.pk).pk))

    @action(detail=True, methods=["post"])
    def end(self, request: Request, public_id: str) -> Response:
        agent, chat = reach_of(request, StaffReach).agent, self.get_object()
        return Response(self._fresh(closing.end_chat(chat.pk, by=agent.pk).pk))

    @action(detail=True, methods=["post"])
    def abandon(self, request: Request, public_id: str) -> Response:
        agent, chat = reach_of(request, StaffReach).agent, self.get_object()
        return Response(self._fresh(closing.abandon_chat(chat.pk, by=agent.pk).pk))

    @action(detail=True, methods=["post"])
    def transfer(self, request: Request, public_id: str) -> Response:
        """To an agent's list, or to a queue."""
        agent, chat = reach_of(request, StaffReach).agent, self.get_object()
        body = checked(TransferSerializer, request.data)
        remark = body["remark"]
        if body["queue"]:
            to = pk_of(Queue.objects.active(), body["queue"])
            chat = assignment.transfer_to_queue(chat.pk, by=agent.pk, to=to, remark=remark)
        else:
            to = pk_of(Agent.objects.active(), body["agent"])
            chat = assignment.transfer_to_agent(chat.pk, by=agent.pk, to=to, remark=remark)
        return Response(self._fresh(chat.pk))

    @action(detail=True, methods=["post"])
    def release(self, request: Request, public_id: str) -> Response:
        agent, chat = reach_of(request, StaffReach).agent, self.get_object()
        done = assignment.transfer_to_queue(chat.pk, by=agent.pk, to=chat.queue_id)
        return Response(self._fresh(done.pk))

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, public_id: str) -> Response:
        """A transfer that waits for this agent goes back at once."""
        agent, chat = reach_of(request, StaffReach).agent, self.get_object()
        return Response(self._fresh(assignment.decline_transfer(chat.pk, by=agent.pk).pk))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        return Response(self._fresh(closing.cancel_chat(self.get_object().pk).pk))

    @action(detail=True, methods=["post"])
    def ticket(self, request: Request, public_id: str) -> Response:
        """Its customer waits no longer, and leaves a ticket instead."""
        return Response(self._fresh(leaving.leave_ticket_instead(self.get_object().pk).pk))

    @action(detail=True, methods=["get", "post"])
    def messages(self, request: Request, public_id: str) -> Response:
        return self._post(request, public_id) if request.method == "POST" else self._page(request)

    def _page(self, request: Request) -> Response:
        chat = self.get_object()
        asked = checked(PageSerializer, request.query_params)
        staff = reach_of(request, Reach).staff
        lines = Message.objects.page(chat, staff=staff, **asked)
        return Response(lines_of(chat, lines, staff=staff))

    def _post(self, request: Request, public_id: str) -> Response:
        reach = reach_of(request, Reach)
        chat = get_object_or_404(reach.addressable(), public_id=public_id)
        body = checked(PostMessageSerializer, request.data)
        speaker = "agent" if reach.staff else "customer"
        throttle((f"message_{speaker}", str(reach.sender_in(chat).pk)))
        draft = Draft(
            chat.public_id,
            reach.sender_in(chat),
            body["client_id"],
            body["kind"],
            body["body"],
            {},
            body["epoch"],
        )
        outcome = post_messages([draft])[0]
        return answer_to(outcome, chat=draft.chat, client_id=draft.client_id)

    def _fresh(self, pk: int) -> dict[str, Any]:
        return self._shown(self._with_data(Chat.objects.all()).get(pk=pk))

    def _with_data(self, chats: ChatQuerySet) -> ChatQuerySet:
        staff = reach_of(self.request, Reach).staff
        return chats.with_pages_data() if staff else chats.with_customers_data()

    def _shown(self, chat: Chat, *, placed: bool = True) -> dict[str, Any]:
        if reach_of(self.request, Reach).staff:
            return chat_for_staff(chat)
        if not placed or chat.status != Chat.Status.QUEUED:
            return chat_for_customer(chat, None)
        ahead, now = Chat.objects.ahead_of(chat).count(), timezone.now()
        return chat_for_customer(
            chat, ahead + 1, wait_of(chat, ahead, now), told_instead(chat, now)
        )
