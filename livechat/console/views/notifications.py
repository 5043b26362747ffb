"""What an agent is told, and how."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from livechat.console.admission import for_agents, wants_fragment
from livechat.console.forms import NotificationsForm
from livechat.models import Agent
from livechat.services.notifications import choose_notifications


@require_POST
@for_agents
def notifications(request: HttpRequest, agent: Agent) -> HttpResponse:
    form = NotificationsForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    choose_notifications(agent.pk, choices=form.choices())
    return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")
