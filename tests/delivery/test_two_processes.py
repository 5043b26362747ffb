"""Two processes on PostgreSQL and Redis, each of which may fail while people talk."""

import asyncio
import random
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from statistics import median

import pytest

from livechat.management.replaying.conversation import Conversation
from livechat.management.replaying.page import RECEIPT_SECONDS
from tests.delivery.office import PATIENCE, Office, Premises, watched
from tests.delivery.rows import run
from tests.delivery.watching import WatchedPage
from tests.services import Redis

pytestmark = [pytest.mark.product, pytest.mark.asyncio]

#: Without Redis everything arrives within two seconds; the worst on two busy cores within four.
#: Heartbeats come every ten: what arrives sooner, no heartbeat has brought.
SWEPT_SECONDS, WORST_SECONDS = 2.0, 4.0
#: Of a deploy: `bye` with a spread of two seconds, then a welcome at the other process.
SILENT_SECONDS = 3.0


async def test_messages_cross_between_processes(two: Premises) -> None:
    async with Office(two) as office:
        talks = await office.begin(4, agents_at=1)

        await asyncio.gather(*(office.exchange(talk, turns=10) for talk in talks))
        for talk in talks:
            for side in talk.sides:
                await office.read(side, talk.chat)

        await office.assert_sound()


def flush(redis: Redis) -> None:
    redis.flush()


def restart(redis: Redis) -> None:
    redis.restart()


@pytest.mark.parametrize("fault", [flush, restart, Redis.pause, Redis.stop])
async def test_without_redis_everything_still_arrives(
    two: Premises, fault: Callable[[Redis], None]
) -> None:
    redis = two.product.redis
    assert redis is not None
    async with Office(two) as office:
        talks = await office.begin(3, agents_at=1)
        chatter = asyncio.create_task(office.chatter(talks, 12, every=0.4))

        await asyncio.sleep(1)
        try:
            await asyncio.to_thread(fault, redis)
            await chatter
            await office.assert_sound()
        finally:
            if redis.process is None:
                await asyncio.to_thread(redis.start)
            redis.resume()

        middle, worst = median(office.delays()), office.latest()
        print(f"{fault.__name__}: in the middle {middle:.2f} s, at most {worst:.2f} s late")
        assert middle < SWEPT_SECONDS
        assert worst < WORST_SECONDS
        assert not any(watched(side).codes for side in office.people), "sockets stay"


async def test_without_redis_receipts_cross_and_a_lost_agent_is_reconnecting(
    two: Premises,
) -> None:
    redis = two.product.redis
    assert redis is not None
    async with Office(two) as office:
        talks = [*await office.begin(1, agents_at=1), *await office.begin(1, customers_at=1)]
        try:
            await asyncio.to_thread(redis.stop)
            for talk in talks:
                said = talk.customer.page.send(talk.chat, "Are you there?")
                await talk.agent.page.shows(talk.chat, said, PATIENCE)
                began, known = time.monotonic(), talk.customer.page.chats[talk.chat]
                await talk.customer.page.until(
                    partial(has_read, known, said), PATIENCE, "waiting for the receipt"
                )
                late = time.monotonic() - began
                print(f"a receipt crossed {late:.2f} s after the line was shown")
                assert late < WORST_SECONDS + RECEIPT_SECONDS

            await asyncio.gather(*(talk.agent.disconnect() for talk in talks))
            for talk in talks:  # On both processes, whichever's clock has noticed.
                page = watched(talk.customer)
                gone = partial(is_reconnecting, page)
                await page.until(gone, PATIENCE, "waiting for reconnecting")
        finally:
            await asyncio.to_thread(redis.start)
        await office.assert_sound()


def has_read(known: Conversation, client_id: str) -> bool:
    return any(item["client_id"] == client_id and item["seq"] <= known.read for item in known.items)


def is_reconnecting(page: WatchedPage) -> bool:
    told = [frame for frame in page.frames if frame["type"] == "presence.changed"]
    return bool(told) and told[-1]["presence"] == "reconnecting"


async def test_after_redis_came_back_messages_do_not_wait_for_the_sweep(two: Premises) -> None:
    assert two.product.redis is not None
    async with Office(two) as office:
        (talk,) = await office.begin(1, agents_at=1)
        await asyncio.to_thread(two.product.redis.restart)
        await office.exchange(talk)
        quickest = PATIENCE
        for _ in range(40):
            began = time.monotonic()
            await office.exchange(talk)
            quickest = min(quickest, time.monotonic() - began)
            if quickest < 0.25:
                break
            await asyncio.sleep(0.25)

        print(f"a question and its answer took {quickest:.3f} s")
        assert quickest < 0.5
        await office.assert_sound()


