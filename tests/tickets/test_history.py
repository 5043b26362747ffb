"""Each setting's own history: who, when, from what to what."""

import re

import pytest
from django.utils.html import strip_tags

from livechat.models import Agent, ChatSettings
from tests.admin_pages import address, save
from tests.factories import AgentFactory, CompanyFactory, QueueFactory, UserFactory


def told(client, row):
    """The history in plain words, newest first."""
    page = client.get(address("history", row)).text
    return re.sub(r"\s+", " ", strip_tags(page[page.index('id="change-history"') :]))


def test_it_says_who_changed_what_from_what_to_what(client, administrator):
    company = CompanyFactory(name="Halden")

    save(client, company, name="Halden Freight")

    assert f"{administrator.name} Changed Name from Halden to Halden Freight" in told(
        client, company
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_default": "on"}, "Default queue from no to yes"),
        ({"target_seconds": 90}, "Waiting target from nothing to 90"),
    ],
)
def test_values_are_shown_as_the_form_shows_them(client, changes, words):
    queue = QueueFactory()

    save(client, queue, **changes)

    assert words in told(client, queue)


def test_another_row_is_shown_by_its_name(client):
    queue, company = QueueFactory(), CompanyFactory(name="Tarn Council")

    save(client, queue, company=company.pk)

    assert "to Tarn Council" in told(client, queue)


def test_lists_say_what_was_added_and_removed(client):
    first, second = QueueFactory(), QueueFactory()
    agent = AgentFactory(queues=[first])

    save(client, agent, queues=[second.pk])

    words = told(client, agent)
    assert f"Queues added: {second}" in words
    assert f"Queues removed: {first}" in words


def test_who_serves_a_queue_is_in_the_history_of_both(client):
    queue = QueueFactory()
    comes, goes = AgentFactory(), AgentFactory(queues=[queue])

    save(client, queue, agents=[comes.pk])

    assert f"Queues added: {queue}" in told(client, comes)
    assert f"Queues removed: {queue}" in told(client, goes)
    assert f"Agents added: {comes}" in told(client, queue)
    assert f"Agents removed: {goes}" in told(client, queue)


def test_so_it_is_when_the_agent_was_changed(client):
    comes, goes = QueueFactory(), QueueFactory()
    agent = AgentFactory(queues=[goes])

    save(client, agent, queues=[comes.pk])

    assert f"Agents added: {agent}" in told(client, comes)
    assert f"Agents removed: {agent}" in told(client, goes)
    assert f"Queues added: {comes}" in told(client, agent)
    assert f"Queues removed: {goes}" in told(client, agent)


def test_a_queue_that_stays_with_its_agent_has_nothing_to_tell(client):
    stays = QueueFactory()
    agent = AgentFactory(queues=[stays])

    save(client, agent, queues=[stays.pk], screen_name="Noor")

    assert "Agents" not in told(client, stays)


def test_a_new_agent_is_in_the_history_of_his_queues(client):
    queue, user = QueueFactory(), UserFactory()

    client.post("/admin/livechat/agent/add/", {"user": user.pk, "queues": [queue.pk]})

    assert f"Agents added: {Agent.objects.get(user=user)}" in told(client, queue)


def test_counts_and_versions_are_no_history(client):
    agent = AgentFactory()
    Agent.objects.filter(pk=agent.pk).update(open_chats=3)

    save(client, agent, screen_name="Noor")
    save(client, ChatSettings.objects.current(), target_seconds=60)

    assert "Open chats" not in told(client, agent)
    assert "Version" not in told(client, ChatSettings.objects.current())


def test_times_are_the_readers(client, administrator):
    administrator.time_zone = "Asia/Tokyo"
    administrator.save()
    company = CompanyFactory()

    save(client, company, retired="on")

    assert "JST" in told(client, company)


def test_text_from_people_is_text(client):
    company = CompanyFactory()

    save(client, company, name="<script>alert(1)</script>")

    page = client.get(address("history", company)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_nobody_changed_says_so(client):
    assert "Nobody has changed this yet" in told(client, ChatSettings.objects.current())


def test_a_row_that_is_not_there_has_no_history(client):
    assert client.get("/admin/livechat/queue/4711/history/").status_code == 404
