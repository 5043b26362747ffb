"""Who may see the console, and what each of its answers carries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from livechat.models import Agent
from tickets.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
AgentView = Callable[Concatenate[HttpRequest, Agent, P], HttpResponse]

FRAGMENT = "X-Parley-Fragment"
TRUSTED_TYPES = {
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["parley-fragment"],
}


def wants_fragment(request: HttpRequest) -> bool:
    """Whether a page asks for a part of itself."""
    return FRAGMENT in request.headers


def for_agents(view: AgentView[P]) -> View[P]:
    """Gives the view its agent, in his language and time zone; whoever is none is told so."""

    @wraps(view)
    def admitted(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = cast(User, request.user)
        agent = Agent.objects.active().select_related("user").filter(user=user).first()
        with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
            if agent is None or not user.has_perm("livechat.use_console"):
                response = render(request, "livechat/no_agent.html", status=403)
            else:
                response = view(request, agent, *args, **kwargs)
        if wants_fragment(request):
            response[FRAGMENT] = "1"
        return response

    return cast(View[P], csp_update(TRUSTED_TYPES)(admitted))
