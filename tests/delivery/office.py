"""Customers and agents at work on a running product, and the history of what they go through."""

import asyncio
import json
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self, cast

from livechat.management.replaying.people import AgentSide, CustomerSide, Side
from livechat.management.replaying.web import Door
from tests.delivery.checkers import assert_sound
from tests.delivery.history import Accepted, History, Present, Read, Sent, Stored
from tests.delivery.rows import run, stored
from tests.delivery.watching import WatchedPage
from tests.product import Product

SCENE = """
import json
from dataclasses import asdict
from livechat.management.replaying.rows import make_scene
print("SCENE" + json.dumps(asdict(make_scene({agents}))))
"""
PATIENCE = 60.0


@dataclass
class Premises:
    """A product, a company there, and its agents' cookies: signing in is limited."""

    product: Product
    agents: int = 6
    scene: dict[str, Any] = field(init=False)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said = self.product.run(SCENE.format(agents=self.agents))
        self.scene = json.loads(said.partition("SCENE")[2])

    def doors(self, n: int, *, all_of_them: bool = False) -> list[Door]:
        """The door of process `n`; behind it the others' too, as behind a load balancer."""
        count = len(self.product.servers) if all_of_them else 1
        urls = [self.product.url((n + i) % len(self.product.servers)) for i in range(count)]
        return [Door(url, url) for url in urls]


@dataclass
class Talk:
    """One chat and its two sides."""

    chat: str
    customer: CustomerSide
    agent: AgentSide

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.customer, self.agent


def watched(side: Side) -> WatchedPage:
    return cast(WatchedPage, side.page)


