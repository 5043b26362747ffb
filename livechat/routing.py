"""Websocket paths."""

from channels.routing import URLRouter
from django.urls import path

from livechat.consumers.console import ConsoleSocket
from livechat.consumers.customer import CustomerSocket
from livechat.consumers.refusing import RefusingSocket

websocket_application = URLRouter(
    [
        path("ws/customer/", CustomerSocket.as_asgi()),
        path("ws/console/", ConsoleSocket.as_asgi()),
        path("<path:elsewhere>", RefusingSocket.as_asgi()),
    ]
)
