"""Others in a chat, and a supervisor's help, for other systems."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from livechat.api.authentication import StaffReach, reach_of
from livechat.api.permissions import IsAgent
from livechat.api.serializers import PUBLIC_ID, checked
from livechat.exceptions import NotYoursError
from livechat.models import Agent, Chat, Invitation
from livechat.protocol import stamp
from livechat.services import teamwork


class InviteSerializer(serializers.Serializer[Invitation]):
    agent = serializers.RegexField(PUBLIC_ID)
    role = serializers.ChoiceField(Invitation.Role.choices)


class AnswerSerializer(serializers.Serializer[Invitation]):
    accept = serializers.BooleanField()


class WithdrawSerializer(serializers.Serializer[Invitation]):
    invitation = serializers.RegexField(PUBLIC_ID)


class AssistanceSerializer(serializers.Serializer[Chat]):
    asked = serializers.BooleanField()


def shown(asked: Invitation) -> dict[str, Any]:
    """What the agents concerned may know of an invitation."""
    return {
        "id": asked.public_id,
        "chat": asked.chat.public_id,
        "agent": {"id": asked.agent.public_id, "screen_name": asked.agent.display_name},
        "role": asked.role,
        "status": asked.status,
        "invited_at": stamp(asked.invited_at),
    }


class TeamworkActions(GenericViewSet[Chat]):
    """What is done with the colleagues of a chat. Its chats are those that the agent may open."""

    permissions: ClassVar[dict[str, type[BasePermission]]] = {
        "invitations": IsAgent,
        "invite": IsAgent,
        "answer": IsAgent,
        "withdraw": IsAgent,
        "leave": IsAgent,
        "assistance": IsAgent,
        "clear_assistance": IsAgent,
    }

    @action(detail=True, methods=["get"])
    def invitations(self, request: Request, public_id: str) -> Response:
        """Who is asked or in the chat, oldest first."""
        return Response({"results": [shown(asked) for asked in self._open(self.get_object())]})

    @action(detail=True, methods=["post"])
    def invite(self, request: Request, public_id: str) -> Response:
        by, chat = reach_of(request, StaffReach).agent, self.get_object()
        body = checked(InviteSerializer, request.data)
        found = Agent.objects.active().filter(public_id=body["agent"])
        agent = found.values_list("pk", flat=True).first() or 0
        asked = teamwork.invite_agent(chat.pk, by=by.pk, agent=agent, role=body["role"])
        return self._fresh_invitation(asked, status=201)

    @action(detail=True, methods=["post"])
    def answer(self, request: Request, public_id: str) -> Response:
        """The invitation of the caller into this chat."""
        by, chat = reach_of(request, StaffReach).agent, self.get_object()
        body = checked(AnswerSerializer, request.data)
        asked = self._open(chat).filter(agent=by).first()
        if asked is None:
            raise NotYoursError
        return self._fresh_invitation(
            teamwork.answer_invitation(asked.pk, by=by.pk, accept=body["accept"])
        )

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> Response:
        by, chat = reach_of(request, StaffReach).agent, self.get_object()
        chat.require_owner(by.pk)
        body = checked(WithdrawSerializer, request.data)
        asked = get_object_or_404(chat.invitations.all(), public_id=body["invitation"])
        return self._fresh_invitation(teamwork.withdraw_invitation(asked.pk, by=by.pk))

    @action(detail=True, methods=["post"])
    def leave(self, request: Request, public_id: str) -> Response:
        by, chat = reach_of(request, StaffReach).agent, self.get_object()
        teamwork.leave_chat(chat.pk, by=by.pk)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def assistance(self, request: Request, public_id: str) -> Response:
        """Asked for, or withdrawn."""
        by, chat = reach_of(request, StaffReach).agent, self.get_object()
        body = checked(AssistanceSerializer, request.data)
        if body["asked"]:
            teamwork.ask_for_assistance(chat.pk, by=by.pk)
        else:
            teamwork.withdraw_assistance(chat.pk, by=by.pk)
        return Response({"asked": body["asked"]})

    @action(detail=True, methods=["post"], url_path="clear-assistance")
    def clear_assistance(self, request: Request, public_id: str) -> Response:
        """A supervisor has seen to it."""
        user = reach_of(request, StaffReach).user
        chat = get_object_or_404(Chat.objects.supervised_by(user), public_id=public_id)
        teamwork.clear_assistance(chat.pk, by=user)
        return Response({"asked": False})

    def _open(self, chat: Chat) -> QuerySet[Invitation]:
        found = Invitation.objects.open().with_pages_data()
        return found.filter(chat=chat).order_by("pk")

    def _fresh_invitation(self, asked: Invitation, status: int = 200) -> Response:
        found = Invitation.objects.with_pages_data().get(pk=asked.pk)
        return Response(shown(found), status=status)
