"""What one socket may ask of us, and how little it may hold the others up."""

import pytest

from livechat import events
from tests.livechat.consumers.conftest import customers

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("text", [b"\x00\xff", b'{"type":"heartbeat"}', "", "[]", '{"type":"x"}'])
async def test_what_is_no_frame_is_refused_and_the_socket_stays(open_page, token, text):
    page = customers(open_page, token)
    await page.next("welcome")

    page.send_text(text)
    assert (await page.next("refused"))["final"]

    page.send("heartbeat")
    await page.next("heartbeat")


async def test_too_many_frames_are_refused_for_now(open_page, token, limits):
    limits["customer_frames"] = (0.5, 2)
    page = customers(open_page, token)
    await page.next("welcome")

    page.send("heartbeat")
    page.send("heartbeat")

    refused = await page.next("refused")
    assert (refused["code"], refused["final"]) == ("rate_limited", False)
    assert 0 < refused["retry_after"] <= 2


async def test_too_many_messages_are_refused_for_now_by_their_client_id(
    open_page, chat, token, limits
):
    limits["customer_messages"] = (0.5, 1)
    page = customers(open_page, token)
    await page.next("welcome")

    for client_id in ("message-1", "message-2"):
        page.send("message.post", client_id=client_id, chat=chat.public_id, body="Hi")

    refused = await page.next("refused")
    assert (refused["client_id"], refused["code"]) == ("message-2", "rate_limited")
    assert not refused["final"]


async def test_a_flood_is_ended(open_page, token, limits):
    limits["refusals"] = 5
    page = customers(open_page, token)
    await page.next("welcome")

    for _ in range(5):
        page.send_text("{")

    bye = await page.next("bye")
    assert (bye["code"], await page.closed()) == (4429, 4429)
    assert bye["retry_in"][0] > 0
    assert len([frame for frame in page.frames if frame["type"] == "refused"]) == 4


async def test_who_reads_too_slowly_is_cut_off(open_page, chat, token, limits):
    limits["queue"] = 10
    page = customers(open_page, token)
    await page.next("welcome")
    page.reading.clear()

    for _ in range(12):
        events.tell_now([events.AgentReachChanged(chat.customer_id, chat.public_id, True)])

    assert await page.closed() == 4408


async def test_one_send_that_takes_too_long_is_enough(open_page, chat, token, limits):
    limits["send_seconds"] = 0.1
    page = customers(open_page, token)
    await page.next("welcome")
    page.reading.clear()

    events.tell_now([events.AgentReachChanged(chat.customer_id, chat.public_id, True)])

    assert await page.closed() == 4408


async def test_a_slow_reader_holds_nobody_up(open_page, chat, token):
    slow, other = customers(open_page, token), customers(open_page, token)
    await slow.next("welcome")
    await other.next("welcome")
    slow.reading.clear()

    events.tell_now([events.AgentReachChanged(chat.customer_id, chat.public_id, True)])

    await other.next("presence.changed")
    slow.reading.set()
    await slow.next("presence.changed")


async def test_a_person_may_have_so_many_pages_and_no_more(open_page, token, limits):
    limits["pages_per_person"] = 2
    pages = [customers(open_page, token) for _ in range(2)]
    for page in pages:
        await page.next("welcome")

    one_more = customers(open_page, token)
    assert (await one_more.next("bye"))["code"] == 4429

    pages[0].close()
    await pages[0].task
    await customers(open_page, token).next("welcome")


@pytest.mark.parametrize(
    "limit", ["connections", "connections_per_address", "before_hello_per_address"]
)
async def test_beyond_its_room_nobody_is_let_in(open_page, limits, limit):
    limits[limit] = 1
    first = open_page("/ws/customer/")
    first.send("heartbeat")
    await first.next("refused")

    second = open_page("/ws/customer/")

    assert await second.closed() == 4403
    assert not second.was_accepted
