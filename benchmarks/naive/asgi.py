"""The naive chat's site: one socket for each person in a chat."""

# ruff: noqa: E402  # Django has to be set up before models are imported.

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.naive.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import URLPattern, path

from benchmarks.naive.consumers import ChatConsumer

urlpatterns: list[URLPattern] = []
sockets = [path("ws/chat/<str:chat>/<str:author>/", ChatConsumer.as_asgi())]
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(sockets))),
    }
)
