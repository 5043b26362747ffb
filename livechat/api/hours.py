"""Whether a company takes chats now, and what is out of order: for pages without a chat."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from livechat.models.desk import told_of_desk
from tickets.models import Company


class HoursViewSet(GenericViewSet[Any]):
    """`?company=` public id. Nothing of a person is asked or told."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def list(self, request: Request) -> Response:
        asked = request.query_params.get("company", "").replace("\0", "")
        company = get_object_or_404(Company, public_id=asked, retired_at=None)
        return Response(told_of_desk(company, timezone.now()))
