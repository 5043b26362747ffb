"""How the server ends."""

import signal

import pytest
import uvicorn
from django.db import OperationalError

from livechat.consumers.process import process
from livechat.management.commands.serve import Server


@pytest.mark.asyncio
async def test_it_ends_even_when_the_database_is_gone(monkeypatch):
    async def leave() -> None:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(process, "leave", leave)
    server = Server(uvicorn.Config("config.asgi:application"))

    with pytest.raises(OperationalError):
        await server.leave(signal.SIGTERM, None)

    assert server.should_exit
