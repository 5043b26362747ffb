"""Who may work on tickets."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tickets.models import User
from tickets.pages import staff_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
UserView = Callable[Concatenate[HttpRequest, User, P], HttpResponse]


def for_ticket_workers(view: UserView[P]) -> View[P]:
    """Gives the view its user, in his language and time zone."""

    @wraps(view)
    def admitted(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = cast(User, request.user)
        if not user.has_perm("tickets.work_on_tickets"):
            raise PermissionDenied
        return view(request, user, *args, **kwargs)

    return staff_page(cast(View[P], admitted))
