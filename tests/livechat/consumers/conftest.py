"""Sockets of these tests: their limits, their pages, and the people who open them."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module

import pytest
import pytest_asyncio
from django.conf import settings
from django.test import Client

from livechat import realtime
from livechat.consumers.process import process
from livechat.models import Agent, Chat
from tests.factories import ChatFactory
from tests.livechat.consumers.pages import Page
from tickets.services.identity import customer_token

Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """This test's own limits, and loops that do not make it wait."""
    module = import_module("livechat.consumers.process")
    for name in ("TICK_SECONDS", "LEASE_TICK_SECONDS", "REVOCATION_TICK_SECONDS"):
        monkeypatch.setattr(module, name, 0.05)
    own = copy.deepcopy(settings.SOCKET_LIMITS)
    monkeypatch.setattr(settings, "SOCKET_LIMITS", own)
    return own


@pytest.fixture(autouse=True)
def fresh_hub() -> Iterator[None]:
    yield
    realtime.hub.marks.clear()
    assert not realtime.hub.listeners


@pytest_asyncio.fixture
async def open_page() -> AsyncIterator[Open]:
    pages: list[Page] = []

    def open_one(path: str, **handshake: object) -> Page:
        pages.append(Page(path, **handshake))
        return pages[-1]

    yield open_one
    for page in pages:
        page.close()
    await asyncio.gather(*(page.task for page in pages))
    await process.stop()
    assert not process.sockets
    assert not +process.addresses
    assert not +process.pages
    assert not +process.unknown


@pytest.fixture
def chat() -> Chat:
    return ChatFactory(assigned=True)


@pytest.fixture
def token(chat: Chat) -> str:
    return customer_token(chat.customer)


def signed_in(agent: Agent) -> str:
    """The cookie of a member of staff who has signed in."""
    client = Client()
    client.force_login(agent.user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@pytest.fixture
def cookie(chat: Chat) -> str:
    return signed_in(chat.agent)


def customers(open_page: Open, token: str, **resume: int) -> Page:
    """A customer's page that has said hello."""
    page = open_page("/ws/customer/")
    page.send("hello", token=token, resume=resume)
    return page


def agents(open_page: Open, cookie: str, **resume: int) -> Page:
    """An agent's page that has said hello."""
    page = open_page("/ws/console/", cookie=cookie)
    page.send("hello", resume=resume)
    return page
