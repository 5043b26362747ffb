"""Colleagues in a chat: asked in, coming, leaving; and a supervisor's help."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livechat.console.admission import for_agents, wants_fragment
from livechat.console.forms import InviteForm
from livechat.console.invitees import invitable_to
from livechat.exceptions import ChatEndedError, ChatError, NotYoursError
from livechat.models import Agent, Chat, Invitation
from livechat.services import teamwork


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def invite(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """The dialog; sent back, the invitation."""
    chat = _visible(agent, public_id)
    if request.method == "POST":
        form = InviteForm(request.POST)
        if not form.is_valid():
            raise ChatError(next(iter(form.errors.values()))[0])
        found = Agent.objects.filter(public_id=form.cleaned_data["agent"])
        invited = found.values_list("pk", flat=True).first() or 0  # Nobody has the key 0.
        role = form.cleaned_data["role"]
        teamwork.invite_agent(chat.pk, by=agent.pk, agent=invited, role=role)
        return _done(request, public_id)
    chat.require_owner(agent.pk)
    if chat.left_at:
        raise ChatEndedError
    if not wants_fragment(request):
        return redirect("console:chat", public_id)
    part = {"chat": chat, "colleagues": invitable_to(chat, timezone.now())}
    return render(request, "livechat/partials/invite_dialog.html", part)


@require_POST
@for_agents
def answer(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    chat = _visible(agent, public_id)
    asked = Invitation.objects.open().filter(chat=chat, agent=agent).first()
    if asked is None:
        raise NotYoursError
    accept = request.POST.get("accept") == "1"
    teamwork.answer_invitation(asked.pk, by=agent.pk, accept=accept)
    return _done(request, public_id if accept else "")


@require_POST
@for_agents
def withdraw(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    chat = _visible(agent, public_id)
    chat.require_owner(agent.pk)
    named = request.POST.get("invitation", "").replace("\0", "")
    asked = Invitation.objects.filter(chat=chat, public_id=named).first()
    if asked is None:
        raise Http404
    teamwork.withdraw_invitation(asked.pk, by=agent.pk)
    return _done(request, public_id)


@require_POST
@for_agents
def leave(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    teamwork.leave_chat(_visible(agent, public_id).pk, by=agent.pk)
    return _done(request, "")


@require_POST
@for_agents
def assistance(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """Asked for, or withdrawn."""
    chat = _visible(agent, public_id)
    if request.POST.get("asked") == "1":
        teamwork.ask_for_assistance(chat.pk, by=agent.pk)
    else:
        teamwork.withdraw_assistance(chat.pk, by=agent.pk)
    return _done(request, public_id)


@require_POST
@for_agents
def clear_assistance(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """A supervisor has seen to it."""
    chat = get_object_or_404(Chat.objects.supervised_by(agent.user), public_id=public_id)
    teamwork.clear_assistance(chat.pk, by=agent.user)
    return _done(request, public_id)


def _visible(agent: Agent, public_id: str) -> Chat:
    chats = Chat.objects.visible_to(agent.user).with_pages_data()
    return get_object_or_404(chats, public_id=public_id)


def _done(request: HttpRequest, public_id: str) -> HttpResponse:
    """Without a script: to the chat, or to the lists when he is out of it."""
    if wants_fragment(request):
        return HttpResponse(status=204)
    return redirect("console:chat", public_id) if public_id else redirect("console:inbox")
