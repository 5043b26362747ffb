"""Where an agent attaches files: with what may be sent, or with why nothing may."""

import re

import pytest
from django.test import Client

from livechat.models import Chat, ChatSettings
from tests.factories import ChatFactory, InvitationFactory
from tests.tickets.test_files import store
from tests.uploads import upload

pytestmark = pytest.mark.django_db


def page_of(agent, chat) -> str:
    browser = Client()
    browser.force_login(agent.user)
    return browser.get(f"/console/chats/{chat.public_id}/").text


def attach_of(page: str) -> str:
    found = re.search(r'<button[^>]*id="attach"[^>]*>', page)
    return found[0] if found else ""


def test_what_may_be_sent_is_said_beforehand():
    ChatSettings.objects.update(file_types="png pdf", file_megabytes=4, files_per_chat=7)
    chat = ChatFactory(assigned=True)

    page = page_of(chat.agent, chat)

    assert "Files up to 4 MB, 7 a chat" in page
    assert 'title="Attach a file, up to 4 MB, 7 a chat: png, pdf"' in attach_of(page)
    assert 'accept=".png,.pdf"' in page
    assert f'data-bytes="{4 * 1024 * 1024}"' in attach_of(page)


@pytest.mark.parametrize(
    ("source", "types", "why"),
    [
        ("virtual_agent", "png", "Files cannot be sent in virtual agent chats"),
        ("web", "", "No files are taken here."),
    ],
)
def test_where_nothing_may_the_button_says_why(source, types, why):
    ChatSettings.objects.update(file_types=types)
    chat = ChatFactory(assigned=True, source=source)

    page = page_of(chat.agent, chat)

    assert f'title="{why}"' in attach_of(page)
    assert 'aria-disabled="true"' in attach_of(page)
    assert "Files up to" not in page


def test_a_participant_attaches_and_a_monitor_has_nothing_to_attach_with():
    chat = ChatFactory(assigned=True)
    participant = InvitationFactory(chat=chat, accepted=True).agent
    monitor = InvitationFactory(chat=chat, accepted=True, role="monitor").agent

    assert attach_of(page_of(participant, chat))
    assert not attach_of(page_of(monitor, chat))


@pytest.mark.parametrize("state", [{"left": True}, {"ended": True}, {}])
def test_nothing_is_attached_where_nothing_is_said(state):
    chat = ChatFactory(**state)
    agent = chat.agent or ChatFactory(assigned=True, queue=chat.queue).agent

    assert not attach_of(page_of(agent, chat))


def test_the_list_says_who_sent_which_file():
    chat = ChatFactory(assigned=True)
    browser = Client()
    browser.force_login(chat.agent.user)

    upload(browser, chat.public_id)
    assert "You sent a file: notes.txt" in page_of(chat.agent, chat)
    Chat.objects.get().messages.filter(kind="file").update(sender="c")
    assert ">sent a file: notes.txt<" in page_of(chat.agent, chat)
    assert 'data-unread="2"' in page_of(chat.agent, chat)  # The question, and the file.


def test_the_frame_says_what_customers_may_send(client):
    ChatSettings.objects.update(file_types="png pdf", file_megabytes=4, files_per_chat=7)
    company = store().company

    page = client.get(f"/widget/{company.public_id}/")

    assert "Files up to 4 MB, 7 a chat" in page.text
    assert 'accept=".png,.pdf"' in page.text
    assert "livechat/js/customerfiles.js" in page.text
    assert "img-src 'self' blob:" in page["Content-Security-Policy"]
