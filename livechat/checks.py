"""What an administrator of the machine should know before he starts it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError

from livechat.models import Agent, ChatSettings, Queue
from livechat.policy import Selector


@register(deploy=True)
def check_public_url(**_kwargs: Any) -> list[CheckMessage]:
    """Without PUBLIC_URL, cookies are not secure and there is no HSTS."""
    if settings.PUBLIC_ORIGIN:
        return []
    return [
        checks.Warning(
            "PUBLIC_URL is not set.", hint="Set it to https://desk.example.com.", id="livechat.W001"
        )
    ]


@register(deploy=True)
def check_proxies(**_kwargs: Any) -> list[CheckMessage]:
    """https without a proxy to believe: every page redirects to itself."""
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    hint = "Set it to the address of the proxy that speaks TLS."
    return [checks.Warning("PARLEY_TRUSTED_PROXIES is not set.", hint=hint, id="livechat.W003")]


@register()
def check_bus(**_kwargs: Any) -> list[CheckMessage]:
    """Several processes need PostgreSQL; SQLite with Redis says that somebody wants several."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if settings.REDIS_URL and "sqlite" in engine:
        return [checks.Warning("REDIS_URL is set, DATABASE_URL is not.", id="livechat.W002")]
    return []


@register(Tags.database)
def check_routing(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Settings that leave chats without anybody, or have no effect: `check --database default`."""
    if "default" not in (databases or []):
        return []
    try:
        return [*_queues_nobody_serves(), *_limits_without_effect()]
    except (DatabaseError, ChatSettings.DoesNotExist):  # Not migrated yet.
        return []


def _queues_nobody_serves() -> Iterator[CheckMessage]:
    general = ChatSettings.objects.current()
    served = Queue.objects.filter(agents__in=Agent.objects.active()).values("pk")
    for queue in Queue.objects.active().exclude(pk__in=served).select_related("company"):
        chosen = general.for_queue(queue)
        if chosen.auto_accept and chosen.selector != Selector.MANUAL:
            yield checks.Warning(
                f"Chats of the queue {queue} go to a free agent by themselves; it has no agents.",
                hint="Give it agents, or accept its chats by hand.",
                id="livechat.W004",
            )


def _limits_without_effect() -> Iterator[CheckMessage]:
    general = ChatSettings.objects.current()
    most = general.largest_capacity
    too_many = [str(queue) for queue in Queue.objects.active().filter(capacity__gt=most)]
    if general.default_capacity > most:
        too_many.append("the chat settings")
    hint = f"Raise the most chats at once, which is {most}, or lower the other."
    for name in too_many:
        text = f"More chats at once are set for {name} than an agent may have."
        yield checks.Warning(text, hint=hint, id="livechat.W005")
