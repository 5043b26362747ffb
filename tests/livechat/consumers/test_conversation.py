"""What is said over sockets: acks, live frames, what was missed, receipts, typing, heads."""

from importlib import import_module
from typing import Any

import pytest
from django.db import OperationalError

from livechat import realtime
from livechat.consumers.process import process
from livechat.models import Chat, Draft, Message, ReadCursor, Sender
from livechat.services.assignment import accept_chat
from livechat.services.closing import end_chat
from livechat.services.conversation import post_messages, record_receipts
from tests.factories import AgentFactory, ChatFactory, MessageFactory, QueueFactory
from tests.livechat.consumers.conftest import agents, customers, signed_in
from tests.livechat.consumers.pages import Page, eventually, in_thread

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


def say(chat: Chat, client_id: str, body: str = "Hi", **more: object) -> dict[str, object]:
    return {"client_id": client_id, "chat": chat.public_id, "body": body, **more}


async def line(page: Page, body: str) -> dict[str, Any]:
    """The line with this text. Older ones may come before it: the sweep repeats what it must."""
    while True:
        for item in (await page.next("messages"))["items"]:
            if item["body"] == body:
                return item


def stored(chat: Chat, client_id: str) -> Message:
    return Message.objects.get(chat=chat, client_id=client_id)


async def test_a_message_is_acked_and_shown_to_both_sides(open_page, chat, token, cookie):
    customer, agent = customers(open_page, token), agents(open_page, cookie)
    await customer.next("welcome")
    await agent.next("welcome")

    customer.send("message.post", **say(chat, "message-1", " Hello\n"))

    shown = [await line(page, " Hello\n") for page in (agent, customer)]
    ack = await customer.next("ack")
    message = await in_thread(stored, chat, "message-1")
    assert (ack["client_id"], ack["chat"]) == ("message-1", chat.public_id)
    assert (ack["seq"], message.seq) == (3, 3)
    assert [(item["seq"], item["after"]) for item in shown] == [(3, 2), (3, 2)]


async def test_an_agents_reply_reaches_the_customer(open_page, chat, token, cookie):
    customer, agent = customers(open_page, token), agents(open_page, cookie)
    await customer.next("welcome")
    await agent.next("welcome")

    agent.send("message.post", **say(chat, "message-1", epoch=chat.owner_epoch))

    shown = await line(customer, "Hi")
    assert (shown["author"], shown["author_name"]) == ("agent", chat.agent.display_name)


async def test_of_a_note_the_customer_hears_nothing(open_page, chat, token, cookie):
    customer, agent = customers(open_page, token), agents(open_page, cookie)
    await customer.next("welcome")
    await agent.next("welcome")

    agent.send("message.post", **say(chat, "message-1", "psst", kind="note"))
    agent.send("message.post", **say(chat, "message-2", "Hello"))

    assert (await line(customer, "Hello"))["after"] == 2
    assert "psst" not in str(customer.frames)


async def test_a_repeat_gets_the_same_ack(open_page, chat, token):
    customer = customers(open_page, token)
    await customer.next("welcome")
    customer.send("message.post", **say(chat, "message-1"))
    first = await customer.next("ack")

    customer.send("message.post", **say(chat, "message-1"))

    assert await customer.next("ack") == first


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": " "}, "blank"),
        ({"body": "a\0"}, "bad_text"),
        ({"body": "a" * 8001}, "too_long"),
        ({"kind": "note"}, "forbidden"),
        ({"chat": "x" * 22}, "not_found"),
        ({"kind": "event"}, "bad_frame"),
        ({"kind": "file"}, "bad_frame"),
        ({"data": {"id": "x" * 22}}, "bad_frame"),
    ],
)
async def test_a_message_that_cannot_be_is_refused_for_good(open_page, chat, token, changes, code):
    customer = customers(open_page, token)
    await customer.next("welcome")

    customer.send("message.post", **{**say(chat, "message-1"), **changes})

    refused = await customer.next("refused")
    assert (refused["code"], refused["client_id"]) == (code, "message-1")
    assert refused["final"]