class Office:
    """People whose pages stay open for as long as the block lasts."""

    def __init__(
        self, premises: Premises, *, heartbeat: float | None = None, roam: bool = False
    ) -> None:
        self.roam = roam
        self.premises = premises
        self.product = premises.product
        self.heartbeat = heartbeat
        self.history = History()
        self.talks: list[Talk] = []
        self.people: list[Side] = []

    async def __aenter__(self) -> Self:
        run(self.product, "DELETE FROM tickets_throttle")
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self.people:  # Shown when the test fails.
            page = watched(one)
            shown = [f"{known.last} of {known.head}" for known in page.chats.values()]
            state = "online" if page.online else "offline"
            print(page.who, state, page.codes, shown, len(page.outbox), "unsent", dict(page.count))
        await asyncio.gather(*(one.disconnect() for one in self.people))

    # --- people ----------------------------------------------------------------------------------

    def _side(self, kind: type[Side], who: str, n: int) -> Side:
        page = partial(WatchedPage, self.history, who)
        doors = self.premises.doors(n, all_of_them=self.roam)
        side = kind(doors, page, heartbeat=self.heartbeat)
        self.people.append(side)
        return side

    async def agent(self, number: int = 0, *, at: int = 0, connect: bool = True) -> AgentSide:
        """Agent `number` of the company, signed in, with the console open at process `at`."""
        agent = cast(AgentSide, self._side(AgentSide, f"agent {len(self.people)}", at))
        staff = self.premises.scene["staff"][number]
        agent.name = staff["name"]
        if staff["email"] not in self.premises.cookies:
            await agent.sign_in(staff["email"], staff["password"])
            self.premises.cookies[staff["email"]] = agent.person.cookies
        agent.person.cookies = dict(self.premises.cookies[staff["email"]])
        if connect:
            await agent.connect(PATIENCE)
        return agent

    async def customer(self, *, at: int = 0) -> CustomerSide:
        """A new customer who has asked something."""
        customer = cast(CustomerSide, self._side(CustomerSide, f"customer {len(self.people)}", at))
        await customer.come(self.premises.scene["company"], "Ada")
        await customer.ask("Can you help me?")
        page = watched(customer)
        sent = Sent(time.monotonic(), page.who, customer.chat, "question", "Can you help me?")
        self.history.add(sent)
        await customer.connect(PATIENCE)
        return customer

    async def accept(self, agent: AgentSide, chat: str) -> None:
        accepted = await agent.take(chat)
        who = watched(agent).who
        self.history.add(Accepted(time.monotonic(), who, chat, accepted["epoch"]))

    async def talk(self, agent: AgentSide, *, at: int = 0) -> Talk:
        """A new customer at process `at`, whose chat this agent has accepted."""
        customer = await self.customer(at=at)
        await self.accept(agent, customer.chat)
        talk = Talk(customer.chat, customer, agent)
        self.talks.append(talk)
        return talk

    async def begin(self, talks: int, *, agents_at: int = 0, customers_at: int = 0) -> list[Talk]:
        """So many conversations. An agent has at most two: he may not write too fast."""
        agents = [await self.agent(number, at=agents_at) for number in range((talks + 1) // 2)]
        made = [self.talk(agents[n // 2], at=customers_at) for n in range(talks)]
        return list(await asyncio.gather(*made))

    # --- what they do ----------------------------------------------------------------------------

    async def chatter(self, talks: Iterable[Talk], count: int, *, every: float) -> None:
        """Everybody writes `count` messages, `every` so many seconds, whatever becomes of them."""
        await asyncio.gather(
            *(self._write(talk.chat, side, count, every) for talk in talks for side in talk.sides)
        )

    async def _write(self, chat: str, side: Side, count: int, every: float) -> None:
        for number in range(count):
            await asyncio.sleep(random.uniform(0.5, 1.5) * every)
            side.page.send(chat, f"{watched(side).who}, line {number}")

    async def exchange(self, talk: Talk, *, turns: int = 1) -> None:
        """A question and its answer: each waits until he sees the other's line."""
        for turn in range(turns):
            for side, other in (talk.sides, talk.sides[::-1]):
                said = side.page.send(talk.chat, f"turn {turn} of {watched(side).who}")
                await other.page.shows(talk.chat, said, PATIENCE)

    async def read(self, side: Side, chat: str) -> None:
        """Read the whole chat through the API."""
        began = time.monotonic()
        lines = await side.transcript(chat)
        seqs = tuple(line["seq"] for line in lines)
        who = watched(side).who
        read = Read(began, time.monotonic(), who, chat, 0, seqs, max(seqs, default=0))
        self.history.add(read)

    # --- the end ---------------------------------------------------------------------------------

    async def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until everything is sent and shown, at most so long; then note the truth."""
        deadline = time.monotonic() + seconds
        chats = {talk.chat for talk in self.talks}
        while True:
            sent = not any(one.page.outbox for one in self.people)
            rows = await asyncio.to_thread(stored, self.product, chats)  # After the last was sent.
            if (sent and self._all_shown(rows)) or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.1)
        self.history.forget(Stored, Present)
        for row in rows:
            self.history.add(row)
        for talk in self.talks:
            for side in talk.sides:
                self.history.add(Present(watched(side).who, talk.chat, isinstance(side, AgentSide)))

    def _all_shown(self, rows: Sequence[Stored]) -> bool:
        return all(
            len(side.page.chats[talk.chat].items)
            >= sum(row.chat == talk.chat and (staff or row.kind != "note") for row in rows)
            for talk in self.talks
            for side, staff in zip(talk.sides, (False, True), strict=True)
        )

    async def assert_sound(self, seconds: float = PATIENCE) -> None:
        """All is sent, shown and stored, and no checker finds anything."""
        await self.settle(seconds)
        assert_sound(self.history)
        unsent = [entry.client_id for one in self.people for entry in one.page.outbox.values()]
        assert not unsent, f"still to be sent: {unsent}"

    def delays(self, since: float = 0.0) -> list[float]:
        """Seconds from sending to the last page that shows it, of what was sent since then."""
        sent = {one.client_id: one.at for one in self.history.of(Sent) if one.at >= since}
        shown: dict[str, float] = {}
        for one in self.people:
            for client_id, at in watched(one).shown_at.items():
                shown[client_id] = max(at, shown.get(client_id, at))
        return [shown[client_id] - at for client_id, at in sent.items() if client_id in shown]

    def latest(self, since: float = 0.0) -> float:
        """The longest of them."""
        return max(self.delays(since), default=0.0)
