"""System checks of the settings: `manage.py check --database default`, and before migrating."""

import pytest
from django.core.checks import run_checks
from django.db import OperationalError
from django.utils import timezone

from livechat.models import ChatSettings, Queue
from tests.factories import AgentFactory, QueueFactory

pytestmark = pytest.mark.django_db


def found():
    checks = run_checks(databases=["default"])
    return {(each.id, each.msg) for each in checks if each.id in {"livechat.W004", "livechat.W005"}}


def test_a_new_installation_has_nothing_to_be_warned_of():
    assert found() == set()


@pytest.mark.parametrize("who", ["nobody", "a retired one"])
def test_an_auto_accept_queue_without_agents_is_named(who):
    queue = QueueFactory(auto_accept=True, name="Night desk")
    if who != "nobody":
        AgentFactory(queues=[queue], retired_at=timezone.now())

    ((code, text),) = found()

    assert code == "livechat.W004"
    assert str(queue) in text


@pytest.mark.parametrize(
    "fields",
    [
        {"auto_accept": False},
        {"auto_accept": True, "selector": "manual"},
        {"auto_accept": True, "retired_at": timezone.now()},
    ],
)
def test_where_nothing_goes_by_itself_nobody_is_needed(fields):
    QueueFactory(**fields)

    assert found() == set()


def test_it_is_asked_what_is_in_effect():
    AgentFactory(queues=[QueueFactory(auto_accept=True)])
    ChatSettings.objects.update(auto_accept=True)

    ((_code, text),) = found()

    assert str(Queue.objects.get(company=None)) in text


def test_a_limit_that_has_no_effect_is_named():
    queue = QueueFactory(capacity=6)

    ((code, text),) = found()

    assert code == "livechat.W005"
    assert str(queue) in text


def test_a_database_that_has_no_tables_yet_is_nothing_to_warn_of(monkeypatch):
    def without_tables(_self):
        raise OperationalError("no such table: livechat_chatsettings")

    monkeypatch.setattr(type(ChatSettings.objects), "current", without_tables)

    assert found() == set()
