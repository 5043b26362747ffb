"""A page as the browser has it: what it shows, and what it has yet to send."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from livechat.management.replaying.connection import Connection
from livechat.management.replaying.conversation import Conversation, Entry
from livechat.management.replaying.web import Person
from livechat.protocol import HISTORY_ITEMS, Code, Item

GAP_SECONDS = 0.3
AGAIN_SECONDS = 3.0
UNANSWERED_SECONDS = 10.0
RECEIPT_SECONDS = 1.0
#: Refused more often than that, a patient sender would look like a flood.
LEAST_PAUSE_SECONDS = 0.25


class StuckError(Exception):
    """What should have happened by now did not."""


class Page(Connection):
    """One open page. Whoever wants to know what it goes through overrides the last methods."""

    def __init__(self, person: Person, path: str, *, heartbeat: float | None = None) -> None:
        super().__init__(person, path)
        self.own_heartbeat = heartbeat
        self.chats: dict[str, Conversation] = {}
        self.outbox: dict[str, Entry] = {}
        self.paused_until = 0.0
        self.one_by_one = False
        self.announced: dict[str, dict[str, Any]] = {}
        self.timers: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self.waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    def applied(self) -> dict[str, int]:
        return {chat: known.last for chat, known in self.chats.items()}

    def away(self) -> None:
        """What is under way has to be sent again."""
        self.online = False
        for entry in self.outbox.values():
            entry.under_way = None
        for timer in self.timers.values():
            timer.cancel()
        self.timers.clear()
        self._look()

    # --- in --------------------------------------------------------------------------------------

    def hear(self, frame: dict[str, Any]) -> None:
        handler = getattr(self, "_on_" + frame["type"].replace(".", "_"), None)
        if handler:
            handler(frame)
        self.heard(frame)
        for chat, known in self.chats.items():
            if known.missing:
                self._later("gap", chat, GAP_SECONDS, partial(self.ask, chat))
            elif timer := self.timers.pop(("gap", chat), None):
                timer.cancel()
        self._look()

    def _on_welcome(self, frame: dict[str, Any]) -> None:
        self.online = True
        self.paused_until, self.one_by_one = 0.0, False  # The server counts anew.
        self.welcomed_at = time.monotonic()
        self.heartbeat = self.own_heartbeat or frame["heartbeat"]
        self._learn(frame["chats"])
        self.flush()

    def _on_heartbeat(self, frame: dict[str, Any]) -> None:
        self._learn(frame["heads"])

    def _learn(self, heads: dict[str, dict[str, Any]]) -> None:
        for chat, head in heads.items():
            if chat in self.chats:
                self.chats[chat].learn(head)

    def _on_messages(self, frame: dict[str, Any]) -> None:
        chat = frame["chat"]
        known = self.chats.get(chat)
        if known is None:
            return
        for item in known.take(frame["head"], frame["items"]):
            self.shown(chat, item)
            self.outbox.pop(item["client_id"], None)
        self.flush()
        self._later("receipt", chat, RECEIPT_SECONDS, lambda: self.receipt(chat))

    def _on_ack(self, frame: dict[str, Any]) -> None:
        self.acked(frame["chat"], frame["client_id"], frame["seq"])
        self.outbox.pop(frame["client_id"], None)
        if known := self.chats.get(frame["chat"]):
            known.head = max(known.head, frame["seq"])
        self.flush()

    def _on_refused(self, frame: dict[str, Any]) -> None:
        limited = frame["code"] == Code.RATE_LIMITED
        if limited:  # It is the socket that may not send, not the chat.
            self._pause(frame.get("retry_after", 1.0))
        entry = self.outbox.get(frame.get("client_id", ""))
        if entry is None:
            return
        self.refused(entry.chat, entry.client_id, frame["code"], final=frame["final"])
        entry.under_way = None
        if frame["final"]:
            del self.outbox[entry.client_id]
        elif not limited:
            entry.not_before = time.monotonic() + frame.get("retry_after", 1.0)
        self.flush()

    def _pause(self, seconds: float) -> None:
        now = time.monotonic()
        self.one_by_one = True
        self.paused_until = max(self.paused_until, now + max(LEAST_PAUSE_SECONDS, seconds))
        self._later("flush", "", self.paused_until - now, self.flush, anew=True)

    def _on_receipt(self, frame: dict[str, Any]) -> None:
        if known := self.chats.get(frame["chat"]):
            known.delivered = max(known.delivered, frame["delivered"])
            known.read = max(known.read, frame["read"])

    def _on_chat_changed(self, frame: dict[str, Any]) -> None:
        self.announced[frame["chat"]] = frame
        known = self.chats.get(frame["chat"])
        if known and frame["version"] > known.version:
            known.version, known.status = frame["version"], frame["status"]
            known.epoch = frame.get("epoch", known.epoch)

    def _on_bye(self, frame: dict[str, Any]) -> None:
        if frame.get("retry_in"):
            self.not_before = time.monotonic() + random.uniform(*frame["retry_in"])  # noqa: S311

    # --- what the person does --------------------------------------------------------------------

    def open(self, chat: str, head: int, version: int, epoch: int | None = None) -> Conversation:
        """Show this chat, from its start; it had come so far when somebody looked."""
        known = self.chats.setdefault(chat, Conversation())
        known.learn({"head": head, "version": version, "epoch": epoch})
        if known.missing:
            self.ask(chat)
        return known

    def close(self, chat: str) -> None:
        """Show this chat no longer."""
        self.chats.pop(chat, None)
        self.announced.pop(chat, None)

    def send(self, chat: str, body: str, kind: str = "reply") -> str:
        """Write a message; its client id. It is repeated until it is acknowledged or refused."""
        entry = Entry(chat, secrets.token_urlsafe(12), kind, body, self.chats[chat].epoch)
        self.outbox[entry.client_id] = entry
        self.wrote(entry)
        self.flush()
        return entry.client_id

    def flush(self) -> None:
        """Of each chat the first message that waits goes out: one at a time keeps their order.

        After `rate_limited`, one at a time of all chats.
        """
        first: dict[str, Entry] = {}
        for entry in self.outbox.values():
            first.setdefault(entry.chat, entry)
        self.one_by_one = self.one_by_one and bool(first)
        now = time.monotonic()
        if not self.online or now < self.paused_until:
            return
        for chat, entry in first.items():
            if self.one_by_one and any(other.under_way for other in first.values()):
                return
            if entry.not_before > now:
                self._later("flush", chat, entry.not_before - now, self.flush)
            elif entry.under_way is None:
                self._post(entry)

    def _post(self, entry: Entry) -> None:
        frame = {
            "type": "message.post",
            "client_id": entry.client_id,
            "chat": entry.chat,
            "kind": entry.kind,
            "body": entry.body,
        }
        entry.under_way = this_time = object()
        self.put({**frame, "epoch": entry.epoch} if entry.epoch is not None else frame)

        def repeat() -> None:
            if entry.under_way is this_time:
                entry.under_way = None
                self.flush()

        self._later("unanswered", entry.chat, UNANSWERED_SECONDS, repeat, anew=True)

    def ask(self, chat: str) -> None:
        """For what is known to be missing."""
        known = self.chats.get(chat)
        if known and known.missing:
            asked = {"chat": chat, "after": known.last, "limit": HISTORY_ITEMS}
            self.put({"type": "history", **asked})
            self._later("gap", chat, AGAIN_SECONDS, lambda: self.ask(chat))

    def receipt(self, chat: str) -> None:
        if chat in self.chats:
            last = self.chats[chat].last
            self.put({"type": "receipt", "chat": chat, "delivered": last, "read": last})

    async def until(self, met: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for something that frames bring about."""
        if met():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((met, future))
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            raise StuckError(f"{what}: nothing for {seconds:.0f} s") from None
        finally:
            self.waiting = [one for one in self.waiting if one[1] is not future]

    async def shows(self, chat: str, client_id: str, seconds: float) -> None:
        """Wait until the message with this client id is on the page."""
        items = self.chats[chat].items

        def met() -> bool:
            return any(item["client_id"] == client_id for item in reversed(items))

        await self.until(met, seconds, f"waiting to see {client_id}")

    def _look(self) -> None:
        for met, future in self.waiting:
            if not future.done() and met():
                future.set_result(None)

    def _later(
        self, what: str, chat: str, seconds: float, then: Callable[[], None], *, anew: bool = False
    ) -> None:
        """Once, `seconds` from now; one timer for each thing of each chat."""
        key = (what, chat)
        if old := self.timers.get(key):
            if not anew:
                return
            old.cancel()

        def ring() -> None:
            del self.timers[key]
            then()

        self.timers[key] = asyncio.get_running_loop().call_later(seconds, ring)

    # --- for whoever listens ---------------------------------------------------------------------

    def wrote(self, entry: Entry) -> None:
        """The person wrote this."""

    def acked(self, chat: str, client_id: str, seq: int) -> None:
        """The server has it."""

    def refused(self, chat: str, client_id: str, code: Code, *, final: bool) -> None:
        """The server has it not."""

    def shown(self, chat: str, item: Item) -> None:
        """This is on the page now."""

    def heard(self, frame: dict[str, Any]) -> None:
        """Any frame, once the page has dealt with it."""
