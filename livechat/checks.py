"""What an administrator of the machine should know before he starts it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004  # Django's name


@register(deploy=True)
def check_public_url(**_kwargs: Any) -> list[CheckMessage]:
    """Without PUBLIC_URL, cookies are not secure and there is no HSTS."""
    if settings.PUBLIC_ORIGIN:
        return []
    return [
        Warning(
            "PUBLIC_URL is not set.", hint="Set it to https://desk.example.com.", id="livechat.W001"
        )
    ]


@register(deploy=True)
def check_proxies(**_kwargs: Any) -> list[CheckMessage]:
    """https without a proxy to believe: every page redirects to itself."""
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    hint = "Set it to the address of the proxy that speaks TLS."
    return [Warning("PARLEY_TRUSTED_PROXIES is not set.", hint=hint, id="livechat.W003")]


@register()
def check_bus(**_kwargs: Any) -> list[CheckMessage]:
    """Several processes need PostgreSQL; SQLite with Redis says that somebody wants several."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if settings.REDIS_URL and "sqlite" in engine:
        return [Warning("REDIS_URL is set, DATABASE_URL is not.", id="livechat.W002")]
    return []
