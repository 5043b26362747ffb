"""Too much at once is refused, exactly accounted, and nobody else's matter."""

import asyncio
import json
import secrets

import orjson
import pytest

from livechat.management.replaying.conversation import Entry
from tests.delivery.history import Sent
from tests.delivery.office import Office, Premises, watched
from tests.delivery.rows import stored

pytestmark = [pytest.mark.product, pytest.mark.asyncio]


async def test_a_thousand_messages_at_once_are_refused_and_accounted(one: Premises) -> None:
    async with Office(one) as office:
        flooder, other = await office.begin(2)
        page = watched(flooder.customer)

        for number in range(1000):
            entry = Entry(flooder.chat, secrets.token_urlsafe(12), "reply", f"{number}", None)
            page.wrote(entry)
            page.put({"type": "message.post", **_fields(entry)})
        await office.exchange(other, turns=5)
        await page.until(lambda: 4429 in page.codes, 30, "waiting to be closed")
        await page.until(lambda: page.online, 60, "waiting to be let in again")

        await office.settle()
        rows = stored(one.product, {flooder.chat})
        sent = {one.client_id for one in office.history.of(Sent)}
        known = {item["client_id"] for item in page.chats[flooder.chat].items}
        assert {row.client_id for row in rows} == known, "the page knows exactly what is stored"
        assert 40 <= len(known & sent) <= 200
        await office.assert_sound()


def _fields(entry: Entry) -> dict[str, str]:
    names = ("client_id", "chat", "kind", "body")
    return {name: getattr(entry, name) for name in names}


async def test_a_patient_customer_gets_everything_through_his_rate(one: Premises) -> None:
    async with Office(one) as office:
        (talk,) = await office.begin(1)

        for number in range(70):
            talk.customer.page.send(talk.chat, f"line {number}")

        await office.assert_sound()


async def test_a_frame_of_a_megabyte_closes_the_socket_and_is_not_kept(one: Premises) -> None:
    async with Office(one) as office:
        (talk,) = await office.begin(1)
        page = watched(talk.customer)

        body = "x" * 1_000_000
        page.put(
            {"type": "message.post", "chat": talk.chat, "client_id": "huge-0001", "body": body}
        )
        await page.until(lambda: bool(page.codes), 30, "waiting to be closed")
        # Closed while the rest still comes in, TCP may reset the line before the code is read.
        assert page.codes in ([1009], [1006])

        await page.until(lambda: page.online, 30, "waiting to be let in again")
        await office.exchange(talk)
        await office.assert_sound()


async def test_the_longest_message_fits_into_a_frame(one: Premises) -> None:
    """8,000 characters, each of which JSON writes as twelve."""
    async with Office(one) as office:
        (talk,) = await office.begin(1)
        body = "\N{PILE OF POO}" * 8_000
        assert len(orjson.dumps(body)) < 65_536 < len(json.dumps(body))

        said = talk.customer.page.send(talk.chat, body)
        await asyncio.gather(*(side.page.shows(talk.chat, said, 30) for side in talk.sides))

        await office.assert_sound()
