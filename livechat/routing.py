"""Websocket paths."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.urls import path, re_path

from livechat.consumers.company import CompanySocket
from livechat.consumers.console import ConsoleSocket
from livechat.consumers.customer import CustomerSocket
from livechat.consumers.refusing import RefusingSocket


def socket_path(route: str, socket: type[AsyncWebsocketConsumer]) -> Any:
    """A path to an application of Channels, where Django's types know of views only."""
    application: Any = socket.as_asgi()
    return path(route, application) if route else re_path("", application)


websocket_application = URLRouter(
    [
        socket_path("ws/customer/", CustomerSocket),
        socket_path("ws/console/", ConsoleSocket),
        socket_path("ws/company/", CompanySocket),
        socket_path("", RefusingSocket),  # everywhere else
    ]
)