async def test_postgresql_restarts_and_no_ack_lacks_its_row(two: Premises) -> None:
    postgres = two.product.postgres
    assert postgres is not None
    # Only this makes a commit outlive a crash: the servers of tests are told to write lazily.
    run(two.product, f'ALTER DATABASE "{two.product.name}" SET synchronous_commit = on')
    await asyncio.to_thread(postgres.restart)
    async with Office(two) as office:
        talks = await office.begin(5, agents_at=1)
        chatter = asyncio.create_task(office.chatter(talks, 24, every=0.25))

        for stop in (postgres.stop, postgres.kill):
            await asyncio.sleep(1.5)
            await asyncio.to_thread(stop)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(postgres.start)
        back = time.monotonic()
        await chatter

        await office.assert_sound()
        print(f"after the restarts at most {office.latest(back):.2f} s late")
        page = watched(talks[0].customer)
        before = page.count["messages"]
        for _ in range(8):  # More than a process has threads that read, each with a connection.
            page.put({"type": "history", "chat": talks[0].chat, "after": 0})
        await page.until(lambda: page.count["messages"] == before + 8, 30, "waiting for history")


async def test_one_of_two_processes_is_killed_and_the_other_goes_on(two: Premises) -> None:
    async with Office(two) as office:
        talks = await office.begin(5, agents_at=1) + await office.begin(5, customers_at=1)
        chatter = asyncio.create_task(office.chatter(talks, 25, every=0.3))

        for n in (0, 1):
            await asyncio.sleep(random.uniform(0.3, 1.0))
            await asyncio.to_thread(two.product.kill, n)
            await asyncio.to_thread(two.product.start, n)
        await chatter

        await office.assert_sound()


async def test_a_deploy_says_good_bye_and_loses_nothing(two: Premises) -> None:
    async with Office(two, roam=True) as office:
        talks = await office.begin(6, agents_at=1)
        chatter = asyncio.create_task(office.chatter(talks, 30, every=0.25))

        await asyncio.sleep(1)
        asked = time.monotonic()
        assert await asyncio.to_thread(two.product.stop, 0) in {0, -15, 143}
        await asyncio.to_thread(two.product.start, 0)
        await chatter

        await office.assert_sound()
        silent = [silence(watched(talk.customer), asked) for talk in talks]
        print(f"silent: in the middle {median(silent):.2f} s, at most {max(silent):.2f} s")
        assert median(silent) < SILENT_SECONDS
        assert max(silent) < WORST_SECONDS
        told = [watched(talk.customer).frames for talk in talks]
        byes = [frame for frames in told for frame in frames if frame["type"] == "bye"]
        assert [(bye["code"], bye["retry_in"]) for bye in byes] == [(1012, [0.1, 2.0])] * 6
        assert not any(watched(talk.agent).codes for talk in talks), "the other process goes on"


def silence(page: WatchedPage, since: float) -> float:
    """The longest time from then on in which this page showed nothing new."""
    shown = sorted(at for at in page.shown_at.values() if at >= since)
    return max(later - sooner for sooner, later in pairwise([since, *shown]))


async def test_a_page_that_comes_back_reads_what_it_missed_in_one_go(two: Premises) -> None:
    async with Office(two) as office:
        (talk,) = await office.begin(1, agents_at=1)
        await talk.customer.disconnect()
        for number in range(250):
            talk.agent.page.send(talk.chat, f"line {number}")
            await asyncio.sleep(0)
        page = talk.agent.page
        await page.until(lambda: not page.outbox, 90, "waiting for the acks")

        talk.customer.page.closed = False
        began = time.monotonic()
        await talk.customer.connect()

        await office.assert_sound()
        print(f"250 missed lines were shown after {time.monotonic() - began:.2f} s")


@pytest.mark.parametrize("how", ["signed out", "deactivated"])
async def test_whoever_may_no_longer_listen_is_sent_away(two: Premises, how: str) -> None:
    async with Office(two) as office:
        number = 4 if how == "signed out" else 5
        agent = await office.agent(number, at=1)
        email = two.scene["staff"][number]["email"]

        if how == "signed out":
            await agent.sign_out()
            del two.cookies[email]
        else:
            await asyncio.to_thread(deactivate, two, email)
        began = time.monotonic()
        page = watched(agent)
        await page.until(lambda: bool(page.codes), 20, "waiting to be sent away")

        print(f"{how}: closed after {time.monotonic() - began:.2f} s")
        assert page.codes == [4401 if how == "signed out" else 4403]
        assert page.closed, "a page does not come back with the same session"


def deactivate(premises: Premises, email: str) -> None:
    code = (
        "from tickets.models import User; User.objects.filter(email={!r}).update(is_active=False)"
    )
    premises.product.run(code.format(email))
