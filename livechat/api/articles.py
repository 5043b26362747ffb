"""Articles that are shared in chats, and those that spare customers one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from knowledge.models import Article, Reach
from knowledge.services.use import record_deflection, suggestions_for, suggests_to_customers
from livechat.api.authentication import (
    CustomerReach,
    CustomerTokenAuthentication,
    StaffReach,
    reach_of,
)
from livechat.api.paging import PUBLIC_ID
from livechat.api.permissions import IsAgent, IsCustomer
from livechat.api.posting import answer_to, throttle
from livechat.api.serializers import PUBLIC_ID as WHOLE_PUBLIC_ID
from livechat.api.serializers import ClientIdField, EpochField, checked
from livechat.models import Chat
from livechat.services.articles import open_article, share_article
from tickets.models import Company, network_of

#: Of a question that is being written so much is looked at.
QUESTION_CHARACTERS = 1_000


class ShareSerializer(serializers.Serializer[Chat]):
    article = serializers.RegexField(WHOLE_PUBLIC_ID)
    client_id = ClientIdField()
    epoch = EpochField()


class CompanySerializer(serializers.Serializer[Company]):
    company = serializers.RegexField(WHOLE_PUBLIC_ID)


class SuggestionsSerializer(CompanySerializer):
    text = serializers.CharField(max_length=QUESTION_CHARACTERS, allow_blank=True)


class ArticleActions(GenericViewSet[Chat]):
    """Its chats are those that the caller may address."""

    permissions: ClassVar[dict[str, type[BasePermission]]] = {
        "articles": IsAgent,
        "opened": IsCustomer,
    }

    @action(detail=True, methods=["post"])
    def articles(self, request: Request, public_id: str) -> Response:
        """Share one with the customer."""
        reach = reach_of(request, StaffReach)
        chat = get_object_or_404(reach.addressable(), public_id=public_id)
        body = checked(ShareSerializer, request.data)
        known = Article.objects.published().visible_to(reach.user)
        article = get_object_or_404(known, public_id=body["article"])
        throttle(("message_agent", str(reach.agent.pk)))
        outcome = share_article(
            article,
            chat=chat.public_id,
            sender=reach.sender_in(chat),
            by=reach.user,
            client_id=body["client_id"],
            epoch=body["epoch"],
        )
        return answer_to(outcome, chat=chat.public_id, client_id=body["client_id"])

    @action(detail=True, methods=["post"], url_path=f"articles/(?P<article>{PUBLIC_ID})/opened")
    def opened(self, request: Request, public_id: str, article: str) -> Response:
        """The customer looks at what was shared with him."""
        chat = self.get_object()
        shared = get_object_or_404(chat.articles.all(), article__public_id=article)
        open_article(chat.pk, article=shared.article_id)
        return Response(status=204)


class ArticleViewSet(GenericViewSet[Article]):
    """What a company's customers may read, for whoever writes a question in its widget."""

    authentication_classes = (CustomerTokenAuthentication,)
    permission_classes = (AllowAny,)
    lookup_field = "public_id"
    lookup_url_kwarg = "article"
    lookup_value_regex = PUBLIC_ID

    @action(detail=False, methods=["post"])
    def suggestions(self, request: Request) -> Response:
        """What may answer a question; nothing where suggestions are off."""
        self._throttle("article_search_address")
        body = checked(SuggestionsSerializer, request.data)
        company = self._company(body)
        hits = []
        if suggests_to_customers():
            hits = suggestions_for(body["text"], Reach.of_company(company.pk))
        return Response({"results": [suggested(hit.article) for hit in hits]})

    @action(detail=True, methods=["post"])
    def solved(self, request: Request, article: str) -> Response:
        """It answered what would have become a chat."""
        self._throttle("article_solved_address")
        company = self._company(checked(CompanySerializer, request.data))
        found = get_object_or_404(Article.objects.of_company(company.pk), public_id=article)
        reach = request.auth
        customer = reach.customer if isinstance(reach, CustomerReach) else None
        theirs = customer is not None and customer.company_id == company.pk
        record_deflection(found, customer=customer if theirs else None)
        return Response(status=204)

    def _company(self, body: dict[str, Any]) -> Company:
        return get_object_or_404(Company, public_id=body["company"], retired_at=None)

    def _throttle(self, rate: str) -> None:
        throttle((rate, network_of(self.request.META.get("REMOTE_ADDR"))))


def suggested(article: Article) -> dict[str, Any]:
    """What is told of an article before it is opened."""
    return {
        "id": article.public_id,
        "title": article.title,
        "summary": article.summary,
        "minutes": article.minutes,
    }
