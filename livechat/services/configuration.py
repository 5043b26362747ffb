"""Say that a setting changed, so that open pages follow."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from livechat import events
from livechat.models import (
    Agent,
    AvailabilityReason,
    Chat,
    ChatHours,
    ChatSettings,
    Queue,
    SystemMessage,
    Topic,
)
from livechat.services.drain import drain_soon
from tickets.models import Company, ServiceAlert, TicketTemplate, User


@transaction.atomic
def announce(setting: Model) -> None:
    """Tell the pages that show this row, once it is committed."""
    events.publish_all(_news(setting))
    if queues := _queues_of(setting):
        _make_due(queues)
        drain_soon(queues)


def _make_due(queues: list[int]) -> None:
    """Who waits there may have been planned for an hour hence; the clock looks even if we die."""
    waiting = Chat.objects.waiting().filter(queue__in=queues).unlocked()
    found = list(waiting.values_list("pk", flat=True))
    Chat.objects.filter(pk__in=found).update(next_action_at=timezone.now())


@transaction.atomic
def rank_anew(queue: Queue) -> int:
    """Its priority is another: chats that came before keep their place beside those that come."""
    live = Chat.objects.live().filter(queue=queue.pk).order_by("pk")
    locked = list(live.select_for_update(no_key=True).values_list("pk", flat=True))
    ranked = F("queued_at") - timedelta(seconds=queue.priority_seconds)
    return Chat.objects.filter(pk__in=locked).update(rank_time=ranked)


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
    return _news_for_all(setting)


def _news_for_all(setting: Model) -> list[events.Event]:
    if isinstance(setting, Company):
        return [events.SettingChanged((events.STAFF,), "company", setting.public_id, 1)]
    if isinstance(setting, ChatHours):
        public_id, version = setting.public_id, setting.version
        return [events.SettingChanged((events.STAFF,), "chat_hours", public_id, version)]
    if isinstance(setting, Topic):
        return [events.SettingChanged((events.STAFF,), "topic", setting.public_id, 1)]
    if isinstance(setting, SystemMessage):
        told, version = f"{setting.code} {setting.language}", setting.version
        return [events.SettingChanged((events.STAFF,), "system_message", told, version)]
    if isinstance(setting, ServiceAlert):
        public_id, version = setting.public_id, setting.version
        return [events.SettingChanged((events.STAFF,), "service_alert", public_id, version)]
    if isinstance(setting, TicketTemplate):
        return [events.SettingChanged((events.STAFF,), "ticket_template", setting.public_id, 1)]
    if isinstance(setting, AvailabilityReason):
        name = "availability_reason"
        return [events.SettingChanged((events.STAFF,), name, str(setting.pk), 1)]
    return []


def _queues_of(setting: Model) -> list[int]:
    """The queues whose chats may find an agent now."""
    if isinstance(setting, Queue):
        return [setting.pk]
    if isinstance(setting, Agent):
        return list(setting.queues.values_list("pk", flat=True))
    if isinstance(setting, (ChatHours, ChatSettings)):
        return list(Queue.objects.active().values_list("pk", flat=True))
    return []
