"""Facts of the chats."""

from livechat.models.agents import Agent, Lease
from livechat.models.chats import Chat
from livechat.models.messages import ChatHead, Draft, Message, ReadCursor, Sender
from livechat.models.queues import Queue
from livechat.models.settings import ChatSettings

__all__ = [
    "Agent",
    "Chat",
    "ChatHead",
    "ChatSettings",
    "Draft",
    "Lease",
    "Message",
    "Queue",
    "ReadCursor",
    "Sender",
]
