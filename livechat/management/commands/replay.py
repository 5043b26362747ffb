"""`manage.py replay`: real conversations through the running product, compared byte for byte."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from livechat.management.replaying.people import AgentSide
from livechat.management.replaying.playing import Stage, play
from livechat.management.replaying.recordings import Recording, UnreadableError, read_recordings
from livechat.management.replaying.rows import Scene, Staff, make_scene, remove_scene
from livechat.management.replaying.tickets import ticket_differences
from livechat.management.replaying.web import Door, TurnedDownError

CHATS_PER_AGENT = 5
SHOWN = 100
#: People who are no customers have addresses from here on.
STAFF_FROM = 60_000


class Command(BaseCommand):
    help = (
        "Play recorded conversations through the running product as customers and agents would,"
        " then read every transcript back and compare. Run it beside the server, with its"
        " environment: a company, queue and agents of its own are made in the same database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="one conversation a line, as JSON")
        parser.add_argument(
            "--against",
            action="append",
            required=True,
            metavar="URL",
            help="where the product runs; of several processes, each (again, or with commas)",
        )
        parser.add_argument("--at-once", type=_positive, default=10, metavar="N")
        parser.add_argument(
            "--speed",
            type=float,
            default=0.0,
            metavar="X",
            help="keep the recorded pauses, X times as fast; without it nobody pauses",
        )
        parser.add_argument(
            "--ticket",
            action="store_true",
            help="make a ticket of each chat before it ends, and compare the transcript in it",
        )
        parser.add_argument(
            "--remove", action="store_true", help="delete afterwards what was made for this"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            recordings = read_recordings(options["file"])
            doors = doors_of(options["against"])
        except (OSError, UnreadableError, ValueError) as fault:
            raise CommandError(str(fault)) from fault
        scene = make_scene(-(-min(options["at_once"], len(recordings)) // CHATS_PER_AGENT))
        try:
            stage = Stage(doors, scene.company, [], options["speed"], ticket=options["ticket"])
            asyncio.run(replay(recordings, stage, scene, options["at_once"]))
            if options["ticket"]:
                stage.differences += ticket_differences(stage.played)
        except TurnedDownError as fault:
            raise CommandError(str(fault)) from fault
        finally:
            if options["remove"]:
                remove_scene(scene)
        self.report(recordings, stage.differences)

    def report(self, recordings: Sequence[Recording], differences: Sequence[str]) -> None:
        for difference in differences[:SHOWN]:
            self.stdout.write(difference)
        if len(differences) > SHOWN:
            self.stdout.write(f"… and {len(differences) - SHOWN} more")
        messages = sum(len(recording.lines) for recording in recordings)
        self.stdout.write(
            f"{len(recordings)} conversations, {messages} messages, {len(differences)} differences"
        )
        if differences:
            raise SystemExit(1)


def doors_of(addresses: Sequence[str]) -> list[Door]:
    """A door for each address. Raises ValueError for one that is none."""
    urls = [url.strip().rstrip("/") for address in addresses for url in address.split(",")]
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise ValueError(f"--against has to look like http://127.0.0.1:8000, not {url!r}")
    return [Door(url, settings.PUBLIC_ORIGIN or url) for url in urls]


async def replay(recordings: Sequence[Recording], stage: Stage, scene: Scene, at_once: int) -> None:
    """Play all of them, so many at once; the stage notes what was not as recorded."""
    total = sum(len(recording.lines) for recording in recordings)
    with tqdm(total=total, unit=" messages", disable=None) as bar:
        stage.said = bar.update
        places = asyncio.Semaphore(at_once)

        async def one(number: int, recording: Recording) -> None:
            async with places:
                await play(stage, number, recording)

        async with AsyncExitStack() as pages:
            for number, staff in enumerate(scene.staff, start=STAFF_FROM):
                stage.agents.append(await come_in(stage, number, staff, pages))
            async with asyncio.TaskGroup() as group:
                for number, recording in enumerate(recordings):
                    group.create_task(one(number, recording))
            for agent in stage.agents:
                await agent.disconnect()
                await agent.sign_out()


async def come_in(stage: Stage, number: int, staff: Staff, pages: AsyncExitStack) -> AgentSide:
    """An agent who has signed in and opened the console."""
    agent = await pages.enter_async_context(AgentSide(stage.doors_of(number)))
    agent.name = staff.name
    await agent.sign_in(staff.email, staff.password)
    await agent.connect()
    return agent


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not enough")
    return number