async def test_what_could_not_be_stored_may_be_tried_again(open_page, chat, token, monkeypatch):
    customer = customers(open_page, token)
    await customer.next("welcome")

    def fail(drafts: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(process.writer, "commit", fail)
    customer.send("message.post", **say(chat, "message-1"))

    refused = await customer.next("refused")
    assert (refused["code"], refused["final"], refused["retry_after"]) == ("try_again", False, 1.0)
    assert not await in_thread(Message.objects.filter(client_id="message-1").exists)


async def test_a_message_to_an_ended_chat_is_refused_and_both_hear_of_the_end(
    open_page, chat, token, cookie
):
    customer, agent = customers(open_page, token), agents(open_page, cookie)
    await customer.next("welcome")
    await agent.next("welcome")

    await in_thread(end_chat, chat.pk, by=chat.agent_id)
    for page in (customer, agent):
        assert (await page.next("chat.changed"))["status"] == "ended"
    customer.send("message.post", **say(chat, "message-1"))

    assert (await customer.next("refused"))["code"] == "chat_ended"


# --- what was missed -----------------------------------------------------------------------------


async def test_what_was_missed_follows_the_welcome(open_page, chat, token):
    page = customers(open_page, token, **{chat.public_id: 1})
    await page.next("welcome")

    missed = await page.next("messages")

    assert (missed["head"], [item["seq"] for item in missed["items"]]) == (2, [2])


async def test_of_a_strangers_chat_nothing_is_told(open_page, token):
    foreign = await in_thread(ChatFactory)

    page = customers(open_page, token, **{foreign.public_id: 0})

    assert foreign.public_id not in (await page.next("welcome"))["chats"]
    page.send("history", chat=foreign.public_id, after=0)
    assert (await page.next("refused"))["code"] == "not_found"
    assert foreign.public_id not in str(page.frames)


async def test_a_customers_missed_lines_are_without_notes(open_page, chat, token):
    sender = Sender("a", chat.agent_id, "Noor")
    await in_thread(MessageFactory, chat=chat, kind="note", sender=sender, body="psst")

    page = customers(open_page, token, **{chat.public_id: 0})
    await page.next("messages")

    assert "psst" not in str(page.frames)


async def test_history_is_a_page_of_messages(open_page, chat, cookie):
    page = agents(open_page, cookie)
    await page.next("welcome")

    page.send("history", chat=chat.public_id, before=2, limit=1)

    await line(page, "The printer on floor 3 says offline.")


async def test_what_another_process_wrote_is_found_by_the_sweep(
    open_page, chat, token, monkeypatch
):
    page = customers(open_page, token)
    await page.next("welcome")
    monkeypatch.setattr(realtime, "deliver", lambda deliveries: None)

    sender = Sender("c", chat.customer_id, "Ada")
    await in_thread(
        post_messages, [Draft(chat.public_id, sender, "message-1", "reply", "From the API")]
    )
    await line(page, "From the API")

    await in_thread(end_chat, chat.pk, by=chat.agent_id)
    assert (await page.next("chat.changed"))["status"] == "ended"


async def test_a_lost_line_is_found_though_a_later_one_came(open_page, chat, token, monkeypatch):
    page = customers(open_page, token)
    await page.next("welcome")
    sender = Sender("c", chat.customer_id, "Ada")
    deliver = realtime.deliver
    for body, told in [("lost", lambda deliveries: None), ("heard", deliver)]:
        monkeypatch.setattr(realtime, "deliver", told)
        draft = Draft(chat.public_id, sender, f"message-{body}", "reply", body)
        await in_thread(post_messages, [draft])

    await line(page, "heard")
    await line(page, "lost")
    assert realtime.hub.marks[chat.public_id][1] == 4


async def test_a_page_that_comes_hides_nothing_from_those_that_are_there(
    open_page, chat, token, monkeypatch
):
    module = import_module("livechat.consumers.process")
    monkeypatch.setattr(module, "TICK_SECONDS", 0.5)  # Time for another page to come.
    page = customers(open_page, token)
    await page.next("welcome")
    monkeypatch.setattr(realtime, "deliver", lambda deliveries: None)

    sender = Sender("c", chat.customer_id, "Ada")
    draft = Draft(chat.public_id, sender, "message-1", "reply", "From the API")
    await in_thread(post_messages, [draft])
    await customers(open_page, token).next("welcome")

    await line(page, "From the API")


# --- receipts, typing, heads ---------------------------------------------------------------------


async def test_a_receipt_is_stored_and_heard_by_the_other_side(open_page, chat, token, cookie):
    customer, agent = customers(open_page, token), agents(open_page, cookie)
    await customer.next("welcome")
    await agent.next("welcome")

    customer.send("receipt", chat=chat.public_id, delivered=2, read=1)

    receipt = await agent.next("receipt")
    assert (receipt["delivered"], receipt["read"]) == (2, 1)
    cursor = await in_thread(ReadCursor.objects.get, chat=chat)
    assert (cursor.reader, cursor.delivered, cursor.read) == ("c", 2, 1)


async def test_a_receipt_waits_while_the_database_is_away(
    open_page, chat, token, cookie, monkeypatch
):
    customer, agent = customers(open_page, token), agents(open_page, cookie)
    await customer.next("welcome")
    await agent.next("welcome")
    answers = [OperationalError("away")]

    def record(receipts: list[Any]) -> None:
        if answers:
            raise answers.pop()
        record_receipts(receipts)

    monkeypatch.setattr("livechat.consumers.process.record_receipts", record)
    customer.send("receipt", chat=chat.public_id, delivered=2, read=1)

    assert (await agent.next("receipt"))["read"] == 1
    assert not answers


async def test_who_looks_at_a_waiting_chat_leaves_no_trace(open_page):
    queue = await in_thread(QueueFactory)
    agent = await in_thread(AgentFactory, queues=[queue])
    chat = await in_thread(ChatFactory, queue=queue)
    page = agents(open_page, await in_thread(signed_in, agent), **{chat.public_id: 0})
    await page.next("welcome")

    page.send("receipt", chat=chat.public_id, delivered=1, read=1)
    page.send("typing", chat=chat.public_id)
    page.send("heartbeat", applied={chat.public_id: 1})
    await page.next("heartbeat")
    await process._flush_receipts()

    assert not await in_thread(ReadCursor.objects.exists)


async def test_typing_is_seen_by_the_other_side(open_page, chat, token, cookie):
    customer, agent = customers(open_page, token), agents(open_page, cookie)
    await customer.next("welcome")
    await agent.next("welcome")

    customer.send("typing", chat=chat.public_id)
    assert (await agent.next("typing"))["author"] == "customer"

    agent.send("typing", chat=chat.public_id, epoch=chat.owner_epoch)
    assert (await customer.next("typing"))["author"] == "agent"


async def test_a_heartbeat_is_answered_with_the_heads_of_ones_own_chats(open_page, chat, token):
    foreign = await in_thread(ChatFactory)
    page = customers(open_page, token)
    await page.next("welcome")

    page.send("heartbeat", applied={chat.public_id: 1, foreign.public_id: 1, "x" * 22: 0})

    heads = (await page.next("heartbeat"))["heads"]
    assert heads == {chat.public_id: {"head": chat.last_public_seq, "version": chat.version}}


async def test_an_agent_hears_of_what_comes_to_his_queue_and_who_takes_it(open_page):
    queue = await in_thread(QueueFactory)
    agent = await in_thread(AgentFactory, queues=[queue])
    other = await in_thread(AgentFactory, queues=[queue])
    page = agents(open_page, await in_thread(signed_in, agent))
    await page.next("welcome")

    chat = await in_thread(ChatFactory, queue=queue)
    await in_thread(accept_chat, chat.pk, by=other.pk)

    changed = await page.next("chat.changed")
    while changed["status"] == "queued":  # The sweep may have found it before.
        changed = await page.next("chat.changed")
    assert (changed["agent"], changed["agent_name"]) == (other.public_id, other.display_name)
    await eventually(lambda: Chat.objects.get(pk=chat.pk).status == "assigned")
