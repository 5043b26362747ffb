"""Origins of the widget, as browsers say them."""

import pytest
from django.core.exceptions import ValidationError

from tickets.models.people import validate_origins


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://intranet.example.com",
        "http://localhost:8000\nhttps://a.example:8443",
        "http://[::1]:8000",
    ],
)
def test_what_a_browser_says_is_taken(text):
    validate_origins(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example:",
        "https://a.example:99999",
        "https://a.example/",
        "https://A.example",
        "ftp://a.example",
        "*",
        "https://*.example.com",
        "https://a.example;script-src *",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValidationError):
        validate_origins(text)
