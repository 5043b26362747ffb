"""The widget's one page."""

import json
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.factories import CompanyFactory, ServiceAlertFactory

pytestmark = pytest.mark.django_db

ORIGINS = "https://intranet.halden.example\nhttp://localhost:8000"


def frame_of(client: Client, **company: object) -> HttpResponse:
    return client.get(f"/widget/{CompanyFactory(**company).public_id}/")  # type: ignore[return-value]


def policy(response: HttpResponse) -> dict[str, list[str]]:
    directives = (one.split() for one in response["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in directives}


@pytest.mark.parametrize(
    ("origins", "ancestors"),
    [
        ("", ["'none'"]),
        ("https://one.example", ["https://one.example"]),
        (ORIGINS, ["https://intranet.halden.example", "http://localhost:8000"]),
    ],
)
def test_only_the_companys_pages_may_frame_it(
    client: Client, origins: str, ancestors: list[str]
) -> None:
    response = frame_of(client, allowed_origins=origins)

    assert policy(response)["frame-ancestors"] == ancestors
    assert "X-Frame-Options" not in response


def test_no_text_becomes_script(client: Client) -> None:
    rules = policy(frame_of(client))

    assert rules["require-trusted-types-for"] == ["'script'"]
    assert rules["trusted-types"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == ["'self'"]
    assert rules["default-src"] == rules["base-uri"] == ["'none'"]


def test_it_sets_no_cookie(client: Client) -> None:
    assert not frame_of(client).cookies


def test_it_holds_the_companys_public_id_and_origins(client: Client) -> None:
    company = CompanyFactory(allowed_origins=ORIGINS)

    text = client.get(f"/widget/{company.public_id}/").text

    found = re.search(r'<script id="parley-config" type="application/json">(.*?)</script>', text)
    assert found
    config = json.loads(found[1])
    assert config["company"] == company.public_id
    assert config["origins"] == ORIGINS.split()


def test_a_companys_name_is_text(client: Client) -> None:
    text = frame_of(client, name="</script><script>alert(1)</script>").text

    assert "<script>alert" not in text


def test_there_is_none_for_an_unknown_company(client: Client) -> None:
    for path in ["/widget/AAAAAAAAAAAAAAAAAAAAAA/", "/widget/1/", "/widget/%00/"]:
        assert client.get(path).status_code == 404


def test_there_is_none_for_a_retired_company(client: Client) -> None:
    assert frame_of(client, retired_at=timezone.now()).status_code == 404


def test_it_is_only_read(client: Client) -> None:
    assert client.post(f"/widget/{CompanyFactory().public_id}/").status_code == 405


def test_it_begins_with_what_is_out_of_order(client: Client) -> None:
    ServiceAlertFactory(title="</script>Down", shown_to_customers=True)

    text = frame_of(client).text

    assert '"alerts": [{"id"' in text
    assert "</script>Down" not in text
