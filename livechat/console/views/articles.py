"""Articles of a chat: picked in the composer, pinned for its ticket."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from knowledge.models import Article
from livechat.console.admission import for_agents, wants_fragment
from livechat.console.articles import pickable, writes_of
from livechat.models import Agent, Chat
from livechat.services.articles import pin_article, unpin_article
from livechat.services.drafting import draft_article

SEARCH_CHARACTERS = 200


@require_safe
@for_agents
def picks(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """What `#` and a few letters find."""
    chat = _visible(agent, public_id)
    if not wants_fragment(request):
        return redirect("console:chat", public_id)
    text = request.GET.get("q", "").replace("\0", "")[:SEARCH_CHARACTERS]
    part = {"hits": pickable(chat, agent, text)}
    return render(request, "livechat/partials/picks.html", part)


@require_POST
@for_agents
def pin(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """`pin=1` flags the article, anything else takes the flag off."""
    chat = _visible(agent, public_id)
    if not agent.user.has_perm("tickets.work_on_tickets"):
        raise PermissionDenied
    name = request.POST.get("article", "").replace("\0", "")
    article = get_object_or_404(Article.objects.visible_to(agent.user), public_id=name)
    step = pin_article if request.POST.get("pin") == "1" else unpin_article
    step(chat.pk, article=article, by=agent.pk)
    return (
        HttpResponse(status=204) if wants_fragment(request) else redirect("console:chat", public_id)
    )


@require_POST
@for_agents
def draft(request: HttpRequest, agent: Agent, public_id: str) -> HttpResponse:
    """A new article, begun with what the chat says: its author goes on with it."""
    chat = _visible(agent, public_id)
    if not writes_of(chat, agent):
        raise PermissionDenied
    return redirect("knowledge:edit", draft_article(chat, by=agent.user).public_id)


def _visible(agent: Agent, public_id: str) -> Chat:
    chats = Chat.objects.visible_to(agent.user).with_pages_data()
    return get_object_or_404(chats, public_id=public_id)
