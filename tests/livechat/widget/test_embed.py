"""The script that companies paste into their pages."""

import brotli
from django.test import Client


def test_it_has_a_stable_address_and_may_be_kept_for_five_minutes(client: Client) -> None:
    response = client.get("/embed.js")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["ETag"]


def test_it_may_be_fetched_by_pages_of_other_origins(client: Client) -> None:
    assert client.get("/embed.js")["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_who_has_it_already_gets_nothing(client: Client) -> None:
    etag = client.get("/embed.js")["ETag"]

    response = client.get("/embed.js", headers={"If-None-Match": etag})

    assert response.status_code == 304
    assert response.content == b""
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_it_comes_packed_when_the_browser_takes_it(client: Client) -> None:
    plain = client.get("/embed.js")
    packed = client.get("/embed.js", headers={"Accept-Encoding": "gzip, br"})

    assert packed["Content-Encoding"] == "br"
    assert brotli.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in packed["Vary"]


def test_it_sets_no_cookie(client: Client) -> None:
    assert not client.get("/embed.js").cookies


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/embed.js").status_code == 405
