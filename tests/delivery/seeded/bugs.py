"""The bugs. Each widens its own window a little, so that a short run meets it."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from livechat import events, protocol
from livechat.consumers import resume
from livechat.consumers.admission import Admission, Denied
from livechat.consumers.base import Socket
from livechat.consumers.process import process
from livechat.consumers.resume import Missed
from livechat.exceptions import AlreadyAcceptedError
from livechat.models import Agent, Chat, ChatHead, Draft, Message
from livechat.models.messages import MessageManager
from livechat.realtime.hub import Delivery, Hub
from livechat.realtime.writer import Writer
from livechat.services import assignment, conversation, ownership
from tests.delivery.seeded.switches import awake

WINDOW = 0.15
NEXT_ID = "SELECT nextval(pg_get_serial_sequence('livechat_message', 'id'))"


def plant() -> None:
    """Put every bug where it belongs, asleep."""
    ack_before_commit()
    number_without_lock()
    id_as_cursor()
    read_then_subscribe()
    forget_client_ids()
    beat_without_heads()
    check_then_set_accept()
    lose_frames()


def ack_before_commit() -> None:
    """The sender hears "stored" while the transaction is still open."""
    submit, carry_out = Writer.submit, Writer._carry_out
    answers: dict[int, Callable[[Any], None]] = {}

    def remember(self: Any, item: Any, done: Callable[[Any], None]) -> None:
        answers[id(item)] = done
        submit(self, item, done)

    def hasty(self: Any, items: list[Any]) -> Sequence[Any]:
        if self.name != "writer" or not awake("ack_before_commit"):
            return carry_out(self, items)
        with transaction.atomic():
            outcomes = self.commit(items)
            for item, outcome in zip(items, outcomes, strict=True):
                self.loop.call_soon_threadsafe(answers[id(item)], outcome)
            time.sleep(WINDOW)
        return list(outcomes)

    replace(Writer, "submit", remember)
    replace(Writer, "_carry_out", hasty)


def number_without_lock() -> None:
    """`max(seq) + 1`, and nobody waits for anybody."""
    lock_heads = conversation.lock_heads

    def unlocked(public_ids: Iterable[str]) -> dict[str, ChatHead]:
        if not (awake("number_without_lock") or awake("id_as_cursor")):
            return lock_heads(list(public_ids))
        chats = Chat.objects.filter(public_id__in=set(public_ids))
        heads = {row[1]: ChatHead(*row) for row in chats.values_list(*ChatHead.COLUMNS)}
        for head in heads.values():
            lines = Message.objects.filter(chat=head.pk)
            head.last_seq = lines.aggregate(last=Max("seq"))["last"] or 0
        time.sleep(random.uniform(0, WINDOW / 3))
        return heads

    replace(conversation, "lock_heads", unlocked)


def id_as_cursor() -> None:
    """Numbers come from the table's sequence, and pages read on from the highest they saw."""
    append, items_of = MessageManager.append, events.items_of

    def by_sequence(self: Any, chats: Sequence[Any], drafts: Sequence[Draft]) -> list[Any]:
        if not awake("id_as_cursor"):
            return append(self, chats, drafts)
        lines = []
        for draft in drafts:
            chat = next(one for one in chats if one.public_id == draft.chat)
            with connection.cursor() as cursor:
                cursor.execute(NEXT_ID)
                chat.last_seq = cursor.fetchone()[0] - 1
            chat.last_public_seq = 0
            lines += append(self, [chat], [draft])
        time.sleep(random.uniform(0, WINDOW))
        return lines

    def without_predecessors(lines: Any, *, staff: bool) -> list[protocol.Item]:
        items = items_of(lines, staff=staff)
        return [{**item, "after": 0} for item in items] if awake("id_as_cursor") else items

    replace(MessageManager, "append", by_sequence)
    for module in (events, resume):
        replace(module, "items_of", without_predecessors)


def read_then_subscribe() -> None:
    """What comes between the reading and the joining reaches nobody."""
    admitted = Socket.admitted

    def late(self: Any, answer: Admission, frame: protocol.Hello) -> None:
        asleep = not awake("read_then_subscribe")
        if asleep or self.closing or isinstance(answer, Denied):
            admitted(self, answer, frame)
            return
        process.admit_person(self, answer)

        def join(*found: Any) -> None:
            self.take(answer)
            self.resumed(*found)

        missed = Missed(answer.sender, answer.topics, frame.resume)
        process.catch_up(missed, lambda *found: process.loop.call_later(2 * WINDOW, join, *found))  # type: ignore[union-attr]

    replace(Socket, "admitted", late)


def forget_client_ids() -> None:
    """A repeat is another message."""
    stored = MessageManager.stored

    def unknown(self: Any, drafts: Any, chats: Any) -> dict[Any, Any]:
        return {} if awake("forget_client_ids") else stored(self, drafts, chats)

    replace(MessageManager, "stored", unknown)


def beat_without_heads() -> None:
    """The heartbeat says nothing but "I am here"."""
    heartbeat = Socket.heartbeat

    def headless(self: Any, frame: protocol.HeartbeatPost) -> None:
        if awake("beat_without_heads"):
            self.push(protocol.encode(protocol.Heartbeat(heads={})))
        else:
            heartbeat(self, frame)

    commands: dict[Any, Callable[..., None]] = Socket.commands
    commands[protocol.HeartbeatPost] = headless


def check_then_set_accept() -> None:
    """Whether the chat waits is asked first, and locked later."""
    accept_chat = assignment.accept_chat

    def hasty(chat_id: int, *, by: int) -> Chat:
        if not awake("check_then_set_accept"):
            return accept_chat(chat_id, by=by)
        seen = Chat.objects.get(pk=chat_id)
        if seen.status != Chat.Status.QUEUED:
            raise AlreadyAcceptedError(seen.agent_name)
        time.sleep(2 * WINDOW)
        with transaction.atomic():
            chat = Chat.objects.locked(chat_id)
            chat.status = Chat.Status.QUEUED
            agent, now = Agent.objects.select_related("user").get(pk=by), timezone.now()
            Agent.objects.take(by, now)
            return ownership.give(chat, agent=agent, how=ownership.How.CLICK, now=now)

    replace(assignment, "accept_chat", hasty)


def lose_frames() -> None:
    """No bug of ours: a road that loses the frames with messages on their way to the page."""
    deliver = Hub.deliver

    def lossy(self: Any, deliveries: Iterable[Delivery]) -> None:
        kept = list(deliveries)
        if awake("lose_frames"):
            kept = [
                delivery._replace(topics=()) if _has_messages(delivery) else delivery
                for delivery in kept
            ]
        deliver(self, kept)

    replace(Hub, "deliver", lossy)


def _has_messages(delivery: Delivery) -> bool:
    return bool(delivery.text) and orjson.loads(delivery.text)["type"] == "messages"


def replace(owner: Any, name: str, by: Any) -> None:
    """Put `by` in the place of a function of the product; that it is there is part of the proof."""
    assert hasattr(owner, name), f"{owner} has no {name} any more: plant the bug anew"
    setattr(owner, name, by)
