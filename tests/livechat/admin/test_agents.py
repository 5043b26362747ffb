"""Agents in the admin: what is announced, and what is refused."""

import pytest

from livechat.admin.agents import AgentForm
from livechat.events import AccessChanged
from livechat.models import Agent, AvailabilityReason, Chat
from tests.admin_pages import act, address, errors, notices, save
from tests.factories import AgentFactory, ChatFactory, QueueFactory, UserFactory


def test_saving_tells_the_agents_pages_to_ask_anew(client, published):
    agent, queue = AgentFactory(), QueueFactory()

    save(client, agent, queues=[queue.pk])

    assert list(agent.queues.all()) == [queue]
    assert published == [AccessChanged(agent.pk)]


def test_saving_leaves_alone_what_chats_have_counted_meanwhile(client, monkeypatch):
    agent = AgentFactory()

    def accepted_meanwhile(form):
        Agent.objects.filter(pk=agent.pk).update(open_chats=1, online=True)
        return form.cleaned_data["screen_name"]

    monkeypatch.setattr(AgentForm, "clean_screen_name", accepted_meanwhile, raising=False)
    save(client, agent, screen_name="Noor")

    agent.refresh_from_db()
    assert (agent.screen_name, agent.open_chats, agent.online) == ("Noor", 1, True)


@pytest.mark.parametrize("how", ["page", "action"])
def test_an_agent_with_open_chats_is_not_retired(client, how):
    agent = ChatFactory(assigned=True).agent

    said = errors(save(client, agent, retired="on")) if how == "page" else ""
    said = said or notices(act(client, "retire", agent))

    assert "1 chat is open with this agent" in said
    assert Agent.objects.get(pk=agent.pk).retired_at is None


def test_an_agent_without_chats_is_retired_and_told(client, published):
    agent = ChatFactory(ended=True).agent

    save(client, agent, retired="on")

    assert Agent.objects.get(pk=agent.pk).retired_at
    assert published == [AccessChanged(agent.pk)]


def test_an_agent_who_has_served_is_not_deleted(client):
    agent = ChatFactory(ended=True).agent

    answer = client.post(address("delete", agent), {"post": "yes"})

    assert "1 chat" in answer.text
    assert Agent.objects.filter(pk=agent.pk).exists()


def test_a_new_agent_is_somebody_who_is_none_yet(client):
    taken, user = AgentFactory().user, UserFactory(agent=True)

    page = client.get("/admin/livechat/agent/add/")
    offered = list(page.context["adminform"].form.fields["user"].queryset)
    client.post("/admin/livechat/agent/add/", {"user": user.pk, "screen_name": "Noor H."})

    assert user in offered
    assert taken not in offered
    assert Agent.objects.get(user=user).screen_name == "Noor H."


def test_who_may_not_open_the_console_is_pointed_out(client):
    user = UserFactory()

    answer = client.post("/admin/livechat/agent/add/", {"user": user.pk}, follow=True)

    assert "may not open the console yet" in notices(answer)


def test_the_user_behind_an_agent_stays(client):
    agent, other = AgentFactory(), UserFactory()

    save(client, agent, user=other.pk)

    assert Agent.objects.get(pk=agent.pk).user_id == agent.user_id


def test_saving_leaves_counts_alone(client):
    agent = ChatFactory(assigned=True).agent

    save(client, agent, screen_name="Noor")

    agent.refresh_from_db()
    assert (agent.screen_name, agent.open_chats) == ("Noor", 1)


def test_an_agent_who_is_to_get_a_chat_is_not_retired(client):
    agent = ChatFactory(transferred=True).transferred_to

    assert "1 chat is transferred to this agent" in errors(save(client, agent, retired="on"))
    assert Agent.objects.get(pk=agent.pk).retired_at is None


def test_who_has_let_a_chat_go_is_not_deleted(client):
    agent = AgentFactory()
    chat = ChatFactory()
    Chat.objects.filter(pk=chat.pk).update(let_go_by=agent)

    answer = client.post(address("delete", agent), {"post": "yes"})

    assert "1 chat" in answer.text
    assert Agent.objects.filter(pk=agent.pk).exists()


def test_the_screen_name_is_locked_and_the_history_says_so(client):
    agent = AgentFactory()

    save(client, agent, screen_name="Desk 4", screen_name_locked="on")

    agent.refresh_from_db()
    assert (agent.screen_name, agent.screen_name_locked) == ("Desk 4", True)
    assert "Screen name is locked" in client.get(address("history", agent)).text


def test_what_the_agent_chose_stays_and_is_no_setting(client):
    reason = AvailabilityReason.objects.create(label="Training")
    agent = AgentFactory(available=False, reason=reason, capacity=2)

    save(client, agent, screen_name="Noor", available="on", capacity=5)

    agent.refresh_from_db()
    assert (agent.available, agent.reason, agent.capacity) == (False, reason, 2)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Available"),
        ({"capacity": 2}, "Available for 2 chats"),
        ({"available": False}, "Unavailable"),
        ({"available": False, "reason": "Training"}, "Unavailable: Training"),
    ],
)
def test_list_and_page_say_whether_he_takes_chats_and_why_not(client, fields, said):
    if "reason" in fields:
        fields = {**fields, "reason": AvailabilityReason.objects.create(label="Training")}
    agent = AgentFactory(open_chats=1, **fields)

    for page in ("/admin/livechat/agent/", address("change", agent)):
        text = client.get(page).text
        assert f">{said}<" in text
        assert "1 (at most 5)" in text


def test_his_own_most_is_kept_and_the_one_in_effect_shown(client):
    agent = AgentFactory()
    assert "as in settings: 5" in client.get(address("change", agent)).text

    save(client, agent, largest_capacity=2)

    assert "0 (at most 2)" in client.get("/admin/livechat/agent/").text
    assert Agent.objects.get(pk=agent.pk).largest_capacity == 2


def test_more_than_anybody_may_have_is_refused(client):
    assert "Raise that first" in errors(save(client, AgentFactory(), largest_capacity=6))
