"""The lists, and the page around them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livechat.console.admission import for_agents
from livechat.console.lists import lists_of
from livechat.models import Agent


@require_safe
@for_agents
def inbox(request: HttpRequest, agent: Agent) -> HttpResponse:
    page = lists_of(agent, tab=request.GET.get("list", ""))
    return render(request, "livechat/console.html", page)


@require_safe
@for_agents
def lists(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Both lists, for a page whose lists an event has changed."""
    chat = request.GET.get("chat", "")
    part = lists_of(agent, tab=request.GET.get("list", ""), current=chat)
    return render(request, "livechat/partials/lists.html", part)
