"""What all pages of staff have in common: language, time zone, policy, and parts of themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tickets.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

FRAGMENT = "X-Parley-Fragment"
TRUSTED_TYPES = {
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["parley-fragment"],
}


def wants_fragment(request: HttpRequest) -> bool:
    """Whether a page asks for a part of itself."""
    return FRAGMENT in request.headers


def staff_page(view: View[P]) -> View[P]:
    """In the language and the time zone of whoever looks; markup comes through one policy."""

    @wraps(view)
    def seen(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = cast(User, request.user)
        with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
            response = view(request, *args, **kwargs)
        if wants_fragment(request):
            response[FRAGMENT] = "1"
        return response

    return cast(View[P], csp_update(TRUSTED_TYPES)(seen))
