"""A chat's ticket: made at once, or filled in first; and what helps with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livechat.console.admission import for_agents, wants_fragment
from livechat.console.articles import articles_beside, writes_of
from livechat.console.conversation import mode_of
from livechat.console.forms import NewTicketForm
from livechat.console.invitees import others_in
from livechat.console.tickets import draft_of, files_of, resources_of, template_of, ticketing_of
from livechat.exceptions import ChatError
from livechat.models import Agent, Chat
from livechat.services.ticketing import open_ticket_for, proposal_for
from livechat.services.transcript import transcript_of
from tickets.forms import TicketForm
from tickets.models import Ticket, TicketTemplate

SEARCH_CHARACTERS = 200


@require_safe
@for_agents
def resources(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """The tab: `q` searches, `template` is picked."""
    chat = _visible(agent, public_id)
    if not wants_fragment(request):
        return redirect("console:chat", public_id)
    asked = {name: request.GET.get(name, "").replace("\0", "") for name in ("q", "template")}
    text = asked["q"][:SEARCH_CHARACTERS]
    mode = mode_of(chat, agent, others_in(chat, agent)["invitation"])
    part = {
        "chat": chat,
        "resources": resources_of(chat, agent, text=text, template=asked["template"]),
        "articles": articles_beside(chat, agent, text),
        "ticketing": ticketing_of(chat, agent, mode),
        "writes": writes_of(chat, agent),
        "shares": mode in {"mine", "participant"} and chat.left_at is None,
    }
    return render(request, "livechat/partials/resources.html", part)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def ticket(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """The form; sent back, the ticket. Sent without the form's fields, what is known has to do."""
    chat = _visible(agent, public_id)
    if not agent.user.has_perm("tickets.work_on_tickets"):
        raise PermissionDenied
    if not wants_fragment(request) and (gone := _not_his(chat, agent)):
        messages.warning(request, gone)
        return redirect("console:chat", public_id)
    chat.require_owner(agent.pk)
    if chat.ticket:
        return _made(request, chat, chat.ticket)
    asked = NewTicketForm(request.POST if request.method == "POST" else request.GET)
    if not asked.is_valid():
        raise Http404
    kind = asked.cleaned_data["kind"]
    template = template_of(chat, kind, asked.cleaned_data["template"])
    if asked.cleaned_data["filled"]:
        return _fill_in(request, chat, kind, template, request.POST)
    if request.method == "POST":
        return _make_at_once(request, chat, kind, template)
    return _fill_in(request, chat, kind, template, None)


def _not_his(chat: Chat, agent: Agent) -> str:
    """Why there is nothing to fill in: to send him back to the form would only refuse him again."""
    try:
        chat.require_owner(agent.pk)
    except ChatError as refused:
        return str(refused)
    return ""


def _make_at_once(
    request: HttpRequest, chat: Chat, kind: str, template: TicketTemplate | None
) -> HttpResponse:
    """With blanks: a script is refused and opens the form, whoever has none is taken there."""
    if not wants_fragment(request) and proposal_for(chat, kind=kind, template=template).blank:
        return redirect(form_address(chat, kind, template))
    assert chat.agent_id is not None  # require_owner
    chosen = template.pk if template else None
    made = open_ticket_for(chat.pk, by=chat.agent_id, kind=kind, template=chosen)
    return _made(request, chat, made)


def _fill_in(
    request: HttpRequest,
    chat: Chat,
    kind: str,
    template: TicketTemplate | None,
    data: QueryDict | None,
) -> HttpResponse:
    draft = draft_of(chat, kind, template)
    form = TicketForm(draft, TicketForm(draft).sent if data is None else data)
    form.drawn["description"].marked = False  # The transcript is never blank.
    if form.is_valid() and data is not None:
        assert chat.agent_id is not None  # require_owner
        chosen = template.pk if template else None
        with form.landing():
            made = open_ticket_for(
                chat.pk, by=chat.agent_id, kind=kind, template=chosen, values=form.values
            )
            return _made(request, chat, made)
    page = {
        "chat": chat,
        "kind": kind,
        "template": template,
        "form": form,
        "again": data is not None,
        "transcript": transcript_of(chat),
        "files": files_of(chat),
        "title": _("New incident") if kind == "incident" else _("New work order"),
    }
    status = 200 if data is None else 422
    return render(request, "livechat/chat_ticket.html", page, status=status)


def form_address(chat: Chat, kind: str, template: TicketTemplate | None) -> str:
    query = QueryDict(mutable=True)
    query["kind"] = kind
    if template:
        query["template"] = template.public_id
    return f"{reverse('console:ticket', args=[chat.public_id])}?{query.urlencode()}"


def _made(request: HttpRequest, chat: Chat, made: Ticket) -> HttpResponse:
    assert chat.agent is not None  # require_owner
    if not wants_fragment(request):
        messages.success(request, _("%(number)s is the ticket of this chat.") % {"number": made})
        return redirect("console:chat", chat.public_id)
    can_open = Ticket.objects.visible_to(chat.agent.user).filter(pk=made.pk).exists()
    part = {"ticket": made, "can_open": can_open}
    return render(request, "livechat/partials/ticket_made.html", part)


@require_safe
@for_agents
def of_ticket(request: HttpRequest, agent: Agent, ticket: str) -> HttpResponse:
    """The chat that a ticket was made of, for the ticket's page."""
    chats = Chat.objects.visible_to(agent.user).with_pages_data()
    chat = get_object_or_404(chats, ticket__public_id=ticket)
    if not wants_fragment(request):
        return redirect("console:chat", chat.public_id)
    return render(request, "livechat/partials/chat_card.html", {"chat": chat})


def _visible(agent: Agent, public_id: str) -> Chat:
    chats = Chat.objects.visible_to(agent.user).with_pages_data()
    return get_object_or_404(chats, public_id=public_id)
