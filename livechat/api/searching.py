"""Articles for staff and other systems: looked for, and read."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from knowledge.models import Article, Reach
from knowledge.services.use import search_articles
from livechat.api.articles import suggested
from livechat.api.paging import PUBLIC_ID
from livechat.api.serializers import PUBLIC_ID as WHOLE_PUBLIC_ID
from livechat.api.serializers import checked
from livechat.protocol import stamp
from tickets.models import Company, User

WORDS_CHARACTERS = 200
MOST, USUAL = 50, 10


class MayReadArticles(BasePermission):
    """Staff, also those who are no agents."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.has_perm("knowledge.view_article")


class QuerySerializer(serializers.Serializer[Article]):
    """`company` narrows to what concerns that one."""

    q = serializers.CharField(max_length=WORDS_CHARACTERS)
    company = serializers.RegexField(WHOLE_PUBLIC_ID, required=False, default="")
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=USUAL)


class ArticleSearchViewSet(GenericViewSet[Article]):
    permission_classes = (MayReadArticles,)
    lookup_field = "public_id"
    lookup_url_kwarg = "article"
    lookup_value_regex = PUBLIC_ID

    @property
    def _user(self) -> User:
        return cast(User, self.request.user)

    @property
    def _reach(self) -> Reach:
        return Reach.of_user(self._user)

    def get_queryset(self) -> QuerySet[Article]:
        return Article.objects.published().within(self._reach).select_related("category__parent")

    def list(self, request: Request) -> Response:
        """The best first; what nobody finds stands in the authors' list of what is wanted."""
        asked = checked(QuerySerializer, request.query_params)
        reach, company = self._reach, None
        if asked["company"]:
            companies = Company.objects.visible_to(self._user).active()
            company = get_object_or_404(companies, public_id=asked["company"]).pk
            reach = reach.within(company)
        hits = search_articles(asked["q"], reach, limit=asked["limit"], company=company)
        return Response({"results": [told_of(hit.article) for hit in hits]})

    def retrieve(self, request: Request, article: str) -> Response:
        """With its text, in Markdown."""
        found = self.get_object()
        known = Company.objects.visible_to(self._user).order_by("name")
        companies = known.filter(pk__in=found.companies.all()).values_list("public_id", flat=True)
        more = {"body": found.body, "companies": None if found.for_all else list(companies)}
        return Response({**told_of(found), **more})


def told_of(article: Article) -> dict[str, Any]:
    return {
        **suggested(article),
        "number": article.number,
        "audience": article.audience,
        "language": article.language,
        "keywords": article.keyword_list,
        "category": str(article.category),
        "valid_until": article.valid_until and article.valid_until.isoformat(),
        "published_at": article.published_at and stamp(article.published_at),
    }
