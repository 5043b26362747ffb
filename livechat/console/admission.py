"""Who may see the console, and what each of its answers carries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from livechat.models import Agent
from tickets.models import User
from tickets.pages import FRAGMENT, staff_page, wants_fragment

__all__ = ["FRAGMENT", "for_agents", "wants_fragment"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
AgentView = Callable[Concatenate[HttpRequest, Agent, P], HttpResponse]


def agent_of(request: HttpRequest) -> Agent | None:
    """Whoever has chats in the console; looked up once a request."""
    if not hasattr(request, "agent"):
        user = cast(User, request.user)
        found = Agent.objects.active().select_related("user").filter(user=user).first()
        allowed = found is not None and user.has_perm("livechat.use_console")
        request.agent = found if allowed else None  # type: ignore[attr-defined]
    return cast("Agent | None", request.agent)  # type: ignore[attr-defined]


def for_agents(view: AgentView[P]) -> View[P]:
    """Gives the view its agent, in his language and time zone; whoever is none is told so."""

    @wraps(view)
    def admitted(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        agent = agent_of(request)
        if agent is None:
            return render(request, "livechat/no_agent.html", status=403)
        return view(request, agent, *args, **kwargs)

    return staff_page(cast(View[P], admitted))
