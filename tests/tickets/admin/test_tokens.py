"""API tokens in the admin: made, shown once, replaced, revoked."""

import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from tests.factories import ApiTokenFactory, UserFactory
from tickets.models import ApiToken
from tickets.services.tokens import make_secret, read_api_token

pytestmark = pytest.mark.django_db
ADD = reverse("admin:tickets_apitoken_add")
LIST = reverse("admin:tickets_apitoken_changelist")


@pytest.fixture
def client(client):
    client.force_login(UserFactory(administrator=True))
    return client


def secret_page(token):
    return reverse("admin:tickets_apitoken_secret", args=[token.pk])


def shown(response):
    found = re.search(r"<pre data-copy[^>]*>([^<]+)</pre>", response.text)
    return found[1] if found else ""


def test_a_token_is_made_and_its_secret_shown_this_once(client):
    system = UserFactory(name="Monitoring", agent=True)
    told = {"name": "Harbour", "user": system.pk, "scopes": ["chats:read"]}
    added = client.post(ADD, told)
    token = ApiToken.objects.get()
    assert added["Location"] == secret_page(token)
    assert "There is none yet" in client.get(secret_page(token)).text

    made = client.post(secret_page(token), {"overlap": "0"})

    assert "no-store" in made["Cache-Control"]
    assert read_api_token(shown(made)) == token
    assert not shown(client.get(secret_page(token)))
    for page in (LIST, reverse("admin:tickets_apitoken_change", args=[token.pk])):
        text = client.get(page).text
        assert token.beginning in text
        assert shown(made) not in text
    history = reverse("admin:tickets_apitoken_history", args=[token.pk])
    assert "Made a new secret" in client.get(history).text
    assert not LogEntry.objects.filter(changes__icontains=shown(made)[30:]).exists()


def test_it_is_replaced_with_an_overlap_or_at_once(client):
    token = ApiTokenFactory()
    first = make_secret(token.pk)
    second = shown(client.post(secret_page(token), {"overlap": "24"}))
    assert read_api_token(first) == read_api_token(second) == token
    assert "good until" in client.get(secret_page(token)).text

    third = shown(client.post(secret_page(token), {"overlap": "0"}))

    assert [read_api_token(each) for each in (first, second, third)] == [None, None, token]


def test_nonsense_makes_no_secret(client):
    token = ApiTokenFactory()

    client.post(secret_page(token), {"overlap": "9999"})

    assert ApiToken.objects.get().digest == ""


def test_revoked_it_is_refused_and_stays_in_the_list(client):
    token = ApiTokenFactory()
    secret = make_secret(token.pk)

    client.post(LIST, {"action": "retire", "_selected_action": [token.pk]})

    assert read_api_token(secret) is None
    assert "revoked" in client.get(LIST).text


def test_it_cannot_act_as_a_superuser_nor_expire_in_the_past(client):
    told = {"name": "Harbour", "scopes": ["chats:read"]}
    over = timezone.localtime() - timedelta(days=1)
    refused = client.post(
        ADD,
        {
            **told,
            "user": UserFactory(superuser=True).pk,
            "expires_at_0": over.strftime("%Y-%m-%d"),
            "expires_at_1": "12:00:00",
        },
    )

    assert set(refused.context["adminform"].form.errors) == {"user", "expires_at"}
    assert not ApiToken.objects.exists()


def test_who_may_not_change_tokens_makes_no_secret(client):
    token = ApiTokenFactory()
    client.force_login(UserFactory(alert_administrator=True))

    assert client.post(secret_page(token), {"overlap": "0"}).status_code == 403
    assert client.get(secret_page(token)).status_code == 403


def test_it_is_not_deleted(client):
    token = ApiTokenFactory()
    address = reverse("admin:tickets_apitoken_delete", args=[token.pk])

    assert client.post(address, {"post": "yes"}).status_code == 403
