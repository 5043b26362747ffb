"""Agents: colleagues, what the caller himself takes, and why chats went to whom."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from django.db.models import Prefetch, Q, QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from livechat.api.authentication import StaffReach, reach_of
from livechat.api.directory import Directory
from livechat.api.filters import AgentFilter
from livechat.api.once import Once
from livechat.api.permissions import IsAgent
from livechat.api.serializers import checked
from livechat.models import Agent, AvailabilityReason, Chat, Queue, RoutingDecision
from livechat.models.queues import LARGEST_CAPACITY
from livechat.protocol import stamp
from livechat.services.presence import set_availability

#: The latest decisions of a chat.
DECISIONS = 50


class AvailabilitySerializer(serializers.Serializer[Agent]):
    """`capacity`: chats at once, as before without it. `reason`: one's label, when unavailable."""

    available = serializers.BooleanField()
    capacity = serializers.IntegerField(
        min_value=1, max_value=LARGEST_CAPACITY, required=False, default=None
    )
    reason = serializers.CharField(required=False, default="", allow_blank=True)


def agent_for_staff(agent: Agent) -> dict[str, Any]:
    """Of an agent of whom only the queues are known that the reader serves too."""
    return {
        "id": agent.public_id,
        "screen_name": agent.display_name,
        "online": agent.online,
        **_availability(agent),
        "open_chats": agent.open_chats,
        "queues": [queue.public_id for queue in agent.queues.all()],
    }


class AgentViewSet(Once, Directory[Agent]):
    """Those who take from a queue that the caller serves too, and himself."""

    permission_classes = (IsAgent,)
    filters = AgentFilter
    shown = staticmethod(agent_for_staff)

    def get_queryset(self) -> QuerySet[Agent]:
        served = Queue.objects.filter(pk__in=Queue.objects.served_by(self.user).values("pk"))
        found = Agent.objects.active().filter(Q(user=self.user) | Q(pk__in=served.values("agents")))
        known = Prefetch("queues", served.order_by("name"))
        return found.select_related("user", "reason").prefetch_related(known)

    @action(detail=False, methods=["get", "put"], url_path="me/availability")
    def availability(self, request: Request) -> Response:
        """Whether the caller himself takes chats."""
        agent = reach_of(request, StaffReach).agent
        if request.method == "PUT":
            body = checked(AvailabilitySerializer, request.data)
            agent = set_availability(
                agent.pk,
                available=body["available"],
                capacity=body["capacity"],
                reason=_reason_named(body),
            )
        return Response(_availability(agent))


class DecisionActions(GenericViewSet[Chat]):
    """Its chats are those that the agent may open."""

    permissions: ClassVar[dict[str, type[BasePermission]]] = {"decisions": IsAgent}

    @action(detail=True, methods=["get"])
    def decisions(self, request: Request, public_id: str) -> Response:
        """Why it went to whom, or to nobody yet, the latest first."""
        rows = RoutingDecision.objects.filter(chat=self.get_object()).select_related("agent__user")
        latest = rows.order_by("-last_at", "-pk")[:DECISIONS]
        return Response({"results": [_decision(row) for row in latest]})


def _availability(agent: Agent) -> dict[str, Any]:
    reason = agent.reason.label if agent.reason else None
    return {"available": agent.available, "reason": reason, "capacity": agent.capacity}


def _reason_named(body: dict[str, Any]) -> int | None:
    if not body["reason"]:
        return None
    rows = AvailabilityReason.objects.filter(label=body["reason"], retired_at=None)
    found = rows.values_list("pk", flat=True).first()
    if found is None or body["available"]:
        raise ValidationError({"reason": ["The label of a reason, when unavailable."]})
    return found


def _decision(row: RoutingDecision) -> dict[str, Any]:
    """Of those who could not take it only how many: why somebody is not there is his own affair."""
    agent = row.agent
    return {
        "agent": {"id": agent.public_id, "screen_name": agent.display_name} if agent else None,
        "how": row.how or None,
        "selector": row.selector or None,
        "considered": Counter(str(verdict[1]) for verdict in row.verdicts),
        "times": row.times,
        "first_at": stamp(row.first_at),
        "last_at": stamp(row.last_at),
    }
