"""One process on SQLite: killed, cut off and stalled while people talk. Nothing is lost."""

import asyncio
import random

import pytest

from tests.delivery.office import Office, Premises, watched

pytestmark = [pytest.mark.product, pytest.mark.asyncio]


async def test_a_server_that_is_killed_again_and_again_loses_nothing(one: Premises) -> None:
    async with Office(one) as office:
        talks = await office.begin(10)
        chatter = asyncio.create_task(office.chatter(talks, 40, every=0.25))

        for _ in range(3):
            await asyncio.sleep(random.uniform(0.6, 1.6))
            await asyncio.to_thread(one.product.kill)
            await asyncio.to_thread(one.product.start)
        await chatter

        await office.assert_sound()


@pytest.mark.parametrize("seconds", [3, 20])
async def test_a_network_that_is_gone_for_a_while_costs_only_time(
    one: Premises, seconds: int
) -> None:
    async with Office(one) as office:
        talks = await office.begin(4)
        proxy = one.product.proxy()
        chatter = asyncio.create_task(office.chatter(talks, 20, every=0.2))

        await asyncio.sleep(1)
        await asyncio.to_thread(proxy.cut)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(proxy.heal)
        await chatter

        await office.assert_sound()


async def test_a_half_open_connection_is_noticed_and_replaced(one: Premises) -> None:
    async with Office(one, heartbeat=0.5) as office:
        talks = await office.begin(2)
        for side in office.people:
            side.page.silence, side.page.answer = 1.5, 1.0
        proxy = one.product.proxy()
        await office.exchange(talks[0])

        await asyncio.to_thread(proxy.stall)
        chatter = asyncio.create_task(office.chatter(talks, 10, every=0.2))
        page = talks[0].customer.page
        await page.until(lambda: not page.online, 30, "waiting to notice the silence")
        await asyncio.to_thread(proxy.heal)
        await chatter

        await office.assert_sound()


async def test_what_a_stall_held_back_arrives_once(one: Premises) -> None:
    """Shorter than anybody notices: the same sockets go on."""
    async with Office(one) as office:
        talks = await office.begin(2)
        proxy = one.product.proxy()

        for _ in range(3):
            await asyncio.to_thread(proxy.stall)
            await office.chatter(talks, 3, every=0.2)
            await asyncio.to_thread(proxy.heal)
            await office.exchange(talks[0])

        await office.assert_sound()
        assert not any(watched(side).codes for side in office.people)
