"""Transfer, release, return, and the chats of who is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat import events
from livechat.exceptions import (
    AgentUnavailableError,
    AlreadyAcceptedError,
    ChatEndedError,
    NoQueueError,
    NotYoursError,
)
from livechat.models import Agent, Chat, ChatSettings, Lease, Message
from livechat.services.assignment import (
    accept_chat,
    decline_transfer,
    return_transfer,
    take_from_lost,
    transfer_to_agent,
    transfer_to_queue,
)
from livechat.services.closing import cancel_chat
from livechat.services.configuration import rank_anew
from tests.factories import AgentFactory, ChatFactory, QueueFactory
from tickets.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    return ChatFactory(assigned=True)


@pytest.fixture
def colleague(chat):
    return AgentFactory(queues=[chat.queue], online=True)


def now_of(chat):
    return Chat.objects.get(pk=chat.pk)


def load(agent):
    return Agent.objects.get(pk=agent.pk).open_chats


def said(chat):
    lines = Message.objects.filter(chat=chat).order_by("seq")
    return [line.data.get("code") or line.body for line in lines][2:]


def test_a_transferred_chat_waits_on_one_list(chat, colleague):
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk, remark="She tried the cable.")

    after = now_of(chat)
    assert (after.status, after.agent, after.transferred_to) == ("transferred", None, colleague)
    assert (after.transferred_by, after.queued_at) == (chat.agent, chat.queued_at)
    assert (after.next_action, load(chat.agent)) == ("give_back", 0)
    assert said(chat) == ["She tried the cable.", "transferred"]


def test_the_remark_is_a_side_note(chat, colleague):
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk, remark="Be patient with him.")

    note = Message.objects.get(chat=chat, kind="note")
    assert (note.body, note.author_name) == ("Be patient with him.", chat.agent_name)


def test_only_its_receiver_accepts_it(chat, colleague):
    other = AgentFactory(queues=[chat.queue], online=True)
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)

    with pytest.raises(AlreadyAcceptedError):
        accept_chat(chat.pk, by=other.pk)
    accept_chat(chat.pk, by=colleague.pk)

    after = now_of(chat)
    assert (after.agent, after.owner_epoch, after.transferred_to) == (colleague, 2, None)
    assert load(colleague) == 1


@pytest.mark.parametrize(
    "fields", [{"online": False}, {"online": True, "available": False}], ids=["gone", "away"]
)
def test_nobody_is_handed_a_chat_who_cannot_take_it(chat, fields):
    colleague = AgentFactory(queues=[chat.queue], **fields)

    with pytest.raises(AgentUnavailableError):
        transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)

    assert now_of(chat).agent == chat.agent


def test_nor_an_agent_of_another_queue_nor_oneself(chat):
    stranger = AgentFactory(queues=[QueueFactory()], online=True)

    for to in (stranger.pk, chat.agent_id):
        with pytest.raises(AgentUnavailableError):
            transfer_to_agent(chat.pk, by=chat.agent_id, to=to)


def test_only_its_owner_transfers_it(chat, colleague):
    with pytest.raises(NotYoursError):
        transfer_to_agent(chat.pk, by=colleague.pk, to=chat.agent_id)


def test_what_its_customer_has_left_is_not_passed_on(chat, colleague):
    cancel_chat(chat.pk)

    with pytest.raises(ChatEndedError):
        transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)


def test_a_release_keeps_the_place_in_line(chat):
    transfer_to_queue(chat.pk, by=chat.agent_id, to=chat.queue_id)

    after = now_of(chat)
    assert (after.status, after.agent, after.agent_name) == ("queued", None, "")
    assert (after.queued_at, after.rank_time) == (chat.queued_at, chat.queued_at)
    assert (after.let_go_by, said(chat)) == (chat.agent, ["released"])


def test_in_another_queue_its_priority_counts(chat):
    other = QueueFactory(company=chat.queue.company, priority_seconds=60)

    transfer_to_queue(chat.pk, by=chat.agent_id, to=other.pk)

    after = now_of(chat)
    assert (after.queue, (after.queued_at - after.rank_time).total_seconds()) == (other, 60)


def test_a_vip_is_one_in_every_queue(chat):
    Customer.objects.update(vip=True)
    ChatSettings.objects.update(vip_priority_seconds=30)
    other = QueueFactory(company=chat.queue.company, priority_seconds=60)

    transfer_to_queue(chat.pk, by=chat.agent_id, to=other.pk)

    after = now_of(chat)
    assert (after.queued_at - after.rank_time).total_seconds() == 90


def test_a_vip_who_is_given_back_has_the_place_that_holds_by_then(chat, colleague):
    Customer.objects.update(vip=True)
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)
    ChatSettings.objects.update(vip_priority_seconds=30)
    rank_anew(ChatSettings.objects.get())

    return_transfer(chat.pk)

    after = now_of(chat)
    assert (after.status, (after.queued_at - after.rank_time).total_seconds()) == ("queued", 30)


def test_no_chat_goes_to_another_companys_queue(chat):
    with pytest.raises(NoQueueError):
        transfer_to_queue(chat.pk, by=chat.agent_id, to=QueueFactory().pk)


def test_a_transfer_that_nobody_accepts_goes_back_to_its_queue(chat, colleague):
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)

    return_transfer(chat.pk)

    after = now_of(chat)
    assert (after.status, after.transferred_to, after.let_go_by) == ("queued", None, colleague)
    assert after.rank_time == chat.rank_time


def test_or_to_its_sender_where_the_administrator_says_so(chat, colleague):
    ChatSettings.objects.update(transfer_falls_back_to="sender")
    Lease.objects.create(agent=chat.agent, expires_at=timezone.now() + timedelta(seconds=30))
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)

    return_transfer(chat.pk)

    after = now_of(chat)
    assert (after.agent, after.owner_epoch, load(chat.agent)) == (chat.agent, 2, 1)


@pytest.mark.parametrize("how", ["returned", "declined"])
@pytest.mark.parametrize("back", ["queue", "sender"])
def test_the_conversation_says_which_way_it_went_back(chat, colleague, how, back):
    ChatSettings.objects.update(transfer_falls_back_to=back)
    Lease.objects.create(agent=chat.agent, expires_at=timezone.now() + timedelta(seconds=30))
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)

    if how == "returned":
        return_transfer(chat.pk)
    else:
        decline_transfer(chat.pk, by=colleague.pk)

    names = {"agent": colleague.display_name, "sender": chat.agent_name}
    if back == "sender":
        assert said(chat)[1:] == [f"{how}_to_sender", "accepted"]
        assert Message.objects.get(chat=chat, data__code=f"{how}_to_sender").data == {
            "code": f"{how}_to_sender", **names,
        }  # fmt: skip
    else:
        assert said(chat)[1:] == [f"transfer_{how}"]


@pytest.mark.parametrize(
    "fields",
    [{"open_chats": 3}, {"available": False}, {"largest_capacity": 1, "open_chats": 1}],
    ids=["full", "away", "full by his own limit"],
)
def test_a_sender_without_a_free_place_gets_nothing_back(chat, colleague, fields):
    ChatSettings.objects.update(transfer_falls_back_to="sender", default_capacity=3)
    Lease.objects.create(agent=chat.agent, expires_at=timezone.now() + timedelta(seconds=30))
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)
    Agent.objects.filter(pk=chat.agent_id).update(**fields)

    decline_transfer(chat.pk, by=colleague.pk)

    after = now_of(chat)
    assert (after.status, after.queue) == ("queued", chat.queue)
    assert load(chat.agent) == fields.get("open_chats", 0)


def test_whoever_waits_in_a_line_hears_that_somebody_came_back_before_him(
    chat, colleague, published
):
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)
    assert events.LineMoved(chat.queue_id) not in published

    return_transfer(chat.pk)

    assert published[-1] == events.LineMoved(chat.queue_id)


def test_a_transfer_that_was_accepted_is_not_taken_back(chat, colleague):
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)
    accept_chat(chat.pk, by=colleague.pk)

    return_transfer(chat.pk)

    assert now_of(chat).agent == colleague


def test_a_customer_may_cancel_while_he_is_passed_on(chat, colleague):
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)

    cancel_chat(chat.pk)

    after = now_of(chat)
    assert (after.status, after.transferred_to, load(colleague)) == ("cancelled", None, 0)


def test_who_is_lost_loses_his_chats(chat):
    Agent.objects.filter(pk=chat.agent_id).update(online=False, offline_since=timezone.now())

    take_from_lost(chat.pk, agent=chat.agent_id)

    after = now_of(chat)
    assert (after.status, after.queued_at, load(chat.agent)) == ("queued", chat.queued_at, 0)
    assert said(chat) == ["agent_lost"]


def test_who_came_back_meanwhile_keeps_them(chat):
    Agent.objects.filter(pk=chat.agent_id).update(online=True)

    take_from_lost(chat.pk, agent=chat.agent_id)

    assert now_of(chat).agent == chat.agent
