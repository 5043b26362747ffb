"""Queues in the admin: what is announced, and what is refused."""

import pytest

from livechat.events import AccessChanged, SettingChanged, queue_topic
from livechat.models import Queue
from tests.admin_pages import act, address, errors, notices, save
from tests.factories import (
    AgentFactory,
    AssignmentGroupFactory,
    ChatFactory,
    CompanyFactory,
    QueueFactory,
    TicketTemplateFactory,
    UserFactory,
)


def settings_of(queue):
    return SettingChanged((queue_topic(queue.pk),), "queue", queue.public_id, queue.version)


def test_saving_announces_the_queue_under_a_higher_version(client, published):
    queue = QueueFactory()

    save(client, queue, name="Night desk")

    queue.refresh_from_db()
    assert (queue.name, queue.version) == ("Night desk", 2)
    assert published == [settings_of(queue)]


def test_what_was_saved_reaches_open_pages_once_it_is_committed(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    queue, delivered = QueueFactory(), []
    monkeypatch.setattr("livechat.realtime.deliver", delivered.extend)

    with django_capture_on_commit_callbacks(execute=True):
        save(client, queue, target_seconds=60)
        assert delivered == []

    assert [delivery.topics for delivery in delivered] == [(queue_topic(queue.pk),)]


def test_agents_who_come_and_who_go_are_announced_and_nobody_else(client, published):
    queue = QueueFactory()
    comes, goes, stays = AgentFactory(), AgentFactory(queues=[queue]), AgentFactory(queues=[queue])

    save(client, queue, agents=[comes.pk, stays.pk])

    assert set(queue.agents.all()) == {comes, stays}
    told = {event.agent for event in published if isinstance(event, AccessChanged)}
    assert told == {comes.pk, goes.pk}


def test_a_new_queue_has_the_agents_that_were_chosen(client, published):
    agent, company = AgentFactory(), CompanyFactory()

    client.post("/admin/livechat/queue/add/", {
        "name": "Network", "company": company.pk, "agents": [agent.pk], "target_seconds": "",
        "priority_seconds": 0,
    })  # fmt: skip

    queue = Queue.objects.get(name="Network")
    assert list(queue.agents.all()) == [agent]
    assert AccessChanged(agent.pk) in published


def test_a_queue_with_waiting_chats_is_not_retired(client):
    queue = QueueFactory()
    ChatFactory.create_batch(2, queue=queue)

    answer = save(client, queue, retired="on")

    assert "2 chats wait in it" in errors(answer)
    assert Queue.objects.get(pk=queue.pk).retired_at is None


def test_nor_by_the_action(client, published):
    queue = QueueFactory()
    ChatFactory(queue=queue)

    answer = act(client, "retire", queue)

    assert "1 chat waits in it" in notices(answer)
    assert Queue.objects.get(pk=queue.pk).retired_at is None
    assert published == []


@pytest.mark.parametrize("how", ["page", "action"])
def test_an_empty_queue_is_retired_and_announced(client, published, how):
    queue = QueueFactory()

    if how == "page":
        save(client, queue, retired="on")
    else:
        act(client, "retire", queue)

    queue.refresh_from_db()
    assert queue.retired_at
    assert published == [settings_of(queue)]


def test_a_retired_queue_is_brought_back(client):
    queue = QueueFactory()
    act(client, "retire", queue)

    act(client, "bring_back", queue)

    assert Queue.objects.get(pk=queue.pk).retired_at is None


def test_a_default_queue_is_not_retired(client):
    queue = QueueFactory(is_default=True)

    assert "make another queue the default first" in errors(save(client, queue, retired="on"))


def test_general_stays_the_default_of_all(client):
    general = Queue.objects.get(company=None)

    assert "stays the default" in errors(save(client, general, is_default=None))
    assert "GENERAL takes" in errors(save(client, general, company=CompanyFactory().pk))


def test_general_can_have_another_name(client):
    general = Queue.objects.get(company=None)

    save(client, general, name="Front desk")

    assert Queue.objects.get(pk=general.pk).name == "Front desk"


def test_a_second_queue_of_all_companies_has_another_name(client):
    general = Queue.objects.get(company=None)
    other, of_company = QueueFactory(company=None), QueueFactory(name=general.name)

    said = errors(save(client, other, name=general.name))

    assert "A queue of all companies has this name already." in said
    assert "Constraint" not in said
    assert save(client, general).status_code == save(client, of_company).status_code == 302


def test_a_company_has_one_default_and_the_page_says_which(client):
    first = QueueFactory(is_default=True, name="Service Desk")
    second = QueueFactory(company=first.company)

    assert "The default is “Service Desk”" in errors(save(client, second, is_default="on"))


def test_the_mark_goes_to_another_queue_in_one_step(client, published):
    first = QueueFactory(is_default=True)
    second = QueueFactory(company=first.company)

    act(client, "make_default", second)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)
    assert published == [settings_of(first), settings_of(second)]


def test_a_queue_with_chats_keeps_its_company(client):
    queue = ChatFactory().queue

    assert "It has chats" in errors(save(client, queue, company=CompanyFactory().pk))


def test_a_queue_that_others_point_to_is_not_deleted(client):
    queue = ChatFactory(assigned=True).queue

    answer = client.post(address("delete", queue), {"post": "yes"})

    assert "cannot be deleted" in answer.text
    assert "1 chat" in answer.text
    assert Queue.objects.filter(pk=queue.pk).exists()


def test_nor_together_with_others(client):
    used, unused = ChatFactory().queue, QueueFactory()

    answer = act(client, "delete_selected", used, unused)

    assert f"{used}: 1 chat" in answer.text
    assert Queue.objects.filter(pk__in=[used.pk, unused.pk]).count() == 2


def test_a_queue_that_nothing_points_to_is_deleted_and_announced(client, published):
    queue = QueueFactory()

    client.post(address("delete", queue), {"post": "yes"})

    assert not Queue.objects.filter(pk=queue.pk).exists()
    assert published == [settings_of(queue)]


def test_the_target_in_effect_is_shown(client):
    queue = QueueFactory()

    assert "as in settings: 300 s" in client.get(address("change", queue)).text
    save(client, queue, target_seconds=90)
    assert "90 s" in client.get("/admin/livechat/queue/").text


def test_the_list_counts_who_waits_and_who_serves(client):
    queue = QueueFactory(name="Counted")
    ChatFactory.create_batch(3, queue=queue)
    AgentFactory.create_batch(2, queues=[queue])
    AgentFactory(queues=[queue], user=UserFactory(is_active=False))

    listed = client.get("/admin/livechat/queue/?q=Counted").context["cl"].result_list[0]

    assert (listed.waiting_count, listed.agent_count) == (3, 2)


# --- tickets -------------------------------------------------------------------------------------


def test_a_queue_says_where_its_tickets_go_and_which_templates_its_chats_are_offered(client):
    queue, group, template = QueueFactory(), AssignmentGroupFactory(), TicketTemplateFactory()

    save(client, queue, assignment_group=group.pk, ticket_templates=[template.pk])

    queue.refresh_from_db()
    assert queue.assignment_group == group
    assert list(queue.ticket_templates.all()) == [template]


def test_what_is_another_companys_is_refused(client):
    queue, other = QueueFactory(), CompanyFactory()
    group = AssignmentGroupFactory(company=other)
    template = TicketTemplateFactory(company=other, name="Theirs")

    answer = save(client, queue, assignment_group=group.pk, ticket_templates=[template.pk])

    assert "It works for another company." in errors(answer)
    assert "For another company: Theirs." in errors(answer)
