"""Availability reasons in the admin."""

import pytest

from livechat.events import STAFF, SettingChanged
from livechat.models import AvailabilityReason
from tests.admin_pages import act, address, filled_in, save
from tests.factories import AgentFactory


@pytest.fixture
def reason(db):
    return AvailabilityReason.objects.create(label="Training")


def news(reason):
    return SettingChanged((STAFF,), "availability_reason", str(reason.pk), 1)


def test_a_reason_is_made_and_announced(client, published):
    page = "/admin/livechat/availabilityreason/add/"

    client.post(page, {**filled_in(client.get(page)), "label": "Fire drill", "is_work": "on"})

    reason = AvailabilityReason.objects.get(label="Fire drill")
    assert (reason.is_work, published) == (True, [news(reason)])


def test_a_change_is_announced_and_in_its_history(client, reason, published):
    save(client, reason, label="Course", order=5)

    reason.refresh_from_db()
    assert (reason.label, reason.order, published) == ("Course", 5, [news(reason)])
    assert "Training" in client.get(address("history", reason)).text


@pytest.mark.parametrize("how", ["page", "action"])
def test_a_retired_reason_stays_with_who_has_it(client, reason, how):
    agent = AgentFactory(available=False, reason=reason)

    if how == "page":
        save(client, reason, retired="on")
    else:
        act(client, "retire", reason)

    agent.refresh_from_db()
    assert (agent.reason, agent.available) == (reason, False)
    assert agent.reason.retired_at


def test_a_reason_that_somebody_has_is_not_deleted(client, reason):
    AgentFactory(available=False, reason=reason)

    answer = client.post(address("delete", reason), {"post": "yes"})

    assert "1 agent" in answer.text
    assert AvailabilityReason.objects.filter(pk=reason.pk).exists()


def test_the_list_counts_who_has_it_now(client, reason):
    AgentFactory.create_batch(2, available=False, reason=reason)

    page = client.get("/admin/livechat/availabilityreason/?q=Training")

    assert page.context["cl"].result_list[0].agent_count == 2
