"""`Idempotency-Key`: what comes twice is done once, and answered alike."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.clock import forget_calls
from livechat.models import ApiCall, Chat, Message
from livechat.services import once as service
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, InvitationFactory
from tests.livechat.api.conftest import problem_of
from tests.uploads import upload

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "0b9d5c1e-transfer-1"}


@pytest.fixture
def chat():
    return ChatFactory(assigned=True)


@pytest.fixture
def caller(chat, as_agent):
    return as_agent(chat.agent)


def test_the_same_call_again_is_answered_alike_and_does_nothing(chat, caller):
    first = caller.post(f"chats/{chat.public_id}/release/", **KEY)
    again = caller.post(f"chats/{chat.public_id}/release/", **KEY)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert caller.post(f"chats/{chat.public_id}/release/").status_code >= 400


def test_a_refusal_is_not_kept(chat, caller):
    path, body = f"chats/{chat.public_id}/transfer/", {"agent": AgentFactory().user.public_id}
    assert caller.post(path, body, **KEY).status_code >= 400

    assert not ApiCall.objects.exists()


def test_an_answer_without_a_body_is_answered_alike(chat, as_agent):
    caller = as_agent(InvitationFactory(chat=chat, accepted=True).agent)

    first, again = (caller.post(f"chats/{chat.public_id}/leave/", **KEY) for _ in range(2))

    assert (first.status_code, first.content) == (again.status_code, again.content) == (204, b"")
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("other", [("end/", None), ("messages/", {"body": "y"})])
def test_a_key_for_another_call_is_refused(chat, caller, other):
    path, said = f"chats/{chat.public_id}/", {"client_id": "client-1", "body": "x"}
    assert caller.post(f"{path}messages/", said, **KEY).status_code == 201
    tail, more = other

    refused = caller.post(path + tail, {**said, **more} if more else None, **KEY)

    assert problem_of(refused, 422)["code"] == "idempotency_key_reused"
    assert Message.objects.filter(chat=chat, client_id="client-1").count() == 1


def test_the_same_key_of_somebody_else_is_another(chat, caller, as_customer):
    path, said = f"chats/{chat.public_id}/messages/", {"client_id": "client-1", "body": "x"}

    assert caller.post(path, said, **KEY).status_code == 201
    assert as_customer(chat.customer).post(path, said, **KEY).status_code == 201
    assert Message.objects.filter(chat=chat, client_id="client-1").count() == 2


def test_while_the_first_is_under_way_the_second_waits_its_turn(chat, caller):
    caller.post(f"chats/{chat.public_id}/messages/", {"client_id": "c" * 8, "body": "x"}, **KEY)
    ApiCall.objects.update(status=None, answer="")
    said = {"client_id": "c" * 8, "body": "x"}

    running = caller.post(f"chats/{chat.public_id}/messages/", said, **KEY)
    assert problem_of(running, 409)["code"] == "idempotency_key_running"

    ApiCall.objects.update(begun_at=timezone.now() - service.LONGEST - timedelta(seconds=1))
    taken_over = caller.post(f"chats/{chat.public_id}/messages/", said, **KEY)
    assert taken_over.status_code == 200  # The first was stored before its process died.
    assert "Idempotent-Replayed" not in taken_over


def test_when_the_deed_fails_nothing_is_kept(chat):
    def deed():
        Chat.objects.filter(pk=chat.pk).update(subject="done")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        service.once("u1", "key", "digest", deed)

    assert Chat.objects.get(pk=chat.pk).subject != "done"
    assert not ApiCall.objects.exists()


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 201])
def test_a_key_that_is_none_is_refused(chat, caller, key):
    refused = caller.post(f"chats/{chat.public_id}/end/", **{"Idempotency-Key": key})

    assert "Idempotency-Key" in problem_of(refused, 400)["fields"]
    assert Chat.objects.get().status == "assigned"


def test_reading_needs_no_key_and_unknown_methods_stay_unknown(chat, caller):
    assert caller.client.get("/api/v1/chats/", headers=KEY).status_code == 200
    refused = caller.client.delete("/api/v1/chats/", headers=KEY)
    assert problem_of(refused, 405)["code"] == "method_not_allowed"
    assert not ApiCall.objects.exists()


def test_a_customers_ticket_and_chat_are_once_too(as_customer):
    caller = as_customer(CustomerFactory())
    said = {"client_id": "client-1", "question": "x"}

    first, again = (caller.post("chats/", said, **KEY) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_answers_are_kept_for_a_day(chat, caller):
    caller.post(f"chats/{chat.public_id}/end/", **KEY)
    ApiCall.objects.update(begun_at=timezone.now() - timedelta(hours=23))
    forget_calls()
    assert ApiCall.objects.exists()
    ApiCall.objects.update(begun_at=timezone.now() - timedelta(hours=25))
    forget_calls()
    assert not ApiCall.objects.exists()


def test_a_file_is_known_by_its_client_id_alone(chat, caller):
    answers = [upload(caller.client, chat.public_id, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert not ApiCall.objects.exists()
