"""Paths where there is no socket."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from livechat.protocol import Close


class RefusingSocket(AsyncWebsocketConsumer):
    """Refuses the handshake."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.close", "code": Close.FORBIDDEN})
