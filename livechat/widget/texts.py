"""Sentences that the widget's script fills in: translated here, numbers in their plural forms."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: A number of each plural category that languages have; the script finds its own among them.
SAMPLES = (1, 2, 3, 5, 11, 100)


def forms(one: str, many: str) -> dict[int, str]:
    """The sentence in each plural form, by a number that takes it."""
    return {number: ngettext(one, many, number) for number in SAMPLES}


#: Events of a chat that customers read: the icon, and the sentence that is told.
EVENTS = {
    "accepted": ("check", "accepted"),
    "joined": ("check", "joined"),
    "left": ("", "left"),
    "transferred": ("", "transferred"),
    "released": ("", "released"),
    "requeued": ("", "requeued"),
    "transfer_returned": ("", "returned"),
    "transfer_declined": ("", "returned"),
    "returned_to_sender": ("", "kept"),
    "declined_to_sender": ("", "kept"),
    "agent_lost": ("", "agent_lost"),
    "ticket_linked": ("check", "ticket_linked"),
    "ticket_left": ("check", "ticket_left"),
    "idle": ("clock", "idle"),
    "ended": ("end", "ended"),
    "abandoned": ("end", "abandoned"),
    "cancelled": ("end", "cancelled"),
}


def events(wording: dict[str, str]) -> list[tuple[str, str, str]]:
    """Code, icon and sentence of each event."""
    return [(code, icon, wording[told]) for code, (icon, told) in EVENTS.items()]


def texts(company: str, wording: dict[str, str]) -> dict[str, str | dict[int, str]]:
    return {
        "hello": wording["hello"],
        "desk": company,
        "shut": _("Closed now"),
        "closed": _("We are closed right now."),
        "opens": _("Opens {time}"),
        "invite": _("Ask a question"),
        "unreachable": _("The service desk cannot be reached. Try again in a moment."),
        "place1": _("You are next in line"),
        "place2": _("You are second in line"),
        "place3": _("You are third in line"),
        "place": _("You are number {n} in line"),
        "wait0": _("Less than a minute to wait"),
        "wait1": _("About 1 to 3 minutes to wait"),
        "wait3": _("About 3 to 5 minutes to wait"),
        "wait5": _("About 5 to 10 minutes to wait"),
        "wait10": _("About 10 to 20 minutes to wait"),
        "wait20": _("More than 20 minutes to wait"),
        "waiting": wording["waiting"],
        "asked": _("Your question, {time}"),
        "reconnecting": _("{name} is reconnecting"),
        "you": _("You"),
        "left_ticket": wording["ticket_left"],
        "with": _("With {name}"),
        "message": _("Message {name}"),
        "said": _("{name}: {text}"),
        "joined": _("{name} joined"),
        "failed": _("Message not sent"),
        "ended": _("Chat ended"),
        "cancelled": _("Request cancelled"),
        "again": _("Too many at once. Try again in {n} s."),
        "unread": forms("Chat, {n} new message", "Chat, {n} new messages"),
        "more": forms("{n} new message", "{n} new messages"),
        "minutes": _("{n} min read"),
        "helping": forms("{n} article may help", "{n} articles may help"),
        "left": forms("{n} character left", "{n} characters left"),
        "over": forms("{n} character too long", "{n} characters too long"),
    }


def file_texts() -> dict[str, str]:
    """What is said of a file on its way."""
    return {
        "waiting": _("Waiting"),
        "sending": _("Sending, {n} %"),
        "checking": _("Checking"),
        "lost": _("Not sent. The service desk cannot be reached."),
        "empty": _("The file is empty."),
        "large": _("Larger than {most}."),
        "type": _("This type cannot be sent. What can: {types}."),
        "off": _("Nothing can be sent in this chat any more."),
        "virtual": _("Files cannot be sent in virtual agent chats"),
    }
