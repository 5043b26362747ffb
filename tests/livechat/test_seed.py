"""What every installation starts with, by migration."""

import pytest
from django.contrib.auth.models import Group

from livechat.models import ChatSettings, Queue

pytestmark = pytest.mark.django_db


def rights(name):
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_there_is_one_row_of_chat_settings():
    assert ChatSettings.objects.get() == ChatSettings.objects.current()


def test_general_takes_the_chats_of_all():
    general = Queue.objects.get()

    assert (general.name, general.company, general.is_default) == ("GENERAL", None, True)


def test_agents_have_the_console_and_supervisors_their_view():
    assert rights("Agent") == {"use_console"}
    assert rights("Supervisor") == {"supervise_chats"}


def test_administrators_configure_and_touch_no_work():
    given = rights("Chat administrator")

    configured = {"company", "site", "user", "agent", "chatsettings", "queue", "topic"}
    configured |= {"availabilityreason", "chathours", "chathoursperiod", "holiday"}
    configured |= {"systemmessage"}
    seen = {"view_group", "view_routingdecision"}
    verbs = ("add", "change", "delete", "view")
    assert given == {f"{verb}_{name}" for verb in verbs for name in configured} | seen


def test_groups_of_later_versions_have_no_rights_yet():
    assert rights("Alert administrator") == rights("Knowledge author") == set()
