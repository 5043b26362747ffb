"""A TCP proxy that fails on demand, so that a network can be cut between a page and its server."""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine, Iterable
from typing import Any

from tests.services import free_port


class Proxy:
    """Stands before `target` on a port of its own, in a thread of its own."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], StreamWriter] = {}
        self._passing = asyncio.Event()
        self._answering = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self.heal()

    def cut(self) -> None:
        """Drop every connection and refuse new ones."""
        self._run(self._cut())

    def stall(self) -> None:
        """Keep every connection open and take new ones, but pass nothing on: half-open."""
        self._loop.call_soon_threadsafe(self._passing.clear)

    def mute(self) -> None:
        """Pass on what is sent to the target, but nothing of what it answers."""
        self._loop.call_soon_threadsafe(self._answering.clear)

    def heal(self) -> None:
        """Pass everything again. What was held back by a stall or while mute arrives now."""
        self._run(self._heal())

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _heal(self) -> None:
        self._passing.set()
        self._answering.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _cut(self) -> None:
        if self._server is not None:
            for listener in self._server.sockets:
                self._loop.remove_reader(listener.fileno())
            await asyncio.sleep(0.01)  # Closed now, it would leak what it has just accepted.
            self._server.close()
            self._server = None
        for connection, writer in self._connections.items():
            connection.cancel()
            writer.transport.abort()  # A task that never began would not do it.
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = self._loop.create_task(self._join(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    async def _join(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Connect the two sides until both have ended, or one has failed."""
        ends = [writer]
        try:
            await self._passing.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            ends.append(far_writer)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(reader, far_writer, self._passing))
                group.create_task(self._pass(far_reader, writer, self._passing, self._answering))
            writer.close()  # Unlike abort: what is not written yet goes out first.
            far_writer.close()
        except* (OSError, asyncio.CancelledError):
            for end in ends:
                end.transport.abort()

    async def _pass(self, reader: StreamReader, writer: StreamWriter, *on: asyncio.Event) -> None:
        while data := await reader.read(65_536):
            await self._through(on)
            writer.write(data)
            await writer.drain()
        await self._through(on)
        writer.write_eof()

    async def _through(self, gates: Iterable[asyncio.Event]) -> None:
        for gate in gates:
            await gate.wait()
