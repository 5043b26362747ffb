"""The tutorial's asynchronous consumer, with a row and an ack added."""

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from benchmarks.naive.models import Message


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """One person in one chat."""

    async def connect(self) -> None:
        words = self.scope["url_route"]["kwargs"]
        self.chat, self.author = words["chat"], words["author"]
        self.group = f"chat_{self.chat}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content: Any, **_: Any) -> None:
        if content["type"] == "receipt":
            return  # Read and forgotten: the product stores and passes them on.
        message = await database_sync_to_async(Message.objects.create)(
            chat=self.chat, author=self.author, body=content["body"]
        )
        await self.send_json({"type": "ack", "key": content["key"], "id": message.pk})
        news = {"id": message.pk, "author": self.author, "key": content["key"]}
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "body": message.body, **news}
        )

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send_json({**event, "type": "message"})
