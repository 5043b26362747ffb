"""Whether an agent takes chats."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from livechat.console.admission import for_agents, wants_fragment
from livechat.console.availability import availability_of
from livechat.console.forms import AvailabilityForm
from livechat.models import Agent, AvailabilityReason
from livechat.services.presence import set_availability


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def availability(request: HttpRequest, agent: Agent) -> HttpResponse:
    """The control; sent back, what the agent wants from now on."""
    if request.method == "POST":
        form = AvailabilityForm(request.POST)
        if not form.is_valid():
            return HttpResponse(status=422)
        agent = _settle(agent, form)
    if not wants_fragment(request):
        return redirect("console:inbox")
    return render(request, "livechat/partials/availability.html", availability_of(agent))


def _settle(agent: Agent, form: AvailabilityForm) -> Agent:
    take = form.cleaned_data["take"]
    reasons = AvailabilityReason.objects.filter(label=form.cleaned_data["reason"])
    return set_availability(
        agent.pk,
        available=take != AvailabilityForm.OFF,
        capacity=int(take) if take.isdecimal() else None,
        reason=reasons.values_list("pk", flat=True).first(),
    )
