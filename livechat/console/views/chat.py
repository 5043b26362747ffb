"""One chat: looked at, accepted, ended, abandoned."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from livechat.console.admission import for_agents, wants_fragment
from livechat.console.conversation import conversation_of
from livechat.console.lists import lists_of
from livechat.models import Agent, Chat
from livechat.services import assignment, closing


@require_safe
@for_agents
def chat(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """The whole page, or its conversation alone."""
    chats = Chat.objects.visible_to(agent.user).with_pages_data()
    part = conversation_of(get_object_or_404(chats, public_id=public_id), agent)
    if wants_fragment(request):
        return render(request, "livechat/partials/conversation.html", part)
    around = lists_of(agent, tab=request.GET.get("list", ""), current=public_id)
    return render(request, "livechat/console.html", {**around, **part})


@require_POST
@for_agents
def accept(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    found = get_object_or_404(Chat.objects.acceptable_by(agent.user), public_id=public_id)
    assignment.accept_chat(found.pk, by=agent.pk)
    if not wants_fragment(request):
        return redirect("console:chat", public_id)
    accepted = Chat.objects.with_pages_data().get(pk=found.pk)
    part = conversation_of(accepted, agent)
    return render(request, "livechat/partials/conversation.html", part)


@require_POST
@for_agents
def end(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    found = get_object_or_404(Chat.objects.visible_to(agent.user), public_id=public_id)
    closing.end_chat(found.pk, by=agent.pk)
    return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")


@require_POST
@for_agents
def abandon(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    found = get_object_or_404(Chat.objects.visible_to(agent.user), public_id=public_id)
    closing.abandon_chat(found.pk, by=agent.pk)
    return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")
