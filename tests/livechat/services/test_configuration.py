"""announce: whoever shows a setting hears that it changed."""

import pytest
from django.utils import timezone

from livechat import events
from livechat.models import AvailabilityReason, Chat, ChatSettings, Topic
from livechat.services.configuration import announce
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


def test_the_settings_of_all_concern_all_staff(published):
    announce(ChatSettings.objects.current())

    assert published[0].topics == (events.STAFF,)
    assert published[0].kind == "chat_settings"


def test_chat_hours_concern_all_staff(published):
    hours = ChatHoursFactory(company=CompanyFactory())

    announce(hours)

    (changed,) = published
    assert changed == events.SettingChanged(
        (events.STAFF,), "chat_hours", hours.public_id, hours.version
    )


def test_a_service_alert_concerns_all_staff(published):
    alert = ServiceAlertFactory()

    tickets_configuration.announce(alert)

    news = events.SettingChanged((events.STAFF,), "service_alert", alert.public_id, 1)
    assert published == [news]


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


@pytest.mark.parametrize("factory", [ChatFactory, CustomerFactory, SiteFactory])
def test_what_no_page_shows_as_a_setting_is_not_announced(published, factory):
    announce(factory())

    assert published == []


def test_what_the_app_below_announces_is_heard_here(published):
    company = CompanyFactory()

    tickets_configuration.announce(company)

    assert [event.public_id for event in published] == [company.public_id]


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
