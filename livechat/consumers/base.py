"""One page's socket: read a frame, carry it out, answer. No thread hop and no task a frame."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from time import monotonic
from typing import Any, ClassVar

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from livechat import events, protocol, realtime
from livechat.consumers.admission import Admission, Credentials, Denied, Person
from livechat.consumers.limits import Bucket, Refusals
from livechat.consumers.origins import address_of, is_ours
from livechat.consumers.process import process
from livechat.consumers.resume import Answer, Missed
from livechat.consumers.transport import Transport
from livechat.models import Draft
from livechat.protocol import Close, Code
from livechat.services.conversation import Outcome, Posted, Read, announce_typing

Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Socket(AsyncWebsocketConsumer):
    """What customers' and agents' sockets share. A frame is carried out on the loop, at once."""

    staff: ClassVar[bool]
    heartbeat_seconds: ClassVar[int]
    rates: ClassVar[str]
    transmit: Send
    transport: Transport | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = settings.SOCKET_LIMITS
        self.person: Person | None = None
        self.credentials = Credentials()
        self.topics: frozenset[str] = frozenset()
        self.frames = Bucket(*limits[f"{self.rates}_frames"])
        self.posts = Bucket(*limits[f"{self.rates}_messages"])
        self.refusals = Refusals(limits["refusals"])
        self.queue: deque[str] = deque()
        self.most_queued = limits["queue"]
        self.flush_task: asyncio.Task[None] | None = None
        self.sending_since = 0.0
        self.opened_at = self.heard_at = monotonic()
        self.greeted = self.welcomed = self.closing = False
        self.address = self.page_key = self.lease = ""
        self.counted_known = False

    # --- life ------------------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Channels' loop, without its task, its queue and its thread hop a frame."""
        await receive()  # websocket.connect
        self.address = address_of(scope)
        self.transmit = send
        self.transport = Transport.under(send)
        if not is_ours(scope) or not process.admit_connection(self):
            await send({"type": "websocket.close", "code": Close.FORBIDDEN})
            return
        try:  # From here on it is counted, and must be forgotten again.
            self.credentials = self.credentials_of(scope)
            scope.clear()  # What was needed of the handshake is kept; the rest is memory.
            await send({"type": "websocket.accept"})
            await self._read(receive)
        finally:
            self._leave()

    async def _read(self, receive: Receive) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            self.on_text(text if text is not None else message.get("bytes") or b"")
            if self.transport:
                self.transport.hear(self.on_text)

    def _leave(self) -> None:
        self.closing = True
        realtime.hub.leave(self, self.topics)
        process.forget(self)
        if self.flush_task:
            self.flush_task.cancel()
        self.left()

    def credentials_of(self, scope: Any) -> Credentials:
        """What the handshake shows of who this is."""
        return Credentials()

    def left(self) -> None:
        """The socket is gone."""

    # --- in --------------------------------------------------------------------------------------

    def on_text(self, text: str | bytes) -> None:
        """Judge one frame and carry it out."""
        if self.closing:
            return
        self.heard_at = monotonic()
        if wait := self.frames.take():
            self.refuse(Code.RATE_LIMITED, retry_after=wait)
            return
        if isinstance(text, bytes):
            self.refuse(Code.BAD_FRAME)
            return
        try:
            frame = protocol.parse(text)
        except protocol.BadFrame as bad:
            self.refuse(bad.code, client_id=bad.client_id)
            return
        if self.greeted == isinstance(frame, protocol.Hello) or not (
            self.welcomed or isinstance(frame, protocol.Hello)
        ):
            again = isinstance(frame, protocol.Hello)
            self.refuse(
                Code.BAD_FRAME if again else Code.HELLO_EXPECTED,
                client_id=getattr(frame, "client_id", None),
            )
            return
        self.commands[type(frame)](self, frame)

    def hello(self, frame: protocol.Hello) -> None:
        """Who are you, and what do you show already?"""
        self.greeted = True
        self.introduce(frame)
        process.admit(self.credentials, lambda answer: self.admitted(answer, frame))

    def introduce(self, frame: protocol.Hello) -> None:
        """Take what the hello says of who this is."""

    def admitted(self, answer: Admission, frame: protocol.Hello) -> None:
        """Subscribe first, then read what was missed: `seq` drops doubles."""
        if self.closing:
            return
        if isinstance(answer, Denied):
            self.turn_away(answer)
            return
        if not process.admit_person(self, answer):
            self.bye(Close.FLOOD, "too many pages", (10.0, 30.0))
            return
        self.take(answer)
        process.catch_up(Missed(answer.sender, self.topics, frame.resume), self.resumed)

    def turn_away(self, denied: Denied) -> None:
        """Nobody we know, nobody who may; or nobody could be asked just now."""
        reasons = {Close.SIGNED_OUT: "signed out", Close.FORBIDDEN: "forbidden"}
        again = None if denied.close in reasons else (1.0, 5.0)
        self.bye(denied.close, reasons.get(denied.close, "try again"), again)

    def take(self, person: Person) -> None:
        """Be this person, and hear his topics."""
        realtime.hub.leave(self, self.topics - person.topics)
        realtime.hub.join(self, person.topics - self.topics)
        self.person, self.topics = person, person.topics

    def resumed(self, answer: Answer) -> None:
        """Say welcome, then what was missed, then what came in meanwhile."""
        if self.closing:
            return
        if answer.heads is None:
            self.bye(Close.GOING, "try again", (1.0, 5.0))
            return
        held = list(self.queue)
        self.queue.clear()
        self.welcomed = True
        frame = protocol.Welcome(
            heartbeat=self.heartbeat_seconds, server_time=process.now_stamp(), chats=answer.heads
        )
        for text in [protocol.encode(frame), *answer.missed, *held]:
            self.push(text)

    def post(self, frame: protocol.MessagePost) -> None:
        """A message: to the writer, and the answer when it has committed."""
        if wait := self.posts.take():
            self.refuse(Code.RATE_LIMITED, client_id=frame.client_id, retry_after=wait)
            return
        assert self.person is not None  # welcomed
        draft = Draft(
            frame.chat, self.person.sender, frame.client_id, frame.kind, frame.body, {}, frame.epoch
        )
        process.writer.submit(draft, lambda outcome: self.answer(frame, outcome))

    def answer(self, frame: protocol.MessagePost, outcome: Outcome) -> None:
        """Only after the commit."""
        if isinstance(outcome, Posted):
            self.push(
                protocol.encode_ack(frame.client_id, frame.chat, outcome.seq, outcome.posted_at)
            )
        else:
            retry = 1.0 if outcome.code == Code.TRY_AGAIN else None
            self.refuse(outcome.code, client_id=frame.client_id, retry_after=retry)

    def history(self, frame: protocol.History) -> None:
        assert self.person is not None  # welcomed
        process.history(self.person.sender, frame, self.scrolled)

    def scrolled(self, text: str | None) -> None:
        if text is None:
            self.refuse(Code.NOT_FOUND)
        else:
            self.push(text)

    def receipt(self, frame: protocol.ReceiptPost) -> None:
        assert self.person is not None  # welcomed
        mark = events.known_mark(frame.chat)
        if mark and self.reads(mark):
            process.collect(Read(mark, frame.chat, self.person.sender, frame.delivered, frame.read))

    def typing(self, frame: protocol.TypingPost) -> None:
        assert self.person is not None  # welcomed
        if mark := events.known_mark(frame.chat):
            announce_typing(mark, frame.chat, self.person.sender, frame.epoch)

    def heartbeat(self, frame: protocol.HeartbeatPost) -> None:
        """Answer with the heads of the chats that the page named and may hear of."""
        marks = {chat: events.known_mark(chat) for chat in frame.applied}
        heads = {
            chat: mark.head(staff=self.staff)
            for chat, mark in marks.items()
            if mark and self.holds(mark)
        }
        self.push(protocol.encode(protocol.Heartbeat(heads=heads)))

    def holds(self, mark: events.Mark) -> bool:
        """Whether this person may hear of this chat."""
        raise NotImplementedError

    def reads(self, mark: events.Mark) -> bool:
        """Whether it is kept how far this person has read it."""
        return self.holds(mark)

    commands: ClassVar[dict[type[protocol.Command], Callable[[Any, Any], None]]] = {
        protocol.Hello: hello,
        protocol.MessagePost: post,
        protocol.History: history,
        protocol.ReceiptPost: receipt,
        protocol.TypingPost: typing,
        protocol.HeartbeatPost: heartbeat,
    }

    # --- out -------------------------------------------------------------------------------------

    def push(self, text: str) -> None:
        """Queue a frame. Never waits; who reads too slowly is let go and resumes later."""
        if self.closing:
            return
        if len(self.queue) >= self.most_queued:
            self.drop(Close.TOO_SLOW)
            return
        self.queue.append(text)
        if len(self.queue) == 1 and self.flush_task is None and self.welcomed:
            # At the end of the turn: an ack leaves together with its message.
            process.flush_soon(self)

    def flush(self) -> None:
        """Send what waits: at once where there is room, else by a task that waits for it."""
        if not self.queue or self.closing or self.flush_task:
            return
        if self.transport and self.transport.write(self.queue):
            self.queue.clear()
        else:
            self.flush_task = asyncio.get_running_loop().create_task(self._flush())

    def refuse(
        self, code: Code, *, client_id: str | None = None, retry_after: float | None = None
    ) -> None:
        """Say no; and good-bye to whoever needs to be told too often."""
        if self.refusals.one_more():
            self.bye(Close.FLOOD, "too many refused frames", (5.0, 15.0))
            return
        self.say(
            protocol.encode(protocol.refusal(code, client_id=client_id, retry_after=retry_after))
        )

    def say(self, text: str) -> None:
        """Queue a frame for somebody who may not be welcomed yet."""
        if self.welcomed:
            self.push(text)
        elif not self.closing:
            process.spawn(self._send_now(text))

    def bye(self, code: int, reason: str, retry_in: tuple[float, float] | None = None) -> None:
        """The last frame, then close."""
        if self.closing:
            return
        self.closing = True
        frame = protocol.Bye(code=code, reason=reason, retry_in=retry_in)
        unsent = list(self.queue) if self.welcomed else []
        self.queue.clear()  # Else the flush under way would send them too.
        process.spawn(self._part(code, [*unsent, protocol.encode(frame)]))

    def drop(self, code: int) -> None:
        """Close without a word: the peer does not read."""
        self.closing = True
        self.queue.clear()
        process.spawn(self._part(code, []))

    def noticed(self, key: str, mark: list[Any]) -> None:
        """A chat of this page's stands otherwise now."""

    def readmit(self) -> None:
        """Ask anew who this is and what he may hear."""
        if self.welcomed and not self.closing:
            process.admit(self.credentials, self.readmitted)

    def readmitted(self, answer: Admission) -> None:
        if self.closing:
            return
        if isinstance(answer, Denied):
            self.turn_away(answer)
            return
        if self.person and answer.topics != self.topics:
            self.take(answer)
        self.person = answer
        self.push(protocol.encode(protocol.AccessChanged()))

    async def _flush(self) -> None:
        try:
            while self.queue:
                self.sending_since = monotonic()
                await self.transmit({"type": "websocket.send", "text": self.queue.popleft()})
        except OSError:
            self.closing = True
        finally:
            self.sending_since = 0.0
            self.flush_task = None

    async def _send_now(self, text: str) -> None:
        await self.transmit({"type": "websocket.send", "text": text})

    async def _part(self, code: int, last: list[str]) -> None:
        if self.flush_task:
            self.flush_task.cancel()
        try:
            async with asyncio.timeout(2):
                for text in last:
                    await self.transmit({"type": "websocket.send", "text": text})
                await self.transmit({"type": "websocket.close", "code": code})
        except TimeoutError:
            # The peer reads nothing, so no close frame leaves either: cut the line, where we can.
            if self.transport:
                self.transport.cut()
