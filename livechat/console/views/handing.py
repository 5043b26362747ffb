"""A chat handed on: to an agent, to a queue, back to its own; and not taken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from livechat.console.admission import for_agents, wants_fragment
from livechat.console.forms import TransferForm
from livechat.console.receivers import receivers_of
from livechat.exceptions import ChatEndedError, ChatError
from livechat.models import Agent, Chat, Queue
from livechat.services import assignment


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def transfer(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """The dialog; sent back, the transfer."""
    chats = Chat.objects.visible_to(agent.user).with_pages_data()
    chat = get_object_or_404(chats, public_id=public_id)
    if request.method == "POST":
        form = TransferForm(request.POST)
        if not form.is_valid():
            raise ChatError(next(iter(form.errors.values()))[0])
        _hand_on(chat, agent, form)
        return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")
    chat.require_owner(agent.pk)
    if chat.left_at:
        raise ChatEndedError
    if not wants_fragment(request):
        return redirect("console:chat", public_id)
    part = {"chat": chat, **receivers_of(chat, agent)}
    return render(request, "livechat/partials/transfer_dialog.html", part)


def _hand_on(chat: Chat, agent: Agent, form: TransferForm) -> None:
    chosen = form.cleaned_data
    if chosen["kind"] == TransferForm.AGENT:
        to = Agent.objects.filter(public_id=chosen["agent"]).values_list("pk", flat=True).first()
        hand = assignment.transfer_to_agent
    else:
        to = Queue.objects.filter(public_id=chosen["queue"]).values_list("pk", flat=True).first()
        hand = assignment.transfer_to_queue
    hand(chat.pk, by=agent.pk, to=to or 0, remark=chosen["remark"])  # Nobody has the key 0.


@require_POST
@for_agents
def release(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    chat = get_object_or_404(Chat.objects.visible_to(agent.user), public_id=public_id)
    assignment.transfer_to_queue(chat.pk, by=agent.pk, to=chat.queue_id)
    return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")


@require_POST
@for_agents
def decline(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """A chat that was transferred to him goes back at once."""
    chat = get_object_or_404(Chat.objects.visible_to(agent.user), public_id=public_id)
    assignment.decline_transfer(chat.pk, by=agent.pk)
    return HttpResponse(status=204) if wants_fragment(request) else redirect("console:inbox")
