"""What every installation starts with, by migration."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection

from livechat.models import ChatSettings, Queue

pytestmark = pytest.mark.django_db
VERBS = ("add", "change", "delete", "view")


def rights(name):
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_there_is_one_row_of_chat_settings():
    assert ChatSettings.objects.get() == ChatSettings.objects.current()


def test_general_takes_the_chats_of_all():
    general = Queue.objects.get()

    assert (general.name, general.company, general.is_default) == ("GENERAL", None, True)


def test_agents_have_the_console_and_supervisors_their_view():
    assert rights("Agent") == {"use_console", "view_article", "work_on_tickets"}
    assert rights("Supervisor") == {"supervise_chats", "view_article", "work_on_tickets"}


def test_administrators_configure_and_touch_no_work():
    given = rights("Chat administrator")

    configured = {"company", "site", "user", "agent", "chatsettings", "queue", "topic"}
    configured |= {"availabilityreason", "chathours", "chathoursperiod", "holiday"}
    configured |= {"systemmessage", "asset", "assignmentgroup", "category", "chatoutcome"}
    configured |= {"customer", "priorityrule", "requiredfield", "service", "servicealert"}
    configured |= {"status", "statusreason", "tickettemplate", "articlecategory", "synonymgroup"}
    seen = {"view_group", "view_routingdecision", "view_missedsearch", "delete_missedsearch"}
    seen |= {"view_knowledgesettings", "change_knowledgesettings"}
    seen |= {"add_apitoken", "change_apitoken", "view_apitoken"}
    assert given == {f"{verb}_{name}" for verb in VERBS for name in configured} | seen


def test_alert_administrators_have_service_alerts_alone():
    assert rights("Alert administrator") == {f"{verb}_servicealert" for verb in VERBS}


def test_rights_are_given_to_the_groups_that_are_still_there():
    Group.objects.get(name="Alert administrator").delete()
    Group.objects.get(name="Agent").permissions.clear()

    allow = import_module("livechat.migrations.0014_ticket_rights").allow
    allow(apps, SimpleNamespace(connection=connection))

    assert rights("Agent") == {"work_on_tickets"}
    assert not Group.objects.filter(name="Alert administrator").exists()


def test_authors_write_and_publishers_publish():
    assert rights("Knowledge author") == {"view_article", "write_articles"}
    assert rights("Knowledge publisher") == rights("Knowledge author") | {"publish_articles"}
