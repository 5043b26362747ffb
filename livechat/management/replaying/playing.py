"""One recording, played: the customer asks, an agent accepts, both speak, the agent ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from livechat.management.replaying.page import StuckError
from livechat.management.replaying.people import AgentSide, CustomerSide
from livechat.management.replaying.recordings import Line, Recording
from livechat.management.replaying.tickets import Played
from livechat.management.replaying.web import Door, TurnedDownError, own_address
from livechat.protocol import Item

STUCK_SECONDS = 90.0

#: A line as it has to be: its side, its author's name, its kind, its text or its event's code.
Expected = tuple[str, str, str, str]


@dataclass(slots=True)
class Stage:
    """Where recordings are played: processes, agents, pace, who hears of progress; with tickets?"""

    doors: Sequence[Door]
    company: str
    agents: list[AgentSide]
    speed: float
    said: Callable[[], object] = bool
    ticket: bool = False
    differences: list[str] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)

    def doors_of(self, number: int) -> list[Door]:
        """The doors of person `number`: another first one, and an address of his own."""
        turn = number % len(self.doors)
        doors = [*self.doors[turn:], *self.doors[:turn]]
        return [door._replace(source=own_address(door.url, number)) for door in doors]

    def free_agent(self) -> AgentSide:
        """The one who has the fewest chats."""
        agent = min(self.agents, key=lambda one: one.has)
        agent.has += 1
        return agent


async def play(stage: Stage, number: int, recording: Recording) -> None:
    """Play one recording and note what is not as it was recorded."""
    name = f"Customer {recording.name}"
    async with CustomerSide(stage.doors_of(number)) as customer:
        agent = stage.free_agent()
        try:
            await customer.come(stage.company, name)
            await _converse(stage, recording, customer, agent)
            stage.played.append(Played(recording, customer.chat, name, agent.name))
            expected = list(_expected(recording, name, agent.name, stage.ticket))
            await _compare(stage, recording, expected, customer, agent)
        except (StuckError, TurnedDownError) as fault:
            stage.differences.append(f"{recording.name}: {fault}")
        finally:
            agent.has -= 1
            agent.page.close(customer.chat)


async def _converse(
    stage: Stage, recording: Recording, customer: CustomerSide, agent: AgentSide
) -> None:
    await asyncio.gather(customer.connect(), customer.ask(recording.lines[0].text))
    stage.said()
    await agent.accept(customer.chat, STUCK_SECONDS)
    await _both_show(customer, agent, 2)
    for line in recording.lines[1:]:
        if stage.speed:
            await asyncio.sleep(line.wait * 60 / stage.speed)
        await _say(line, customer, agent)
        stage.said()
    if stage.ticket:
        await agent.make_ticket(customer.chat)
    await agent.end(customer.chat)
    await _both_show(customer, agent, len(recording.lines) + 2 + stage.ticket)


async def _say(line: Line, customer: CustomerSide, agent: AgentSide) -> None:
    """One message: written at one side, acknowledged there, shown at both."""
    chat = customer.chat
    speaker = customer if line.side == "customer" else agent
    said = speaker.page.send(chat, line.text)
    for side in (customer, agent):
        await side.page.shows(chat, said, STUCK_SECONDS)
    acknowledged = f"waiting for the ack of {said}"
    await speaker.page.until(lambda: said not in speaker.page.outbox, STUCK_SECONDS, acknowledged)


async def _both_show(customer: CustomerSide, agent: AgentSide, seq: int) -> None:
    chat = customer.chat
    for page in (customer.page, agent.page):
        shown = page.chats[chat]
        await page.until(lambda: shown.last >= seq, STUCK_SECONDS, f"waiting for line {seq}")  # noqa: B023


def _expected(recording: Recording, customer: str, agent: str, ticket: bool) -> Iterator[Expected]:
    question, *rest = recording.lines
    yield "customer", customer, "reply", question.text
    yield "system", "", "event", "accepted"
    for line in rest:
        yield line.side, customer if line.side == "customer" else agent, "reply", line.text
    if ticket:
        yield "system", "", "event", "ticket_linked"
    yield "system", "", "event", "ended"


async def _compare(
    stage: Stage,
    recording: Recording,
    expected: list[Expected],
    customer: CustomerSide,
    agent: AgentSide,
) -> None:
    """What both read through the API, and what both pages showed, against what was recorded."""
    chat = customer.chat
    seen = {
        "the customer's transcript": await customer.transcript(chat),
        "the agent's transcript": await agent.transcript(chat),
        "the customer's page": customer.page.chats[chat].items,
        "the agent's page": agent.page.chats[chat].items,
    }
    for where, items in seen.items():
        stage.differences += [
            f"{recording.name}, {where}: {difference}" for difference in compare(expected, items)
        ]


def compare(expected: list[Expected], items: list[Item]) -> Iterator[str]:
    """Where these lines differ from what they have to be: text, author, name, number and order."""
    for number, (line, item) in enumerate(zip(expected, items, strict=False), start=1):
        text = item["data"].get("code", "") if item["kind"] == "event" else item["body"]
        found = (item["author"], item["author_name"], item["kind"], text)
        if item["seq"] != number:
            yield f"line {number} has the number {item['seq']}"
        if found != line:
            yield f"line {number} is {found!r} instead of {line!r}"
    if len(expected) != len(items):
        yield f"{len(items)} lines instead of {len(expected)}"
