"""/api/v1/chats/{id}/files/ and /files/{id}/: files both ways, each to those who may."""

import asyncio

import pytest
from django.conf import settings
from django.test import Client

from livechat.models import Agent, Chat, ChatSettings, Message
from livechat.services.closing import end_chat
from tests.factories import ChatFactory
from tests.hostile_files import ALL, Sent, picture
from tests.livechat.api.conftest import problem_of
from tests.uploads import KIND, NOTES, form, upload
from tickets.models import StoredFile
from tickets.services.identity import customer_token

pytestmark = pytest.mark.django_db
PNG = Sent("png", "Fehler größer.png", "image/png", picture(size=(900, 600)))


@pytest.fixture
def chat() -> Chat:
    return ChatFactory(assigned=True)


def browser_of(person) -> Client:
    if isinstance(person, Agent):
        browser = Client()
        browser.force_login(person.user)
        return browser
    return Client(headers={"Authorization": f"Customer {customer_token(person)}"})


def sent_by(person, chat, sent=NOTES, **more):
    return upload(browser_of(person), chat.public_id, sent, **more)


def address() -> str:
    return f"/files/{StoredFile.objects.get().public_id}/"


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("side", ["customer", "agent"])
def test_both_sides_send_and_both_read(chat, side):
    answer = sent_by(getattr(chat, side), chat)
    again = sent_by(getattr(chat, side), chat)

    assert (answer.status_code, again.status_code) == (201, 200)
    assert answer.json() == again.json()
    assert answer.json().keys() == {"client_id", "chat", "seq", "posted_at"}
    for reader in (chat.customer, chat.agent):
        assert body_of(browser_of(reader).get(address())) == b"Hello\n"


def test_a_file_goes_out_as_nothing_but_a_file(chat):
    sent_by(chat.customer, chat, Sent("", "größer.txt", "text/plain", b"Hello"))

    answer = browser_of(chat.agent).get(address())

    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''gr%C3%B6%C3%9Fer.txt"
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Length"] == "5"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"
    assert body_of(answer) == b"Hello"


def test_an_image_is_shown_in_place_and_has_a_thumbnail(chat):
    sent_by(chat.customer, chat, PNG)
    browser = browser_of(chat.agent)

    whole, small = browser.get(address()), browser.get(f"{address()}?thumbnail")

    assert whole["Content-Disposition"].startswith("inline; filename*=utf-8''Fehler")
    assert (whole["Content-Type"], small["Content-Type"]) == ("image/png", "image/webp")
    assert body_of(whole).startswith(b"\x89PNG")
    assert body_of(small)[8:12] == b"WEBP"


def test_what_is_no_image_has_no_thumbnail(chat):
    sent_by(chat.customer, chat)

    assert browser_of(chat.agent).get(f"{address()}?thumbnail").status_code == 404


def test_a_file_goes_out_piece_by_piece_under_asgi(chat):
    """Django would read it whole, with a warning."""
    sent_by(chat.customer, chat, Sent("", "a.txt", "text/plain", b"a" * 200_000))
    answer = browser_of(chat.agent).get(address())

    async def pieces() -> list[int]:
        return [len(piece) async for piece in answer]

    assert asyncio.run(pieces()) == [65_536, 65_536, 65_536, 3_392]
    answer.close()


def test_a_file_is_gone_for_whom_the_chat_is(chat):
    sent_by(chat.customer, chat)
    stranger = ChatFactory(assigned=True)
    missing = browser_of(stranger.agent).get(f"/files/{'x' * 22}/")

    for person in (stranger.agent, stranger.customer):
        answer = browser_of(person).get(address())
        problems = [problem_of(each, 404) for each in (answer, missing)]
        assert problems[0] | {"request_id": ""} == problems[1] | {"request_id": ""}
    assert problem_of(Client().get(address()), 401)["code"] == "not_authenticated"


