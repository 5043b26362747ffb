"""What tells an agent of news: the switches in his page, and the sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livechat.models import Agent, NotificationChoice
from livechat.models.notifications import NewsKind, Ways

#: One number of each plural category of the languages there are; the script finds its own.
SAMPLES = (1, 2, 3, 5, 11, 100)


def switches_of(agent: Agent) -> list[tuple[str, str, Ways]]:
    """Every kind of news with its name and what the agent chose."""
    chosen = NotificationChoice.objects.of(agent)
    return [(kind.value, str(kind.label), chosen[kind.value]) for kind in NewsKind]


def forms(one: str, many: str) -> dict[int, str]:
    """The sentence in each plural form, by a number that takes it."""
    return {number: ngettext(one, many, number) for number in SAMPLES}


def _news(short: str, title: str | dict[int, str], many: dict[int, str]) -> dict[str, Any]:
    return {"short": short, "title": title, "many": many}


def _lasting() -> dict[str, Any]:
    """What waits, or takes, too long; by minutes, or by seconds while it is `brief`."""
    waiting = _news(
        _("Waiting long"),
        forms("{name} has waited {n} minute", "{name} has waited {n} minutes"),
        forms("{n} chat waits long", "{n} chats wait long"),
    )
    conversation = _news(
        _("Taking long"),
        forms(
            "The chat with {name} has taken {n} minute",
            "The chat with {name} has taken {n} minutes",
        ),
        forms("{n} chat takes long", "{n} chats take long"),
    )
    waiting["brief"] = forms("{name} has waited {n} second", "{name} has waited {n} seconds")
    conversation["brief"] = forms(
        "The chat with {name} has taken {n} second", "The chat with {name} has taken {n} seconds"
    )
    return {"target": waiting, "conversation": conversation}


def news_texts() -> dict[str, Any]:
    """`short` stands in the page's title, `title` in one notice, `many` over several."""
    return {
        "chat": _news(
            _("New chat"), _("New chat from {name}"), forms("{n} new chat", "{n} new chats")
        ),
        "message": _news(
            _("New message"),
            _("New message from {name}"),
            forms("{n} new message in {chats} chats", "{n} new messages in {chats} chats"),
        ),
        "given": _news(
            _("Chat for you"),
            _("You have the chat with {name}"),
            forms("{n} chat given to you", "{n} chats given to you"),
        ),
        "transfer": _news(
            _("Transfer"),
            _("Chat with {name} transferred to you"),
            forms("{n} chat transferred to you", "{n} chats transferred to you"),
        ),
        "invitation": _news(
            _("Invitation"),
            _("{name} invites you to a chat"),
            forms("{n} invitation", "{n} invitations"),
        ),
        "cancelled": _news(
            _("Chat cancelled"),
            _("{name} has cancelled the chat"),
            forms("{n} chat cancelled", "{n} chats cancelled"),
        ),
        **_lasting(),
        "assistance": _news(
            _("Help wanted"),
            _("{name} asks for help in a chat"),
            forms("{n} agent asks for help", "{n} agents ask for help"),
        ),
        "from": forms("{n} new message from {name}", "{n} new messages from {name}"),
        "test": _("This is how Parley tells you of news"),
    }
