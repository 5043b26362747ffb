"""Other systems call with an API token: within its scopes, as the user whose it is."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config import api
from livechat.api.authentication import RESOURCES, ApiTokenAuthentication
from livechat.models import Chat, Message
from tests.factories import ApiTokenFactory, ChatFactory, UserFactory
from tests.livechat.api.conftest import Caller, problem_of
from tickets.models import ApiToken, Scope
from tickets.services.tokens import make_secret

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def calling(token: ApiToken, secret: str = "") -> Caller:
    caller = Caller(Client(enforce_csrf_checks=True))
    caller.headers = {"Authorization": f"Bearer {secret or make_secret(token.pk)}"}
    return caller


@pytest.fixture
def chat():
    return ChatFactory(assigned=True)


@pytest.fixture
def token(chat):
    return ApiTokenFactory(user=chat.agent.user)


def test_it_reaches_what_its_user_reaches(token, chat, as_agent):
    ChatFactory(assigned=True)  # A colleague's.
    system = calling(token)

    assert system.get("chats/").json() == as_agent(chat.agent).get("chats/").json()
    assert [each["id"] for each in system.get("chats/").json()["results"]] == [chat.public_id]


def test_it_speaks_in_chats_without_a_csrf_token(token, chat):
    body = {"client_id": "monitoring-1", "body": "The gateway is back."}

    assert calling(token).post(f"chats/{chat.public_id}/messages/", body).status_code == 201
    assert Message.objects.get(chat=chat, client_id="monitoring-1").body == body["body"]


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        (Scope.CHATS_READ, "get", "chats/", 200),
        (Scope.CHATS_READ, "get", "chats/{}/messages/", 200),
        (Scope.CHATS_READ, "post", "chats/{}/end/", 403),
        (Scope.CHATS_WRITE, "get", "chats/", 403),
        (Scope.CHATS_WRITE, "post", "chats/{}/end/", 200),
        (Scope.ARTICLES_READ, "get", "chats/", 403),
        (Scope.ARTICLES_READ, "post", "chats/{}/end/", 403),
    ],
)
def test_it_is_good_for_its_scopes_alone(chat, scope, method, path, status):
    system = calling(ApiTokenFactory(user=chat.agent.user, scopes=[scope]))

    response = getattr(system, method)(path.format(chat.public_id))

    assert response.status_code == status
    if status == 403:
        needed = "chats:read" if method == "get" else "chats:write"
        assert problem_of(response, 403)["detail"] == f"The API token lacks the scope {needed}."
        assert Chat.objects.get().status == "assigned"


def test_every_route_that_takes_tokens_has_a_scope():
    taking = {
        RESOURCES[route.name.split("-")[0]]
        for route in api.urlpatterns
        if ApiTokenAuthentication in route.callback.cls.authentication_classes
    }

    assert taking == {"articles", "chats", "desk", "people", "tickets"}
    assert {scope.split(":")[0] for scope in Scope.values} == taking


@pytest.mark.parametrize(
    "spoilt",
    [
        {"retired_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"digest": ""},
        {"digest": "0" * 64},
    ],
    ids=lambda spoilt: next(iter(spoilt)),
)
def test_a_token_that_is_good_no_more_is_refused(token, spoilt):
    system = calling(token)
    assert system.get("chats/").status_code == 200
    ApiToken.objects.update(**spoilt)

    assert problem_of(system.get("chats/"), 401)["code"] == "not_authenticated"


def test_somebody_switched_off_takes_his_tokens_with_him(token, chat):
    system = calling(token)
    chat.agent.user.is_active = False
    chat.agent.user.save()

    assert system.get("chats/").status_code == 401


def test_of_a_superuser_it_opens_nothing(token, chat):
    system = calling(token)
    chat.agent.user.is_superuser = True
    chat.agent.user.save()

    assert system.get("chats/").status_code == 401


def test_without_an_agents_rights_there_are_no_chats_for_it():
    system = calling(ApiTokenFactory(user=UserFactory(agent=True)))

    assert problem_of(system.get("chats/"), 403)["code"] == "forbidden"


@pytest.mark.parametrize(
    "said", ["", "x", "parley_", "parley_x.y", "parley_{id}.", "parley_{id}." + "A" * 43, "\0", "ä"]
)
def test_what_is_no_secret_of_it_is_refused(token, said):
    make_secret(token.pk)
    system = calling(token, said.format(id=token.public_id) or " ")

    assert problem_of(system.get("chats/"), 401)["code"] == "not_authenticated"


def test_a_secret_is_replaced_without_a_gap(token):
    first = calling(token, make_secret(token.pk))
    second = calling(token, make_secret(token.pk, overlap=DAY))
    assert first.get("chats/").status_code == second.get("chats/").status_code == 200

    third = calling(token, make_secret(token.pk, overlap=DAY))
    assert first.get("chats/").status_code == 401  # Two are good, never three.
    assert second.get("chats/").status_code == third.get("chats/").status_code == 200
    ApiToken.objects.update(earlier_until=timezone.now())
    assert second.get("chats/").status_code == 401
    assert third.get("chats/").status_code == 200


def test_a_secret_that_leaked_ends_at_once(token):
    leaked = calling(token, make_secret(token.pk))
    make_secret(token.pk)

    assert leaked.get("chats/").status_code == 401


def test_no_secret_is_kept_anywhere(token):
    secret = make_secret(token.pk).split(".")[1]
    row = ApiToken.objects.values().get()

    assert secret not in str(row)
    assert len(row["digest"]) == 64


def test_its_use_is_noted_and_not_with_every_call(token, django_assert_num_queries):
    system = calling(token)
    system.get("chats/")
    noted = ApiToken.objects.get().last_used_at
    assert noted

    system.get("chats/")
    assert ApiToken.objects.get().last_used_at == noted
    ApiToken.objects.update(last_used_at=noted - timedelta(minutes=2))
    system.get("chats/")
    assert ApiToken.objects.get().last_used_at > noted


def test_answers_say_how_many_calls_are_left_and_then_when(token, settings):
    settings.RATES = {**settings.RATES, "api_token": (2, 60)}
    system = calling(token)

    first, second, third = (system.get("chats/") for _ in range(3))
    left = [each["RateLimit-Remaining"] for each in (first, second, third)]
    assert left == ["1", "0", "0"]
    assert {each["RateLimit-Limit"] for each in (first, second, third)} == {"2"}
    assert 0 < int(third["RateLimit-Reset"]) <= 60
    assert problem_of(third, 429)["retry_after"] == int(third["Retry-After"])
    other = calling(ApiTokenFactory(user=token.user))
    assert other.get("chats/").status_code == 200


def test_pages_and_files_of_others_know_no_token(token, chat):
    system = calling(token)

    for path in ("/console/", "/console/tickets/", "/admin/"):
        response = system.client.get(path, headers=system.headers)
        assert response.status_code == 302
        assert response["Location"].split("?")[0] in {"/sign-in/", "/admin/login/"}
    assert system.client.get("/files/nothing/", headers=system.headers).status_code == 404
