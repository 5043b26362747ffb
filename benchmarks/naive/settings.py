"""Settings of the naive chat: persistent connections, and a layer that does not stall."""

import os
from typing import Any
from urllib.parse import urlsplit

SECRET_KEY = "only for benchmarks"
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
ROOT_URLCONF = "benchmarks.naive.asgi"
ASGI_APPLICATION = "benchmarks.naive.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "benchmarks.naive",
]


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": parts.username,
    }


DATABASES = {"default": {**_database(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": 600}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # The defaults lose connections and messages under load: see the README.
            "hosts": [
                {
                    "address": os.environ["REDIS_URL"],
                    "max_connections": 2000,
                    "socket_timeout": None,
                }
            ],
            "capacity": 10_000,
        },
    }
}
