"""Which customers hear that a line moves: those who wait in it now."""

import pytest

from livechat.models import Chat
from livechat.services.assignment import accept_chat, transfer_to_agent, transfer_to_queue
from livechat.services.closing import cancel_chat
from tests.factories import AgentFactory, ChatFactory, QueueFactory
from tests.livechat.consumers.conftest import customers
from tests.livechat.consumers.pages import Page, in_thread

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


async def status(page: Page, wanted: str) -> None:
    while (await page.next("chat.changed"))["status"] != wanted:
        pass


def release(chat: Chat) -> None:
    transfer_to_queue(chat.pk, by=chat.agent_id, to=chat.queue_id)


def moves(queue: object) -> None:
    """Somebody in this line gives up."""
    cancel_chat(ChatFactory(queue=queue).pk)


async def heard(page: Page, queue: object) -> int:
    """How often he hears that this line moves."""
    before = kinds(page).count("queue.changed")
    await in_thread(moves, queue)
    await settled(page)
    return kinds(page).count("queue.changed") - before


def kinds(page: Page) -> list[str]:
    return [frame["type"] for frame in page.frames]


async def settled(page: Page) -> None:
    """Everything sent to him so far has come."""
    page.send("heartbeat", applied={})
    await page.next("heartbeat")


async def test_who_is_given_back_hears_his_line_and_who_has_an_agent_does_not(
    open_page, chat, token
):
    page = customers(open_page, token)
    await page.next("welcome")
    assert await heard(page, chat.queue) == 0

    await in_thread(release, chat)
    await status(page, "queued")
    await settled(page)
    assert await heard(page, chat.queue) == 1

    await in_thread(lambda: accept_chat(chat.pk, by=chat.agent_id))
    await status(page, "assigned")
    await settled(page)
    assert await heard(page, chat.queue) == 0


async def test_who_goes_to_another_queue_hears_that_line(open_page, chat, token):
    page = customers(open_page, token)
    await page.next("welcome")
    other = await in_thread(lambda: QueueFactory(company=chat.queue.company))

    await in_thread(lambda: transfer_to_queue(chat.pk, by=chat.agent_id, to=other.pk))
    await status(page, "queued")
    await settled(page)

    assert [await heard(page, chat.queue), await heard(page, other)] == [0, 1]


async def test_who_waits_on_one_agents_list_is_in_no_line(open_page, chat, token):
    page = customers(open_page, token)
    await page.next("welcome")
    colleague = await in_thread(lambda: AgentFactory(queues=[chat.queue], online=True))

    await in_thread(lambda: transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk))
    await status(page, "transferred")
    await settled(page)

    assert await heard(page, chat.queue) == 0
