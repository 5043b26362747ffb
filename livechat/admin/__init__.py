"""The admin holds settings. Chats and messages are worked in the console, not here."""

from livechat.admin import (
    agents,
    chat_settings,
    decisions,
    hours,
    queues,
    reasons,
    topics,
)

__all__ = ["agents", "chat_settings", "decisions", "hours", "queues", "reasons", "topics"]
