"""A queue's routing rules in the admin: its own, or as in the chat settings; what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.models import Agent, Chat, ChatSettings, Queue
from tests.admin_pages import act, address, errors, filled_in, notices, save
from tests.factories import AgentFactory, ChatFactory, CompanyFactory, QueueFactory

LIST = "/admin/livechat/queue/"


def set_for_all(**fields):
    ChatSettings.objects.filter(pk=1).update(**fields)


def cells(client, queue):
    return client.get(f"{LIST}?q={queue.name}").text


@pytest.mark.parametrize(
    ("name", "own", "general", "shown"),
    [
        ("auto_accept", True, "as in settings: off", "on"),
        ("selector", "rotation", "as in settings: least relative load", "rotation"),
        ("capacity", 2, "as in settings: 3", "2"),
        ("transfer_seconds", 45, "as in settings: 120 s", "45 s"),
        ("warning_seconds", 33, "half of the target: 150 s", "33 s"),
        ("target_seconds", 77, "as in settings: 300 s", "77 s"),
        ("conversation_target_seconds", 99, "as in settings: none", "99 s"),
    ],
)
def test_what_is_in_effect_stands_in_form_and_list(client, name, own, general, shown):
    queue = QueueFactory(name="Own rules")

    assert general in client.get(address("change", queue)).text
    assert general in cells(client, queue)

    save(client, queue, **{name: own})

    assert getattr(Queue.objects.get(pk=queue.pk), name) == own
    assert f">{shown}<" in client.get(address("change", queue)).text
    assert f">{shown}<" in cells(client, queue)


def test_a_warning_of_all_is_said_to_be_theirs(client):
    set_for_all(warning_seconds=60)

    assert "as in settings: 60 s" in client.get(address("change", QueueFactory())).text


def test_so_is_what_follows_from_the_conversation_target_of_all(client):
    set_for_all(conversation_target_seconds=1800)
    page = client.get(address("change", QueueFactory())).text
    assert "half of the target: 900 s" in page

    set_for_all(conversation_warning_seconds=1200)
    page = client.get(address("change", QueueFactory())).text
    assert "as in settings: 1200 s" in page


def test_what_would_be_in_effect_stands_beside_a_new_queue_too(client):
    assert "as in settings: 3" in client.get(f"{LIST}add/").text


@pytest.mark.parametrize(("chosen", "kept"), [("unknown", None), ("true", True), ("false", False)])
def test_auto_accept_has_three_answers(client, chosen, kept):
    queue = QueueFactory(auto_accept=not kept)

    page = client.get(address("change", queue)).text
    save(client, queue, auto_accept=chosen)

    assert "As in the chat settings" in page
    assert Queue.objects.get(pk=queue.pk).auto_accept is kept


def test_free_places_are_those_of_agents_who_are_there(client):
    queue = QueueFactory(name="Counted", capacity=4)
    AgentFactory(queues=[queue], online=True)
    AgentFactory(queues=[queue], online=True, largest_capacity=2, open_chats=1)
    AgentFactory(queues=[queue], online=True, capacity=1, open_chats=2)
    AgentFactory(queues=[queue], online=True, available=False)
    AgentFactory(queues=[queue], online=False)
    AgentFactory(online=True)

    (listed,) = client.get(f"{LIST}?q=Counted").context["cl"].result_list

    assert (listed.free_count, listed.agent_count) == (4 + 1 + 0, 5)


@pytest.mark.parametrize(
    ("trait", "reason"),
    [
        ("transferred", "1 transferred chat comes back to it"),
        ("assigned", "1 chat of it is with an agent"),
    ],
)
def test_a_queue_that_chats_would_come_back_to_is_not_retired(client, trait, reason):
    queue = ChatFactory(**{trait: True}).queue

    assert reason in errors(save(client, queue, retired="on"))
    assert reason in notices(act(client, "retire", queue))
    assert Queue.objects.get(pk=queue.pk).retired_at is None


@pytest.mark.parametrize("trait", ["left", "ended", "abandoned", "cancelled"])
def test_chats_that_come_back_no_more_hold_no_queue(client, trait):
    queue = ChatFactory(**{trait: True}).queue

    save(client, queue, retired="on")

    assert Queue.objects.get(pk=queue.pk).retired_at


def test_more_chats_than_anybody_may_have_are_refused(client):
    assert "The most chats at once" in errors(save(client, QueueFactory(), capacity=6))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"warning_seconds": 300}, "The target in effect is 300 s"),
        ({"warning_seconds": 90, "target_seconds": 60}, "The target in effect is 60 s"),
        ({"target_seconds": 60}, "The warning in effect is 90 s"),
    ],
)
@pytest.mark.parametrize("of", ["", "conversation_"])
def test_a_warning_comes_before_the_target(client, of, changes, reason):
    set_for_all(**{f"{of}warning_seconds": 90, f"{of}target_seconds": 300})

    changes = {f"{of}{name}": seconds for name, seconds in changes.items()}
    assert reason in errors(save(client, QueueFactory(), **changes))


def test_a_warning_without_a_target_has_no_effect(client):
    queue = QueueFactory()

    assert "no target" in errors(save(client, queue, conversation_warning_seconds=60))
    save(client, queue, conversation_warning_seconds=60, conversation_target_seconds=90)

    assert Queue.objects.get(pk=queue.pk).conversation_warning_seconds == 60


def test_what_cannot_be_read_is_complained_about_once(client):
    changes = {"conversation_warning_seconds": 60, "conversation_target_seconds": "soon"}

    said = errors(save(client, QueueFactory(), **changes))

    assert ("whole number" in said, "no target" in said) == (True, False)


def test_a_new_priority_holds_for_those_who_wait_as_for_those_who_come(client):
    now = timezone.now()
    chat = ChatFactory(queued_at=now, rank_time=now)
    other = ChatFactory(queued_at=now, rank_time=now)

    save(client, chat.queue, priority_seconds=300)

    places = dict(Chat.objects.values_list("pk", "rank_time"))
    assert places == {chat.pk: now - timedelta(seconds=300), other.pk: now}


@pytest.mark.parametrize("who", ["nobody", "retired", "somebody"])
def test_nobody_serving_an_auto_accept_queue_is_pointed_out(client, who):
    queue = QueueFactory()
    if who != "nobody":
        gone = timezone.now() if who == "retired" else None
        AgentFactory(queues=[queue], retired_at=gone)

    answer = client.post(
        address("change", queue),
        {**filled_in(client.get(address("change", queue))), "auto_accept": "true"},
        follow=True,
    )

    assert ("nobody serves it" in notices(answer)) == (who != "somebody")


def test_switching_auto_accept_on_gives_those_who_wait_to_who_is_free(
    client, django_capture_on_commit_callbacks
):
    queue = QueueFactory()
    agent, chat = AgentFactory(queues=[queue], online=True), ChatFactory(queue=queue)

    with django_capture_on_commit_callbacks(execute=True):
        save(client, queue, auto_accept="true")

    assert Chat.objects.get(pk=chat.pk).agent == agent
    assert Agent.objects.get(pk=agent.pk).open_chats == 1


def test_the_history_tells_every_rule(client):
    queue = QueueFactory(company=CompanyFactory())

    save(client, queue, auto_accept="true", selector="fewest_open", capacity=2)

    page = client.get(address("history", queue)).text
    assert all(name in page for name in ("Auto-accept", "Selector", "Chats at once"))
    assert "fewest open chats" in page


def test_the_list_is_filtered_by_what_is_in_effect(client):
    own, general = QueueFactory(auto_accept=True), QueueFactory()

    def found(value):
        page = client.get(f"{LIST}?auto_accept={value}")
        return set(page.context["cl"].result_list) & {own, general}

    assert (found("on"), found("off")) == ({own}, {general})
    set_for_all(auto_accept=True)
    assert (found("on"), found("off")) == ({own, general}, set())


def test_a_priority_stands_in_the_list(client):
    assert "Priority" in cells(client, QueueFactory(name="First", priority_seconds=300))
