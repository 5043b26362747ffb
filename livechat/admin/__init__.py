"""The admin holds settings. Chats and messages are worked in the console, not here."""

from livechat.admin import (
    agents,
    chat_settings,
    decisions,
    hours,
    queues,
    reasons,
    system_messages,
    topics,
)

__all__ = [
    "agents",
    "chat_settings",
    "decisions",
    "hours",
    "queues",
    "reasons",
    "system_messages",
    "topics",
]
