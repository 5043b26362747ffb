"""announce: whoever shows a setting hears that it changed."""

import pytest
from django.utils import timezone

from livechat import events
from livechat.models import AvailabilityReason, Chat, ChatSettings, Queue, Topic
from livechat.services.configuration import announce, rank_anew
from tests.factories import (
    AgentFactory,
    AssetFactory,
    ChatFactory,
    ChatHoursFactory,
    CompanyFactory,
    CustomerFactory,
    QueueFactory,
    ServiceAlertFactory,
    SiteFactory,
    TicketTemplateFactory,
    UserFactory,
)
from tickets.models import Status, StatusReason
from tickets.services import configuration as tickets_configuration

pytestmark = pytest.mark.django_db


def test_an_agent_is_admitted_anew(published):
    agent = AgentFactory()

    announce(agent)

    assert published == [events.AccessChanged(agent.pk)]


def test_the_person_of_an_agent_is_admitted_anew(published):
    agent = AgentFactory()

    announce(agent.user)

    assert published == [events.AccessChanged(agent.pk)]


def test_of_staff_who_are_no_agents_nobody_need_hear(published):
    announce(UserFactory())

    assert published == []


def test_a_queue_concerns_its_agents(published):
    queue = QueueFactory()

    announce(queue)

    (changed,) = published
    assert changed.topics == (events.queue_topic(queue.pk),)
    assert (changed.kind, changed.public_id) == ("queue", queue.public_id)


def test_the_settings_of_all_concern_all_staff_and_all_pages_without_a_chat(published):
    announce(ChatSettings.objects.current())

    assert published[0].topics == (events.STAFF,)
    assert published[0].kind == "chat_settings"
    assert published[1] == events.HoursChanged(None)


@pytest.mark.parametrize("of", ["company", "all"])
def test_chat_hours_concern_all_staff_and_pages_of_whom_they_are_meant_for(published, of):
    company = CompanyFactory() if of == "company" else None
    hours = ChatHoursFactory(company=company)

    announce(hours)

    for_staff, for_pages = published
    assert for_staff == events.SettingChanged(
        (events.STAFF,), "chat_hours", hours.public_id, hours.version
    )
    (delivery,) = for_pages.deliveries()
    topic = events.company_topic(company.pk) if company else events.COMPANIES
    assert (delivery.topics, delivery.text) == ((topic,), '{"type":"hours.changed"}')


def test_a_service_alert_concerns_all_staff_and_all_pages_without_a_chat(published):
    alert = ServiceAlertFactory()

    tickets_configuration.announce(alert)

    news = events.SettingChanged((events.STAFF,), "service_alert", alert.public_id, 1)
    assert published == [news, events.AlertsChanged()]


@pytest.mark.parametrize(("model", "name"), [(Status, "status"), (StatusReason, "status_reason")])
def test_what_tickets_can_be_concerns_all_staff(published, model, name):
    row = model.objects.first()

    tickets_configuration.announce(row)

    assert published == [events.SettingChanged((events.STAFF,), name, row.public_id, 1)]


def test_a_template_concerns_all_staff_and_what_is_no_news_nobody(published):
    template = TicketTemplateFactory()

    tickets_configuration.announce(template)
    tickets_configuration.announce(AssetFactory())

    assert [(each.kind, each.public_id) for each in published] == [
        ("ticket_template", template.public_id)
    ]


def test_a_company_concerns_all_staff(published):
    company = CompanyFactory()

    announce(company)

    assert (published[0].topics, published[0].public_id) == ((events.STAFF,), company.public_id)
    assert published[1:] == [events.HoursChanged(company.pk)]


@pytest.mark.parametrize("factory", [ChatFactory, CustomerFactory, SiteFactory])
def test_what_no_page_shows_as_a_setting_is_not_announced(published, factory):
    announce(factory())

    assert published == []


def test_what_the_app_below_announces_is_heard_here(published):
    company = CompanyFactory()

    tickets_configuration.announce(company)

    assert published[0].public_id == company.public_id


@pytest.mark.parametrize("of", ["queue", "settings", "agent"])
def test_who_waits_is_due_although_nobody_should_hear_of_it(of):
    """Planned for an hour hence by hand alone: now somebody may take it."""
    chat = ChatFactory()
    agent = AgentFactory(queues=[chat.queue])

    announce({"queue": chat.queue, "settings": ChatSettings.objects.get(), "agent": agent}[of])

    assert Chat.objects.due(timezone.now()).get() == chat


def test_topics_and_availability_reasons_concern_all_staff(published):
    topic = Topic.objects.create(queue=QueueFactory(), name="Printers")
    reason = AvailabilityReason.objects.create(label="Training")

    announce(topic)
    announce(reason)

    assert [event.topics for event in published] == [(events.STAFF,)] * 2
    named = [(event.kind, event.public_id) for event in published]
    assert named == [("topic", topic.public_id), ("availability_reason", str(reason.pk))]


def places() -> dict[int, float]:
    """Seconds that each chat is granted."""
    rows = Chat.objects.values_list("pk", "queued_at", "rank_time")
    return {pk: (queued_at - rank_time).total_seconds() for pk, queued_at, rank_time in rows}


def test_a_new_priority_of_vips_holds_for_their_live_chats_in_all_queues():
    urgent = QueueFactory(priority_seconds=60)
    waiting, ordinary = ChatFactory(customer__vip=True), ChatFactory()
    assigned = ChatFactory(queue=urgent, customer__vip=True, assigned=True)
    over = ChatFactory(customer__vip=True, ended=True)
    ChatSettings.objects.update(vip_priority_seconds=30)

    assert rank_anew(ChatSettings.objects.get()) == 2

    assert places() == {waiting.pk: 30, ordinary.pk: 0, assigned.pk: 90, over.pk: 0}


def test_a_new_priority_of_a_queue_leaves_vips_theirs():
    ChatSettings.objects.update(vip_priority_seconds=30)
    queue = QueueFactory()
    vip, ordinary = ChatFactory(queue=queue, customer__vip=True), ChatFactory(queue=queue)
    other = ChatFactory()
    Queue.objects.filter(pk=queue.pk).update(priority_seconds=60)

    rank_anew(Queue.objects.get(pk=queue.pk))

    assert places() == {vip.pk: 90, ordinary.pk: 60, other.pk: 0}


def test_ranking_anew_asks_as_often_for_twenty_chats_as_for_one(django_assert_num_queries):
    ChatFactory(customer__vip=True)
    with django_assert_num_queries(7):
        rank_anew(ChatSettings.objects.get())

    queue = QueueFactory()
    ChatFactory.create_batch(20, queue=queue, customer__vip=True)
    with django_assert_num_queries(7):
        rank_anew(ChatSettings.objects.get())
