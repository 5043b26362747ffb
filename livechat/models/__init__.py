"""Facts of the chats."""

from livechat.models.agents import Agent, Lease
from livechat.models.chats import Chat
from livechat.models.drafts import ChatHead, Draft, Line, Sender
from livechat.models.messages import Message, ReadCursor
from livechat.models.queues import Queue
from livechat.models.settings import ChatSettings

__all__ = [
    "Agent",
    "Chat",
    "ChatHead",
    "ChatSettings",
    "Draft",
    "Lease",
    "Line",
    "Message",
    "Queue",
    "ReadCursor",
    "Sender",
]
