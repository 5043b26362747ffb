"""What an agent sets for himself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from livechat.console.admission import for_agents, wants_fragment
from livechat.console.forms import ProfileForm
from livechat.models import Agent
from livechat.services.presence import set_screen_name
from tickets.services.people import save_preferences


@require_POST
@for_agents
def profile(request: HttpRequest, agent: Agent) -> HttpResponse:
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    chosen = form.cleaned_data
    set_screen_name(agent.pk, screen_name=chosen["screen_name"])
    save_preferences(agent.user_id, theme=chosen["theme"], single_keys=chosen["single_keys"])
    return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")