@pytest.mark.parametrize("side", ["customer", "agent"])
def test_each_hostile_file_is_refused_or_harmless(chat, side, file_storage, monkeypatch):
    """A name that Django's own parser takes for none makes a form without a file."""
    ChatSettings.objects.update(files_per_chat=100)
    monkeypatch.setitem(settings.RATES, f"upload_{side}", (200, 60))
    browser, wrong = browser_of(getattr(chat, side)), []
    formless = {"nothing", "parent", "too long"}
    for number, sent in enumerate(ALL):
        before = len(file_storage())
        answer = upload(browser, chat.public_id, sent, client_id=f"hostile-{number:04}")
        code = "" if answer.status_code == 201 else answer.json()["code"]
        expected = "invalid" if sent.label in formless else sent.code
        trace = code and len(file_storage()) - before
        wrong += [(sent.label, code, trace)] if code != expected or trace else []

    assert not wrong
    harmless = sum(not sent.code for sent in ALL)
    assert Message.objects.filter(kind="file").count() == StoredFile.objects.count() == harmless


@pytest.mark.parametrize("body", [b"", b"--", form()[:-30], form(client_id="x"), b"{}"])
def test_a_form_that_is_none_is_refused(chat, body):
    path = f"/api/v1/chats/{chat.public_id}/files/"
    answer = browser_of(chat.customer).generic("POST", path, body, content_type=KIND)

    assert problem_of(answer, 400)["code"] == "invalid"


def test_what_says_it_is_too_large_is_not_read(chat, monkeypatch):
    ChatSettings.objects.update(file_megabytes=1)
    monkeypatch.setattr("django.http.multipartparser.MultiPartParser.parse", None)
    large = Sent("", "a.txt", "text/plain", b"a" * 2_000_000)

    problem = problem_of(sent_by(chat.agent, chat, large), 409)

    assert problem["code"] == "file_too_large"
    assert "larger than 1.0" in problem["detail"]


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "image/png"])
def test_a_file_comes_in_a_form_alone(chat, kind):
    path = f"/api/v1/chats/{chat.public_id}/files/"

    answer = browser_of(chat.customer).generic("POST", path, b"{}", content_type=kind)

    assert problem_of(answer, 415)


def test_a_session_needs_its_csrf_token(chat):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(chat.agent.user)

    assert problem_of(upload(browser, chat.public_id), 403)
    assert not StoredFile.objects.exists()


def test_a_virtual_agents_chat_says_so_and_refuses():
    chat = ChatFactory(assigned=True, source="virtual_agent")

    problem = problem_of(sent_by(chat.agent, chat), 409)
    shown = browser_of(chat.customer).get(f"/api/v1/chats/{chat.public_id}/").json()

    assert problem["code"] == "files_off"
    assert shown["files"] is False


def test_an_ended_chat_takes_none_and_gives_those_it_has(chat):
    sent_by(chat.customer, chat)
    end_chat(chat.pk, by=chat.agent_id)

    answer = sent_by(chat.customer, chat, client_id="upload-0002")

    assert problem_of(answer, 409)["code"] == "chat_ended"
    assert browser_of(chat.customer).get(address()).status_code == 200


@pytest.mark.parametrize("side", ["customer", "agent"])
def test_so_many_are_sent_in_so_long(chat, side, monkeypatch):
    monkeypatch.setitem(settings.RATES, f"upload_{side}", (2, 60))

    answers = [sent_by(getattr(chat, side), chat, client_id=f"upload-{n:04}") for n in range(4)]

    assert [answer.status_code for answer in answers] == [201, 201, 429, 429]


def test_messages_are_no_way_round(chat):
    body = {"client_id": "message-1", "kind": "file", "body": "a.txt", "data": {"id": "x"}}
    path = f"/api/v1/chats/{chat.public_id}/messages/"

    answer = browser_of(chat.customer).post(path, body, "application/json")

    assert problem_of(answer, 400)["fields"] == {"kind": ['"file" is not a valid choice.']}
