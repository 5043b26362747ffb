"""The one row of chat settings."""

from livechat.events import STAFF, SettingChanged
from livechat.models import ChatSettings
from tests.admin_pages import errors, save


def test_saving_announces_the_settings_under_a_higher_version(client, published):
    save(client, ChatSettings.objects.current(), target_seconds=120)

    settings = ChatSettings.objects.current()
    assert (settings.target_seconds, settings.version) == (120, 2)
    assert published == [SettingChanged((STAFF,), "chat_settings", "1", 2)]


def test_the_list_leads_to_the_row(client):
    answer = client.get("/admin/livechat/chatsettings/")

    assert answer.url == "/admin/livechat/chatsettings/1/change/"


def test_there_is_no_second_row_and_never_none(client):
    assert client.get("/admin/livechat/chatsettings/add/").status_code == 403
    assert client.post("/admin/livechat/chatsettings/1/delete/").status_code == 403


def test_limits_have_limits(client):
    answer = save(client, ChatSettings.objects.current(), question_characters=8001)

    assert "8000" in errors(answer)
