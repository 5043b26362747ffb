"""Baseline: the settings under an https PUBLIC_URL, and the headers of every answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.security.surface import routes
from tests.security.world import World

ROOT = Path(__file__).parents[2]
WANTED = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["127.0.0.1", "[::1]", "desk.example.com", "localhost"],
    "SESSION_COOKIE_NAME": "__Host-sid",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_PATH": "/",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "CSRF_COOKIE_NAME": "__Host-csrftoken",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_DOMAIN": None,
    "CSRF_TRUSTED_ORIGINS": ["https://desk.example.com"],
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 63072000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "SECURE_PROXY_SSL_HEADER": None,
    "X_FRAME_OPTIONS": "DENY",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 262144,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "USE_X_FORWARDED_HOST": False,
}  # fmt: skip
READ = """
import json, django
django.setup()
from django.conf import settings
names = {names!r}
rest, kinds = settings.REST_FRAMEWORK, ("RENDERER", "PARSER", "PERMISSION")
found = {{name: getattr(settings, name) for name in names}}
found["CSP"] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
found["REST"] = {{name: rest[f"DEFAULT_{{name}}_CLASSES"] for name in kinds}}
found["POSTGRES"] = settings.DATABASES["default"]["OPTIONS"]["options"]
print(json.dumps(found, default=str))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings as a process reads them on a machine that serves https."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PUBLIC_URL": "https://desk.example.com",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "PARLEY_VAR": str(tmp_path_factory.mktemp("var")),
    }
    done = subprocess.run(
        [sys.executable, "-c", READ.format(names=list(WANTED))],
        cwd=ROOT, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {**json.loads(done.stdout), "VAR": env["PARLEY_VAR"]}


@pytest.mark.parametrize("name", WANTED)
def test_a_setting_is_safe(production: dict[str, Any], name: str) -> None:
    assert production[name] == WANTED[name]


def test_the_policy_lets_own_files_in_and_nothing_else(production: dict[str, Any]) -> None:
    policy = production["CSP"]

    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
    assert not [word for word in str(policy).split("'") if word.startswith(("unsafe", "nonce"))]
    assert "*" not in str(policy)


def test_the_api_speaks_json_and_denies_by_default(production: dict[str, Any]) -> None:
    assert production["REST"] == {
        "RENDERER": ["rest_framework.renderers.JSONRenderer"],
        "PARSER": ["livechat.api.parsers.BoundedJSONParser"],
        "PERMISSION": ["livechat.api.permissions.MayUseChats"],
    }


def test_no_statement_waits_for_ever(production: dict[str, Any]) -> None:
    options = production["POSTGRES"]

    assert "statement_timeout=5000" in options
    assert "lock_timeout=2000" in options
    assert "idle_in_transaction_session_timeout=10000" in options


def test_the_secret_key_is_made_once_and_its_owner_alone_reads_it(
    production: dict[str, Any],
) -> None:
    key = Path(production["VAR"]) / "secret_key"

    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) >= 64


HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: What may be kept by caches, because it is the same for everybody.
SHARED = {"widget:embed", "widget:script", "widget:frame", "admin:jsi18n"}

#: By whom these are framed.
FRAMED = {
    "widget:frame": "https://ours.example",
    "widget:article": "'self' https://ours.example",
}


@pytest.mark.parametrize("name", ["nobody", "agent", "superuser", "customer A"])
@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name + route.pattern)
def test_every_answer_carries_its_headers(cell: World, name: str, route: Any) -> None:
    path = route.path(
        public_id=cell.chats["had"].public_id, company=cell.companies["ours"].public_id
    )
    answer = cell.people[name].client().get(path)
    wanted = dict(HEADERS)
    if route.name in FRAMED:
        del wanted["X-Frame-Options"]
        assert "X-Frame-Options" not in answer.headers
        assert f"frame-ancestors {FRAMED[route.name]}" in answer["Content-Security-Policy"]
    else:
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    if route.name in {"widget:embed", "widget:script"}:
        del wanted["Cross-Origin-Resource-Policy"]

    assert {header: answer[header] for header in wanted} == wanted
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert route.name in SHARED or "no-store" in answer["Cache-Control"]
    assert "Server" not in answer.headers


def test_no_page_says_who_may_see_more_than_the_widget(cell: World) -> None:
    company = cell.companies["theirs"]
    type(company).objects.filter(pk=company.pk).update(allowed_origins="")

    answer = Client().get(f"/widget/{company.public_id}/")

    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_the_deployment_check_finds_nothing(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {
        **kept,
        "PUBLIC_URL": "https://desk.example.com",
        "PARLEY_TRUSTED_PROXIES": "127.0.0.1",
        "PARLEY_VAR": str(tmp_path),
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
