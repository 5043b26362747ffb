"""Chats, queues, agents, and everything live."""
