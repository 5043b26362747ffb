"""Proof that the checkers see: with a bug awake they find it, without it nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from livechat.management.replaying.web import TurnedDownError
from tests.conftest import show_logs
from tests.delivery.checkers import assert_sound, findings
from tests.delivery.conftest import GENEROUS
from tests.delivery.office import Office, Premises
from tests.delivery.rows import run
from tests.delivery.seeded.switches import woken
from tests.product import Product, Workshop

pytestmark = [pytest.mark.product, pytest.mark.asyncio]

SEEDED = {**GENEROUS, "DJANGO_SETTINGS_MODULE": "tests.delivery.seeded.settings"}
NEVER = 1_000.0
Workload = Callable[[Office, float], Awaitable[None]]


@pytest.fixture(scope="module")
def small(product_workshop: Workshop) -> Iterator[Premises]:
    with Product(product_workshop, processes=1, database="sqlite", env=SEEDED) as product:
        yield Premises(product)
        show_logs(product)


@pytest.fixture(scope="module")
def large(product_workshop: Workshop) -> Iterator[Premises]:
    """Without the constraints that would stop the bugs; what is left has to do without them too."""
    with Product(product_workshop, processes=2, database="postgresql", env=SEEDED) as product:
        for constraint in ("message_seq_unique_in_chat", "message_sent_once"):
            run(product, f"ALTER TABLE livechat_message DROP CONSTRAINT {constraint}")
        yield Premises(product)
        show_logs(product)


async def killed(office: Office, seconds: float) -> None:
    """The server dies while people write."""
    talks = await office.begin(4)
    chatter = asyncio.create_task(office.chatter(talks, 10, every=0.15))
    await asyncio.sleep(1)
    await asyncio.to_thread(office.product.kill)
    await asyncio.to_thread(office.product.start)
    await chatter
    await office.settle(seconds)


async def crossing(office: Office, seconds: float) -> None:
    """Both sides write at the same time, at different processes."""
    talks = await office.begin(4, agents_at=1)
    await office.chatter(talks, 25, every=0.06)
    await office.settle(seconds)


async def resuming(office: Office, seconds: float) -> None:
    """Something is said just when the customer comes back; heartbeats would tell much later."""
    office.heartbeat = NEVER
    talks = await office.begin(6)
    for number, talk in enumerate(talks):
        await talk.customer.disconnect()
        talk.customer.page.closed = False
        coming = asyncio.create_task(talk.customer.connect())
        await asyncio.sleep(0.05 * (number + 1))
        talk.agent.page.send(talk.chat, "Are you there?")
        await coming
    await office.settle(seconds)


async def cut(office: Office, seconds: float) -> None:
    """The network fails between sending and ack: what was sent has arrived, the answer has not."""
    talks = await office.begin(4)
    chatter = asyncio.create_task(office.chatter(talks, 30, every=0.1))
    proxy = office.product.proxy()
    for _ in range(4):
        await asyncio.sleep(0.5)
        proxy.mute()
        await asyncio.sleep(0.3)
        await asyncio.to_thread(proxy.cut)
        await asyncio.to_thread(proxy.heal)
    await chatter
    await office.settle(seconds)


async def losing(office: Office, seconds: float) -> None:
    """Frames get lost on the way; the next heartbeat tells."""
    office.heartbeat = 0.5
    talks = await office.begin(4)
    with woken(office.product.var, "lose_frames"):
        await office.chatter(talks, 8, every=0.1)
        await asyncio.sleep(1)
        for talk in talks:  # Nothing comes after it, not even an ack: only a heartbeat tells of it.
            talk.agent.page.send(talk.chat, "Are you still there?")
        await office.settle(seconds)


async def accepting(office: Office, seconds: float) -> None:
    """Two agents click at the same moment."""
    agents = [await office.agent(0), await office.agent(1)]
    for _ in range(4):
        customer = await office.customer()
        clicks = [office.accept(agent, customer.chat) for agent in agents]
        for outcome in await asyncio.gather(*clicks, return_exceptions=True):
            assert outcome is None or isinstance(outcome, TurnedDownError), outcome


#: Where, the bug, the run that meets it, and who sees it.
BUGS: list[tuple[str, str, Workload, str]] = [
    ("small", "ack_before_commit", killed, "c1"),
    ("small", "read_then_subscribe", resuming, "c1"),
    ("small", "beat_without_heads", losing, "c1"),
    ("small", "check_then_set_accept", accepting, "c9"),
    ("large", "number_without_lock", crossing, "c4"),
    ("large", "id_as_cursor", crossing, "c3"),
    ("large", "forget_client_ids", cut, "c2"),
]


@pytest.mark.parametrize(
    ("where", "bug", "workload", "checker"), BUGS, ids=[bug for _, bug, _, _ in BUGS]
)
async def test_a_planted_bug_is_seen_and_nothing_else(
    request: pytest.FixtureRequest, where: str, bug: str, workload: Workload, checker: str
) -> None:
    premises: Premises = request.getfixturevalue(where)

    async with Office(premises) as healthy:
        await workload(healthy, 40.0)
    with woken(premises.product.var, bug):
        async with Office(premises) as ill:
            await workload(ill, 4.0)

    assert_sound(healthy.history)
    found = findings(ill.history)
    assert checker in found, f"nobody saw it: {found}"
    print(f"{bug}: {checker} found {len(found[checker])}, e.g. {found[checker][0]}")
