"""What every answer carries."""

import pytest
from django.test import Client

from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db

PATHS = ["/sign-in/", "/healthz", "/nothing", "/api/v1/chats/", "/api/v1/nothing/", "/console/"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_guarded(client, path):
    headers = client.get(path).headers

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"].startswith(("no-store", "max-age=0"))


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_runs_own_scripts_alone(client, path):
    policy = client.get(path)["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert "unsafe" not in policy


def test_every_request_has_an_id_of_its_own(client):
    ids = {client.get("/healthz")["X-Request-Id"] for _ in range(3)}

    assert len(ids) == 3


def test_an_id_that_comes_with_a_request_is_not_believed(client):
    response = client.get("/healthz", headers={"X-Request-Id": "forged"})

    assert response["X-Request-Id"] != "forged"


def test_a_page_that_is_not_there_says_nothing_of_why(client):
    response = client.get("/nothing")

    assert response.status_code == 404
    assert "Traceback" not in response.text
    assert "urlpatterns" not in response.text


def test_a_page_for_staff_leads_to_the_sign_in_page(client):
    response = client.get("/console/")

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=/console/")


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_is_refused_without_a_traceback():
    client = Client(enforce_csrf_checks=True)
    client.force_login(AgentFactory().user)

    response = client.post("/sign-out/")

    assert response.status_code == 403
    assert "Traceback" not in response.text
