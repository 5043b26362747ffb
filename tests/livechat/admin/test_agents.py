"""Agents in the admin: what is announced, and what is refused."""

import pytest

from livechat.admin.agents import AgentForm
from livechat.events import AccessChanged
from livechat.models import Agent
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
