"""Who reads articles, and who writes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tickets.models import User
from tickets.pages import staff_page

READ, WRITE = "knowledge.view_article", "knowledge.write_articles"
PUBLISH = "knowledge.publish_articles"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
UserView = Callable[Concatenate[HttpRequest, User, P], HttpResponse]


def for_readers(view: UserView[P]) -> View[P]:
    """Gives the view its user, in his language and time zone."""
    return _having([READ], view)


def for_authors(view: UserView[P]) -> View[P]:
    return _having([READ, WRITE], view)


def _having(permissions: list[str], view: UserView[P]) -> View[P]:
    @wraps(view)
    def admitted(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = cast(User, request.user)
        if not user.has_perms(permissions):
            raise PermissionDenied
        return view(request, user, *args, **kwargs)

    return staff_page(cast(View[P], admitted))
