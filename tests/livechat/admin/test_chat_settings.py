"""The one row of chat settings."""

from datetime import timedelta

import pytest

from livechat.events import STAFF, HoursChanged, SettingChanged
from livechat.models import Chat, ChatSettings
from tests.admin_pages import address, errors, filled_in, notices, save
from tests.factories import AgentFactory, ChatFactory, QueueFactory


def test_saving_announces_the_settings_under_a_higher_version(client, published):
    save(client, ChatSettings.objects.current(), target_seconds=120)

    settings = ChatSettings.objects.current()
    assert (settings.target_seconds, settings.version) == (120, 2)
    news = SettingChanged((STAFF,), "chat_settings", "1", 2)
    assert published == [news, HoursChanged(None)]


def test_the_list_leads_to_the_row(client):
    answer = client.get("/admin/livechat/chatsettings/")

    assert answer.url == "/admin/livechat/chatsettings/1/change/"


def test_there_is_no_second_row_and_never_none(client):
    assert client.get("/admin/livechat/chatsettings/add/").status_code == 403
    assert client.post("/admin/livechat/chatsettings/1/delete/").status_code == 403


def test_limits_have_limits(client):
    answer = save(client, ChatSettings.objects.current(), question_characters=8001)

    assert "8000" in errors(answer)


def test_every_setting_is_kept_and_in_the_history(client):
    chosen = {
        "auto_accept": True, "selector": "rotation", "default_capacity": 4, "largest_capacity": 6,
        "capacity_fixed": True, "unavailable_after_ending": True, "unavailable_at_sign_in": True,
        "transfer_seconds": 90, "transfer_falls_back_to": "sender", "grace_seconds": 45,
        "idle_minutes": 20, "inactive_minutes": 5, "cancelled_closed_after_minutes": 15,
        "warning_seconds": 100, "target_seconds": 200, "question_characters": 2000,
        "vip_priority_seconds": 600,
        "conversation_warning_seconds": 900, "conversation_target_seconds": 1800,
        "file_types": "png pdf", "file_megabytes": 20, "files_per_chat": 30,
    }  # fmt: skip

    save(client, ChatSettings.objects.current(), **chosen)

    settings = ChatSettings.objects.current()
    assert {name: getattr(settings, name) for name in chosen} == chosen
    page = client.get(address("history", settings)).text
    assert all(word in page for word in ("Auto-accept", "rotation", "Grace", "Transfer time"))


def test_what_agents_have_is_not_above_what_they_may_have(client):
    answer = save(client, ChatSettings.objects.current(), default_capacity=6)

    assert "no more than 5 chats" in errors(answer)
    assert "Constraint" not in errors(answer)


def test_a_warning_comes_before_the_target_of_all(client):
    answer = save(client, ChatSettings.objects.current(), warning_seconds=300)

    assert "The target is 300 s" in errors(answer)


@pytest.mark.parametrize(("target", "reason"), [(60, "The target is 60 s"), (None, "no target")])
def test_a_warning_of_conversations_comes_before_their_target(client, target, reason):
    changes = {"conversation_warning_seconds": 60, "conversation_target_seconds": target}
    answer = save(client, ChatSettings.objects.current(), **changes)

    assert reason in errors(answer)


def test_conversations_need_no_target(client):
    save(client, ChatSettings.objects.current(), conversation_target_seconds=None)

    assert ChatSettings.objects.current().conversation_target_seconds is None


@pytest.mark.parametrize("most", [4, 5])
def test_who_says_more_than_the_most_is_named(client, most):
    QueueFactory(name="Busy", capacity=5)
    AgentFactory(screen_name="Noor H.", largest_capacity=5)
    page = address("change", ChatSettings.objects.current())

    data = {**filled_in(client.get(page)), "largest_capacity": most}
    said = notices(client.post(page, data, follow=True))

    assert ("Busy" in said, "Noor H." in said) == (most < 5, most < 5)


def test_a_new_priority_of_vips_holds_for_those_who_wait(client):
    vip, ordinary = ChatFactory(customer__vip=True), ChatFactory()

    save(client, ChatSettings.objects.current(), vip_priority_seconds=300)

    places = dict(Chat.objects.values_list("pk", "rank_time"))
    came = dict(Chat.objects.values_list("pk", "queued_at"))
    assert places[vip.pk] == came[vip.pk] - timedelta(seconds=300)
    assert places[ordinary.pk] == came[ordinary.pk]


def test_the_page_says_whose_chats_come_first_and_that_it_adds_up(client):
    page = client.get(address("change", ChatSettings.objects.current())).text

    assert "Priority of VIPs" in page
    assert "It adds to the priority of their queue." in page


def test_types_of_files_are_written_as_people_write_them(client):
    save(client, ChatSettings.objects.current(), file_types=".PNG, .pdf\npng zip")

    assert ChatSettings.objects.current().file_types == "png pdf zip"


def test_a_type_that_is_not_known_is_refused_with_those_that_are(client):
    answer = save(client, ChatSettings.objects.current(), file_types="png exe")

    assert "“exe” is not known. Known are: png, jpg" in errors(answer)


def test_a_file_has_at_most_so_many_megabytes(client):
    answer = save(client, ChatSettings.objects.current(), file_megabytes=51)

    assert "50" in errors(answer)
