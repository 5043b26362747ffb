"""What customers are told by the system: our sentences, and the administrator's in their place."""

from __future__ import annotations

import re
from typing import ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

FIELD = re.compile(r"\{(\w*)\}")
LONGEST = 300


class Sentence(NamedTuple):
    """When it is said, and how unless the administrator says otherwise. {fields} are filled in."""

    when: StrPromise
    text: StrPromise

    @property
    def fields(self) -> set[str]:
        """The names that may stand in it."""
        return set(FIELD.findall(str(self.text)))


SENTENCES: dict[str, Sentence] = {
    "hello": Sentence(
        _("Asked of a customer whose name is known"), _("Hi {name}, what is going on?")
    ),
    "question": Sentence(_("Asked of everybody else"), _("What is going on?")),
    "waiting": Sentence(_("While nobody has the chat"), _("Waiting for an agent")),
    "keep_place": Sentence(
        _("Below the place in line"), _("You can leave this page, we will keep your place.")
    ),
    "accepted": Sentence(_("An agent has the chat"), _("{agent} joined")),
    "joined": Sentence(_("Another agent takes part"), _("{agent} joined")),
    "left": Sentence(_("Another agent takes part no longer"), _("{agent} left")),
    "transferred": Sentence(
        _("The chat waits for another agent"), _("You are being passed on to {agent}")
    ),
    "released": Sentence(
        _("The chat waits for an agent again"), _("You are back in line, at your place")
    ),
    "requeued": Sentence(
        _("The chat waits in another queue"), _("You are being passed on to {queue}")
    ),
    "returned": Sentence(
        _("Nobody accepted the transfer"), _("You are back in line, at your place")
    ),
    "kept": Sentence(
        _("Nobody accepted the transfer, and its sender has the chat again"),
        _("You stay with {sender}"),
    ),
    "agent_lost": Sentence(
        _("The agent cannot be reached any more"),
        _("We lost {agent}. You are back in line, at your place"),
    ),
    "ticket_linked": Sentence(
        _("The agent has made a ticket of the chat"), _("{agent} created {number} for you")
    ),
    "ticket_left": Sentence(
        _("The customer has left a ticket instead"), _("You left {number} with us")
    ),
    "overflow": Sentence(
        _("Nobody came, and the customer may leave a ticket instead"),
        _("Nobody is free yet. You can leave a ticket instead, and we will come back to you."),
    ),
    "leaving": Sentence(
        _("Outside chat hours, where a ticket can be left"),
        _("Leave a ticket, and we will come back to you."),
    ),
    "idle": Sentence(_("The customer has been silent"), _("Are you still there?")),
    "ended": Sentence(_("The agent has ended the chat"), _("{agent} ended the chat")),
    "abandoned": Sentence(
        _("The agent has closed a chat without answers"),
        _("The chat was closed. Ask again whenever you want"),
    ),
    "cancelled": Sentence(_("The customer has ended the chat"), _("You ended the chat")),
    "over": Sentence(
        _("Below a chat that is over"),
        _("This chat is over. You can read it until you start a new one."),
    ),
}


class SystemMessageManager(models.Manager["SystemMessage"]):
    def wording(self, language: str) -> dict[str, str]:
        """Every sentence as customers of this language are told it."""
        own = dict(self.filter(language=language).values_list("code", "text"))
        return {code: own.get(code) or str(said.text) for code, said in SENTENCES.items()}


class SystemMessage(models.Model):
    """A sentence of the administrator's, in one language."""

    #: Of SENTENCES; the admin offers them. A sentence that is no more is not told.
    code = models.CharField(_("sentence"), max_length=24)
    language = models.CharField(_("language"), max_length=12, default="en")
    text = models.CharField(
        _("text"),
        max_length=LONGEST,
        help_text=_("What stands in braces is filled in, such as {agent}."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[SystemMessageManager] = SystemMessageManager()

    class Meta:
        verbose_name = _("system message")
        verbose_name_plural = _("system messages")
        ordering: ClassVar[list[str]] = ["code", "language"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["code", "language"], name="system_message_one_per_language"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Refuse fields that nothing fills in."""
        said = SENTENCES.get(self.code)
        if said and (unknown := set(FIELD.findall(self.text)) - said.fields):
            known = ", ".join(f"{{{name}}}" for name in sorted(said.fields)) or _("none")
            text = _("%(unknown)s is not filled in here. Fields of this sentence: %(known)s.")
            named = ", ".join(f"{{{name}}}" for name in sorted(unknown))
            raise ValidationError({"text": text % {"unknown": named, "known": known}})
