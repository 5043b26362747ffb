"""RATE: sign-in, chat start and sending have numbers, and hold them without Redis too."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from livechat.models import Chat, Message
from tests.security.sockets import Sockets
from tests.security.world import PASSWORD, World
from tickets.models import Customer, Throttle, network_of


@pytest.fixture(autouse=True)
def _redis_is_down(settings: Any) -> None:
    """Nothing listens there; limits that needed it would be open, or fail."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def limit(settings: Any, **rates: tuple[int, int]) -> None:
    settings.RATES = {**settings.RATES, **rates}


def sign_in(email: str, password: str, address: str = "192.0.2.1") -> int:
    form = {"username": email, "password": password}
    return Client().post("/sign-in/", form, REMOTE_ADDR=address).status_code


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::{}"])
def test_an_account_is_tried_so_often_from_one_network(
    cell: World, settings: Any, address: str
) -> None:
    limit(settings, sign_in_account=(3, 300))
    mails = ["agent@staff.example", "AGENT@staff.example", " agent@staff.example "]

    tried = [sign_in(mails[n % 3], "wrong", address.format(n)) for n in range(5)]

    assert tried == [422, 422, 422, 429, 429]
    assert sign_in("agent@staff.example", PASSWORD, address.format(9)) == 429


def test_guessing_keeps_no_owner_out(cell: World, settings: Any) -> None:
    limit(settings, sign_in_account=(3, 300))
    for _ in range(5):
        sign_in("agent@staff.example", "wrong", "192.0.2.1")

    assert sign_in("agent@staff.example", PASSWORD, "198.51.100.1") == 302


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::{}"])
def test_an_address_tries_so_many_accounts(cell: World, settings: Any, address: str) -> None:
    limit(settings, sign_in_address=(3, 300))

    tried = [sign_in(f"{n}@staff.example", "wrong", address.format(n)) for n in range(5)]

    assert tried == [422, 422, 422, 429, 429]


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::{}"])
def test_an_address_gets_so_many_customers(cell: World, settings: Any, address: str) -> None:
    limit(settings, customer_address=(3, 300))
    body = {"company": cell.companies["ours"].public_id}
    before = Customer.objects.count()

    answers = [
        Client().post("/api/v1/customers/", body, "application/json", REMOTE_ADDR=address.format(n))
        for n in range(5)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
    assert answers[-1].json()["retry_after"] == int(answers[-1]["Retry-After"]) > 0
    assert Customer.objects.count() == before + 3


def test_a_customer_starts_so_many_chats(cell: World, settings: Any) -> None:
    limit(settings, chat_start_customer=(2, 300))
    who = cell.people["customer B"]
    before = Chat.objects.filter(customer=who.customer).count()

    answers = [
        who.client().post(
            "/api/v1/chats/",
            {"client_id": f"start-{n:04}", "question": "?"},
            "application/json",
            REMOTE_ADDR=f"192.0.2.{n}",
        ).status_code
        for n in range(4)
    ]  # fmt: skip

    assert answers == [201, 409, 429, 429]
    assert Chat.objects.filter(customer=who.customer).count() == before + 1


@pytest.mark.parametrize(("name", "rate"), [("verified customer", "customer"), ("agent", "agent")])
def test_so_many_messages_are_sent_over_http(
    cell: World, settings: Any, name: str, rate: str
) -> None:
    limit(settings, **{f"message_{rate}": (3, 60)})
    path = f"/api/v1/chats/{cell.chats['had'].public_id}/messages/"

    answers = [
        cell.people[name].client().post(
            path, {"client_id": f"rate-{n:05}", "body": "x"}, "application/json"
        )
        for n in range(5)
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert Message.objects.filter(client_id__startswith="rate-").count() == 3


@pytest.mark.parametrize("name", ["verified customer", "agent"])
def test_so_many_messages_are_sent_over_a_socket(
    cell: World, sockets: Sockets, settings: Any, name: str
) -> None:
    still = dict.fromkeys(["customer_messages", "agent_messages"], (0.001, 3.0))
    settings.SOCKET_LIMITS = {**settings.SOCKET_LIMITS, **still}
    wire, chat = sockets.of(cell.people[name]), cell.chats["had"].public_id

    said = [
        wire.send(type="message.post", chat=chat, client_id=f"rate-{n:05}", body="x")[-1]
        for n in range(5)
    ]

    assert [frame["type"] for frame in said] == ["ack"] * 3 + ["refused"] * 2
    assert (said[-1]["code"], said[-1]["final"]) == ("rate_limited", False)
    assert said[-1]["retry_after"] > 0
    assert Message.objects.filter(client_id__startswith="rate-").count() == 3


def test_so_many_frames_are_looked_at(cell: World, sockets: Sockets, settings: Any) -> None:
    settings.SOCKET_LIMITS = {**settings.SOCKET_LIMITS, "customer_frames": (0.001, 3.0)}
    wire = sockets.of(cell.people["customer A"])

    said = [wire.send(type="heartbeat", applied={})[-1]["type"] for _ in range(5)]

    assert said == [
        "heartbeat",
        "heartbeat",
        "refused",
        "refused",
        "refused",
    ]  # hello was the first


def test_the_counter_is_never_passed(cell: World, settings: Any) -> None:
    """Each attempt is one conditional statement: whoever comes at the same time is counted too."""
    limit(settings, probe=(7, 300))

    allowed = [Throttle.objects.take("probe", "somebody") for _ in range(50)]

    assert allowed.count(0) == 7
    assert all(wait > 0 for wait in allowed[7:])


def test_a_throttle_keeps_no_name(cell: World) -> None:
    sign_in("agent@staff.example", "wrong")

    assert not any(
        "agent" in key or "192" in key for key in Throttle.objects.values_list("key", flat=True)
    )


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("/run/socket", "/run/socket"),
        (None, "local"),
    ],
)
def test_an_address_counts_as_its_network(address: str | None, counted: str) -> None:
    assert network_of(address) == counted
