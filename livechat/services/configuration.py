"""Say that a setting changed, so that open pages follow."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Model, Q
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
from livechat.services.targets import retarget
from tickets.models import Company, ServiceAlert, Status, StatusReason, TicketTemplate, User

NAMES = {Status: "status", StatusReason: "status_reason", TicketTemplate: "ticket_template"}


@transaction.atomic
def announce(setting: Model) -> None:
    """Tell the pages that show this row, once it is committed."""
    events.publish_all(_news(setting))
    if queues := _queues_of(setting):
        if isinstance(setting, (Queue, ChatSettings)):
            retarget(queues)  # Before others are locked: it waits for its locks.
        _make_due(queues)
        drain_soon(queues)


def _make_due(queues: list[int]) -> None:
    """Who waits there may have been planned for an hour hence; the clock looks even if we die."""
    waiting = Chat.objects.waiting().filter(queue__in=queues).unlocked()
    found = list(waiting.values_list("pk", flat=True))
    Chat.objects.filter(pk__in=found).update(next_action_at=timezone.now())


@transaction.atomic
def rank_anew(setting: Queue | ChatSettings) -> int:
    """A priority is another: chats that came before keep their place beside those that come."""
    concerned = Q(queue=setting.pk) if isinstance(setting, Queue) else Q(customer__vip=True)
    live = Chat.objects.live().filter(concerned).order_by("pk")
    locked = live.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)
    granted = _granted(list(locked))
    for seconds, chats in granted.items():
        ranked = F("queued_at") - timedelta(seconds=seconds)
        Chat.objects.filter(pk__in=chats).update(rank_time=ranked)
    return sum(map(len, granted.values()))


def _granted(chats: list[int]) -> dict[int, list[int]]:
    """These chats by the seconds that queue and customer grant them."""
    of_vips = ChatSettings.objects.current().vip_priority_seconds
    rows = Chat.objects.filter(pk__in=chats)
    found: dict[int, list[int]] = {}
    for pk, priority, vip in rows.values_list("pk", "queue__priority_seconds", "customer__vip"):
        found.setdefault(priority + of_vips * vip, []).append(pk)
    return found


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
        changed = events.SettingChanged((events.STAFF,), "chat_settings", "1", setting.version)
        return [changed, events.HoursChanged(None)]  # Whether a ticket can be left meanwhile.
    return _news_for_all(setting)


def _news_for_all(setting: Model) -> list[events.Event]:
    if isinstance(setting, Company):
        changed = events.SettingChanged((events.STAFF,), "company", setting.public_id, 1)
        return [changed, events.HoursChanged(setting.pk)]  # They go by its clock.
    if isinstance(setting, ChatHours):
        public_id, version = setting.public_id, setting.version
        changed = events.SettingChanged((events.STAFF,), "chat_hours", public_id, version)
        return [changed, events.HoursChanged(setting.company_id)]
    if isinstance(setting, Topic):
        return [events.SettingChanged((events.STAFF,), "topic", setting.public_id, 1)]
    if isinstance(setting, SystemMessage):
        told, version = f"{setting.code} {setting.language}", setting.version
        return [events.SettingChanged((events.STAFF,), "system_message", told, version)]
    if isinstance(setting, AvailabilityReason):
        name = "availability_reason"
        return [events.SettingChanged((events.STAFF,), name, str(setting.pk), 1)]
    return _news_of_tickets(setting)


def _news_of_tickets(setting: Model) -> list[events.Event]:
    """What agents see beside a chat: alerts, and what tickets can be."""
    if isinstance(setting, ServiceAlert):
        public_id, version = setting.public_id, setting.version
        changed = events.SettingChanged((events.STAFF,), "service_alert", public_id, version)
        return [changed, events.AlertsChanged()]
    if isinstance(setting, (Status, StatusReason, TicketTemplate)):
        name = NAMES[type(setting)]
        return [events.SettingChanged((events.STAFF,), name, setting.public_id, 1)]
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
