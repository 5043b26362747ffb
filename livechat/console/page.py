"""What the frame of every page says to an agent: whether he takes chats, what is new."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from livechat.console.admission import agent_of
from livechat.console.availability import availability_of
from livechat.console.notifications import forms, news_texts, switches_of
from livechat.models import Agent
from tickets.models import User

#: What console.js imports, named so that the browser fetches all at once.
SHARED_MODULES = ("fragment", "shelf")
MODULES = (
    "accepting", "actions", "announce", "availability", "banner", "composer", "conversation",
    "details", "files", "fragment", "handed", "inbox", "keys", "leader", "links", "live", "me",
    "menu", "news", "notices", "notifier", "outbox", "pane", "phrase", "picker", "reach", "rows",
    "sharing", "socket", "speech", "switches", "tabs", "ticketing", "ticking", "times",
    "transcript",
)  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for the templates of every page, looked up where one asks; empty for non-agents."""
    return {"shell": SimpleLazyObject(lambda: _shell_of_user(request))}


def _shell_of_user(request: HttpRequest) -> dict[str, Any]:
    agent = agent_of(request)
    return shell_of(request, agent) if agent else {}


def shell_of(request: HttpRequest, agent: Agent) -> dict[str, Any]:
    """What the frame needs, and the script of the page."""
    return {
        "agent": agent,
        **availability_of(agent),
        "themes": User.Theme.choices,
        "switches": switches_of(agent),
        "modules": [
            *(f"parley/{name}.js" for name in SHARED_MODULES),
            *(f"livechat/js/{name}.js" for name in MODULES),
        ],
        "config": {
            "agent": agent.public_id,
            "zone": agent.user.time_zone,
            "keys": agent.user.single_keys,
            "lists": reverse("console:lists"),
            "availability": reverse("console:availability"),
            "inbox": reverse("console:inbox"),
            "chat": reverse("console:chat", args=["CHAT"]),
            "texts": {**texts(), "news": news_texts()},
        },
    }


def file_texts() -> dict[str, str]:
    """What is said of a file on its way."""
    return {
        "waiting": _("Waiting"),
        "sending": _("Sending, {n} %"),
        "checking": _("Checking"),
        "lost": _("Not sent. The server cannot be reached."),
        "empty": _("The file is empty."),
        "large": _("Larger than {most}."),
        "type": _("This type cannot be sent. What can: {types}."),
        "off": _("Nothing can be sent to the customer any more."),
        "note": _("Files go to the customer. Choose Reply to send one."),
    }


def texts() -> dict[str, Any]:
    """Sentences that scripts fill in."""
    return {
        "title": _("Console - Parley"),
        "unread": _("({n}) {title}"),
        "said": _("{name}: {text}"),
        "more": forms("{n} new message", "{n} new messages"),
        "elsewhere": forms("{n} new message from {name}", "{n} new messages from {name}"),
        "waiting": _("New chat from {name}, {queue}"),
        "with": _("With {name}"),
        "unnamed": _("Unnamed customer"),
        "failed": _("Message not sent"),
        "left": _("{name} has cancelled the chat"),
        "taken": _("Accepted by {name}"),
        "cancelled": _("End user has cancelled chat."),
        "transfer_returned": _("{agent} did not accept the chat with {name}"),
        "transfer_declined": _("{agent} declined the chat with {name}"),
        "returned_to_sender": _("{agent} did not accept the chat with {name}"),
        "declined_to_sender": _("{agent} declined the chat with {name}"),
        "gone": _("This chat is not open to you any more."),
        "unreachable": _("The server cannot be reached. Try again in a moment."),
        "broken": _("That did not work. Try again in a moment."),
        "saved": _("Saved"),
        "copied": _("Copied"),
        "uncopied": _("Not copied. Select the text and copy it."),
        "local": _("Local {time}"),
        "over": forms("{n} character too long", "{n} characters too long"),
        "you": _("You: {text}"),
        "file": _("sent a file: {file}"),
        "yours": _("You sent a file: {file}"),
        "article": _("shared an article: {article}"),
        "your_article": _("You shared an article: {article}"),
        "files": file_texts(),
        "online": _("Connected"),
        "connecting": _("Connecting"),
        "reconnecting": _("Reconnecting"),
        "offline": _("You are offline"),
        "signed-out": _("You are signed out"),
    }
