"""Who is let in, and with which words."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from livechat import protocol
from livechat.models import Agent, Chat
from tests.factories import CompanyFactory, CustomerFactory
from tests.livechat.consumers.conftest import agents, customers
from tests.livechat.consumers.pages import ORIGIN
from tickets.models import User
from tickets.services.identity import customer_token

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("path", ["/ws/customer/", "/ws/console/"])
@pytest.mark.parametrize(
    "handshake",
    [
        {"origins": ()},
        {"origins": (ORIGIN, ORIGIN)},
        {"origins": ("null",)},
        {"origins": ("https://127.0.0.1:8000",)},
        {"origins": ("http://127.0.0.1",)},
        {"origins": ("http://127.0.0.1:8001",)},
        {"origins": ("http://evil.example",)},
        {"origins": (f"{ORIGIN}.evil.example",)},
        {"origins": ("HTTP://127.0.0.1:8000",)},
        {"host": "evil.example", "origins": ("http://evil.example",)},
        {"host": "", "origins": ("http://",)},
    ],
)
async def test_a_page_that_is_not_exactly_ours_is_not_let_in(open_page, path, handshake):
    page = open_page(path, **handshake)

    assert await page.closed() == 4403
    assert not page.was_accepted


async def test_behind_a_public_url_only_its_pages_are_let_in(open_page, monkeypatch):
    monkeypatch.setattr(settings, "PUBLIC_ORIGIN", "https://desk.example.com")

    ours = open_page("/ws/customer/", origins=("https://desk.example.com",))
    other = open_page("/ws/customer/")

    assert await other.closed() == 4403
    ours.send("heartbeat")
    await ours.next("refused")


async def test_there_is_no_socket_elsewhere(open_page):
    assert await open_page("/ws/admin/").closed() == 4403


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "x" * 512])
async def test_a_token_that_is_none_is_sent_away(open_page, token):
    page = customers(open_page, token)

    assert (await page.next("bye"))["code"] == 4401
    assert await page.closed() == 4401


async def test_an_agents_session_opens_no_customers_socket(open_page, cookie):
    page = open_page("/ws/customer/", cookie=cookie)
    page.send("hello")

    assert await page.closed() == 4401


async def test_a_customers_token_opens_no_agents_socket(open_page, token):
    page = open_page("/ws/console/")
    page.send("hello", token=token)

    assert await page.closed() == 4401


@pytest.mark.parametrize("cookie", ["", "sid=unknown", "sid=", "other=1", 'sid="', "=;;=", "sid"])
async def test_without_a_session_no_agent_is_let_in(open_page, cookie):
    page = open_page("/ws/console/", cookie=cookie)
    page.send("hello")

    assert await page.closed() == 4401


@pytest.fixture
def former(request: pytest.FixtureRequest, chat: Chat, cookie: str) -> str:
    """The cookie of somebody who was an agent when he signed in."""
    now = timezone.now()
    {
        "expired": lambda: Session.objects.update(expire_date=now),
        "inactive": lambda: User.objects.update(is_active=False),
        "retired": lambda: Agent.objects.update(retired_at=now),
        "password": lambda: User.objects.update(password="changed"),
    }[request.param]()
    return cookie


@pytest.mark.parametrize(
    ("former", "code"),
    [("expired", 4401), ("password", 4401), ("inactive", 4403), ("retired", 4403)],
    indirect=["former"],
)
async def test_who_is_an_agent_no_longer_is_sent_away(open_page, former, code):
    assert await agents(open_page, former).closed() == code


@pytest.fixture
def retired_companys_token() -> str:
    return customer_token(CustomerFactory(company=CompanyFactory(retired_at=timezone.now())))


async def test_a_customer_of_a_retired_company_is_sent_away(open_page, retired_companys_token):
    assert await customers(open_page, retired_companys_token).closed() == 4401


async def test_a_customer_is_welcomed_with_the_heads_of_his_chats(open_page, chat, token):
    welcome = await customers(open_page, token).next("welcome")

    assert welcome["heartbeat"] == 25
    assert welcome["limits"]["body"] == 8000
    head = {"head": chat.last_public_seq, "version": chat.version}
    assert welcome["chats"] == {chat.public_id: head}


async def test_an_agent_is_told_his_epochs_too(open_page, chat, cookie):
    welcome = await agents(open_page, cookie).next("welcome")

    head = {"head": chat.last_seq, "version": chat.version, "epoch": chat.owner_epoch}
    assert (welcome["heartbeat"], welcome["chats"]) == (10, {chat.public_id: head})


async def test_who_says_no_hello_is_sent_away(open_page, monkeypatch):
    monkeypatch.setattr(protocol, "HELLO_SECONDS", 0.1)

    page = open_page("/ws/customer/")

    assert (await page.next("bye"))["reason"] == "no hello"
    assert await page.closed() == 4403


@pytest.mark.parametrize(
    "frame",
    ['{"type":"heartbeat"}', '{"type":"message.post","client_id":"x","chat":"","body":""}', "{"],
)
async def test_before_hello_nothing_is_carried_out(open_page, frame):
    page = open_page("/ws/customer/")

    page.send_text(frame)

    assert (await page.next("refused"))["code"] in {"hello_expected", "bad_frame"}


async def test_a_second_hello_is_refused(open_page, token):
    page = customers(open_page, token)
    await page.next("welcome")

    page.send("hello", token=token)

    assert (await page.next("refused"))["code"] == "bad_frame"
