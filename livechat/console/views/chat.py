"""One chat: looked at, accepted, ended, abandoned."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livechat.console.admission import for_agents, wants_fragment
from livechat.console.conversation import conversation_of
from livechat.console.forms import AbandonForm, EndForm
from livechat.console.lists import lists_of
from livechat.console.tickets import chosen_ending
from livechat.exceptions import ChatError
from livechat.models import Agent, Chat
from livechat.services import assignment, closing
from tickets.models import ChatOutcome


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
    """With `answer=resolve`, its ticket is resolved first."""
    found = _visible(agent, public_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise ChatError(next(iter(form.errors.values()))[0])
    outcome = None
    if form.cleaned_data["answer"] == EndForm.RESOLVE:
        chosen = form.cleaned_data["status"], form.cleaned_data["reason"]
        outcome = _ending(agent, found, ChatOutcome.Outcome.ENDED, *chosen)
    closing.end_chat(found.pk, by=agent.pk, outcome=outcome)
    return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")


@require_POST
@for_agents
def abandon(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    found = _visible(agent, public_id)
    form = AbandonForm(request.POST)
    if not form.is_valid():
        raise ChatError(next(iter(form.errors.values()))[0])
    outcome = None
    if form.cleaned_data["ending"]:
        outcome = _ending(agent, found, ChatOutcome.Outcome.ABANDONED, *form.chosen)
    closing.abandon_chat(found.pk, by=agent.pk, outcome=outcome)
    return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")


def _ending(agent: Agent, chat: Chat, when: str, status: str, reason: str) -> int:
    """What was chosen for the chat's ticket. It may have been made anew, or renamed, meanwhile."""
    if not agent.user.has_perm("tickets.work_on_tickets"):
        raise PermissionDenied
    chosen = chosen_ending(chat.ticket, when, status, reason)
    if chosen is None:
        raise ChatError(_("This status cannot be chosen with this reason. Choose again."))
    return chosen


def _visible(agent: Agent, public_id: str) -> Chat:
    chats = Chat.objects.visible_to(agent.user).select_related("ticket__status")
    return get_object_or_404(chats, public_id=public_id)
