"""The signals of the apps below, as news of this one. No I/O."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db.models import Model
from django.dispatch import receiver
from django.utils.translation import ngettext

from livechat import events
from livechat.models import Agent, Chat, ChatFile
from livechat.services import configuration, presence
from tickets.models import Company, Customer, StoredFile, Ticket, User
from tickets.signals import (
    configuration_changed,
    file_asked,
    setting_retired,
    setting_retiring,
    ticket_changed,
)


@receiver(configuration_changed)
def announce_configuration(setting: Model, **_kwargs: Any) -> None:
    configuration.announce(setting)


@receiver(user_logged_in)
def note_sign_in(user: User, **_kwargs: Any) -> None:
    presence.note_sign_in(user.pk)


@receiver(ticket_changed)
def tell_of_ticket(
    ticket: Ticket, change: str, fields: Collection[str] = (), **_kwargs: Any
) -> None:
    agents = Agent.objects.concerned_with(ticket).values_list("pk", flat=True)
    news = events.TicketChanged(ticket, change, frozenset(agents), frozenset(fields))
    events.publish_all([news])


@receiver(setting_retiring)
def name_chats_cut_off(setting: Model, **_kwargs: Any) -> list[str]:
    """A company stays while its customers are in chats: they could not go on, or come back."""
    return chats_cut_off(setting) if isinstance(setting, Company) else []


def chats_cut_off(company: Company) -> list[str]:
    count = Chat.objects.live().filter(customer__company=company, left_at=None).count()
    text = ngettext(
        "%(count)s chat of its customers is still open. It has to end first.",
        "%(count)s chats of its customers are still open. They have to end first.",
        count,
    )
    return [text % {"count": count}] if count else []


@receiver(setting_retired)
def name_chats_left_behind(setting: Model, **_kwargs: Any) -> list[str]:
    """Chats that go on although their agent is switched off."""
    if not isinstance(setting, User):
        return []
    count = Chat.objects.live().filter(agent__user=setting).count()
    text = ngettext(
        "%(count)s chat of “%(name)s” is still open.",
        "%(count)s chats of “%(name)s” are still open.",
        count,
    )
    return [text % {"count": count, "name": setting}] if count else []


@receiver(file_asked)
def say_who_reads_files(file: StoredFile, reader: User | Customer, **_kwargs: Any) -> bool:
    """Whoever may open its chat now."""
    return ChatFile.objects.readable_by(reader).filter(file=file).exists()
