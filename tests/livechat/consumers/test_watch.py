"""What has no number is told by looking, when the news of it were lost."""

import pytest

from livechat import realtime
from livechat.consumers.process import process
from livechat.consumers.watch import CURSOR_LOOKS, People, Watch
from livechat.models import Agent, Chat, ChatSettings, Queue, ReadCursor
from livechat.realtime import NullBus
from tests.factories import ChatFactory
from tests.livechat.consumers.conftest import agents, customers
from tests.livechat.consumers.pages import eventually, in_thread

NOBODY = People(frozenset(), frozenset())


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other processes say does not arrive."""
    monkeypatch.setattr(realtime, "deliver", lambda deliveries: None)
    monkeypatch.setattr(NullBus, "healthy", False)


def cursor(chat: Chat, reader: str, delivered: int, read: int) -> None:
    where = {"chat": chat, "reader": reader}
    now = {"delivered": delivered, "read": read}
    ReadCursor.objects.update_or_create(**where, defaults=now)


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_a_lost_receipt_reaches_the_other_side(open_page, chat, token, cookie, deaf):
    customer, agent = customers(open_page, token), agents(open_page, cookie)
    await customer.next("welcome")
    await agent.next("welcome")

    await in_thread(cursor, chat, "c", 2, 1)
    receipt = await agent.next("receipt")
    assert (receipt["delivered"], receipt["read"]) == (2, 1)

    await in_thread(cursor, chat, f"a{chat.agent_id}", 2, 2)
    receipt = await customer.next("receipt")
    assert (receipt["delivered"], receipt["read"]) == (2, 2)


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_that_an_agent_is_gone_and_back_reaches_his_customer(open_page, chat, token, deaf):
    page = customers(open_page, token)
    await page.next("welcome")
    await eventually(lambda: process.watch.facts)
    for online, presence in [(True, "online"), (False, "reconnecting"), (True, "online")]:
        await in_thread(Agent.objects.filter(pk=chat.agent_id).update, online=online)

        assert (await page.next("presence.changed"))["presence"] == presence


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_changed_settings_reach_the_pages_that_show_them(open_page, chat, cookie, deaf):
    await in_thread(chat.agent.queues.add, chat.queue)
    page = agents(open_page, cookie)
    await page.next("welcome")
    await eventually(lambda: process.watch.facts)
    rows = {"chat_settings": ChatSettings.objects.all(), "queue": Queue.objects.all()}
    for kind, settings in rows.items():
        await in_thread(settings.update, version=7)

        told = await page.next("settings.changed")
        assert (told["kind"], told["version"]) == (kind, 7)


@pytest.mark.django_db
def test_while_nothing_changes_a_look_is_one_query(chat, django_assert_num_queries):
    watch = Watch()
    watch.look(None)

    with django_assert_num_queries(1):
        assert watch.look(None) == []


@pytest.mark.django_db
def test_a_look_at_cursors_is_one_query_more_and_tells_them_once(chat, django_assert_num_queries):
    cursor(chat, "c", 2, 1)
    watch, people = Watch(), People(frozenset(), frozenset({chat.agent_id}))
    assert len(watch.look(people)) == 1

    with django_assert_num_queries(2):
        assert watch.look(people) == []


@pytest.mark.django_db
def test_cursors_of_chats_that_nobody_here_is_in_are_not_read(chat):
    cursor(chat, "c", 2, 1)
    cursor(ended := ChatFactory(ended=True), "c", 1, 1)

    assert Watch().look(NOBODY) == []
    assert Watch().look(People(frozenset({ended.customer_id}), frozenset())) == []


@pytest.mark.django_db
def test_a_customer_is_told_of_no_number_that_he_does_not_see(chat):
    Chat.objects.filter(pk=chat.pk).update(last_seq=9)
    cursor(chat, f"a{chat.agent_id}", 9, 9)

    (told,) = Watch().look(People(frozenset({chat.customer_id}), frozenset()))

    assert '"delivered":2,"read":2' in told.text


def test_cursors_are_looked_at_while_the_bus_is_away_and_now_and_then():
    watch = Watch()
    assert [watch.wants_cursors(healthy=False) for _ in range(2)] == [True, True]
    assert [watch.wants_cursors(healthy=True) for _ in range(3)] == [True, True, False]

    looks = [watch.wants_cursors(healthy=True) for _ in range(2 * CURSOR_LOOKS)]

    assert sum(looks) == 2
