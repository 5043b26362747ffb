"""Say that a setting changed, so that open pages follow."""

from __future__ import annotations

from django.db.models import Model

from livechat import events
from livechat.models import Agent, ChatSettings, Queue
from livechat.services.drain import drain_soon
from tickets.models import Company, User


def announce(setting: Model) -> None:
    """Tell the pages that show this row, once it is committed."""
    events.publish_all(_news(setting))
    drain_soon(_queues_of(setting))


def _news(setting: Model) -> list[events.Event]:
    if isinstance(setting, Agent):
        return [events.AccessChanged(setting.pk)]
    if isinstance(setting, User):
        agent = Agent.objects.filter(user=setting).first()
        return [events.AccessChanged(agent.pk)] if agent else []
    if isinstance(setting, Queue):
        return [
            events.SettingChanged(
                (events.queue_topic(setting.pk),), "queue", setting.public_id, setting.version
            )
        ]
    if isinstance(setting, ChatSettings):
        return [events.SettingChanged((events.STAFF,), "chat_settings", "1", setting.version)]
    if isinstance(setting, Company):
        return [events.SettingChanged((events.STAFF,), "company", setting.public_id, 1)]
    return []


def _queues_of(setting: Model) -> list[int]:
    """The queues whose chats may find an agent now."""
    if isinstance(setting, Queue):
        return [setting.pk]
    if isinstance(setting, Agent):
        return list(setting.queues.values_list("pk", flat=True))
    if isinstance(setting, ChatSettings):
        return list(Queue.objects.active().values_list("pk", flat=True))
    return []
