"""What templates refer to is there, and what was brought from outside is what it was."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from livechat.console.page import MODULES
from livechat.models.settings import Targets
from livechat.templatetags.livechat import hue, initials, span, urgency
from livechat.widget.texts import EVENTS
from tests.architecture.sources import ROOT

PARLEY = ROOT / "config" / "static" / "parley"
SCRIPTS = ROOT / "livechat" / "static" / "livechat" / "js"
TEMPLATES = ROOT / "templates"
FOLDERS = ("livechat", "tickets", "knowledge", "console")
OURS = [page for folder in FOLDERS for page in TEMPLATES.glob(f"{folder}/**/*.html")]
OURS += [TEMPLATES / "sign_in.html", TEMPLATES / "error.html"]


def text_of(files: list[Path]) -> str:
    return "\n".join(file.read_text() for file in files)


def test_every_icon_used_is_in_the_sprite_and_the_other_way_round() -> None:
    used = set(re.findall(r'\{% icon "([a-z]+)"', text_of(OURS)))
    sprite = (TEMPLATES / "console" / "partials" / "icons.html").read_text()

    assert set(re.findall(r'id="i-([a-z]+)"', sprite)) == used


def test_icons_are_those_of_the_design() -> None:
    sprite = (TEMPLATES / "console" / "partials" / "icons.html").read_text()
    drawn = (PARLEY / "icons.svg").read_text()

    assert all(symbol in drawn for symbol in re.findall(r"<symbol.*?</symbol>", sprite))


def test_agents_have_words_for_every_event_that_customers_read() -> None:
    lines = (TEMPLATES / "livechat" / "partials" / "transcript.html").read_text()

    assert set(EVENTS) <= set(re.findall(r'data-part="event\.(\w+)"', lines))


def test_vendored_scripts_are_what_was_published() -> None:
    lock = json.loads((PARLEY / "vendor" / "vendor.lock.json").read_text())
    scripts = {file.name for file in (PARLEY / "vendor").glob("*.js")}

    assert scripts == set(lock)
    for name, source in lock.items():
        content = (PARLEY / "vendor" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == source["sha256"]
        assert (PARLEY / "vendor" / source["licence"]).exists()


def test_the_page_names_all_modules_that_its_script_imports() -> None:
    named, found = set(), {"console"}
    while new := found - named:
        named |= new
        source = text_of([SCRIPTS / f"{name}.js" for name in new])
        found |= set(re.findall(r'from "\./(\w+)\.js"', source))

    assert set(MODULES) == named - {"console"}


def test_a_hue_is_that_of_the_script() -> None:
    # node: hueOf("x7Yq2mVbT0aK9cLdPzRw4g"), hueOf("Zoë 🦊"), hueOf("")
    assert [hue(each) for each in ["x7Yq2mVbT0aK9cLdPzRw4g", "Zoë 🦊", ""]] == [165, 295, 335]


def test_initials_are_those_of_the_first_and_the_last_word() -> None:
    assert [initials(name) for name in ["Noor H.", "ada", "Jean Luc Picard", ""]] == [
        "NH",
        "A",
        "JP",
        "",
    ]


@pytest.mark.parametrize(("seconds", "text"), [(24, "0:24"), (3599, "59:59"), (4320, "1 h 12 min")])
def test_spans_read_well(seconds: int, text: str) -> None:
    assert span(seconds) == text


def test_a_wait_is_amber_from_half_of_the_target() -> None:
    assert [urgency(seconds, Targets(5, 10)) for seconds in (4, 5, 9, 10)] == [
        "",
        "amber",
        "amber",
        "red",
    ]


def test_an_error_says_what_and_how_to_ask_about_it() -> None:
    problem = {"status": 404, "title": "Not found", "request_id": "0123456789abcdef"}

    page = render_to_string("error.html", {"problem": problem})

    assert "It does not exist, or it is not yours." in page
    assert "0123456789abcdef" in page


@pytest.mark.django_db
def test_signing_in_again_says_what_was_wrong(client: Client) -> None:
    response = client.post(reverse("sign-in"), {"username": "a@b.example", "password": "no"})

    assert response.status_code == 422
    assert "E-mail or password is wrong." in response.text
