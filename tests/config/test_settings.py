"""What the environment says is understood, or refused at the start."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import allowed_hosts, checked_url, file_storage, public_origin, secret_from

ROOT = Path(__file__).parents[2]
NAMES = {"DEBUG", "HOST", "PORT", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "SECRET_KEY"}


def start(var: Path, *shown: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own and print some of them."""
    kept = {k: v for k, v in os.environ.items() if k not in NAMES and not k.startswith("PARLEY_")}
    code = f"import json; from config import settings as s; print(json.dumps([{','.join(shown)}]))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "PARLEY_VAR": str(var), **env},
        capture_output=True,
        text=True,
    )


def settings_of(var: Path, *shown: str, **env: str) -> list[Any]:
    done = start(var, *(f"s.{name}" for name in shown), **env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "env",
    [
        {"PORT": "http"},
        {"PUBLIC_URL": "desk.example.com"},
        {"DATABASE_URL": "mysql://root@127.0.0.1/parley"},
        {"DATABASE_URL": "parley.sqlite3"},
        {"REDIS_URL": "http://127.0.0.1:6379"},
        {"PARLEY_FILES": "ftp://files.example/desk"},
        {"PARLEY_FILES": "s3:///no-bucket"},
        {"PARLEY_FILES": "s3://bucket?acl=public"},
        {"PARLEY_CONNECTIONS": "many"},
        {"PARLEY_FRAMES_PER_SECOND": "fast"},
    ],
    ids=lambda env: next(iter(env.values())),
)
def test_what_cannot_be_understood_is_refused(tmp_path, env):
    done = start(tmp_path, **env)

    assert done.returncode != 0
    assert next(iter(env)) in done.stderr or "ValueError" in done.stderr


def test_a_refusal_does_not_print_a_password(tmp_path):
    done = start(tmp_path, DATABASE_URL="mysql://root:geheim@127.0.0.1/parley")

    assert done.returncode != 0
    assert "geheim" not in done.stderr


def test_without_anything_it_is_a_safe_local_one(tmp_path):
    debug, engine, hosts, secure, key = settings_of(
        tmp_path, "DEBUG", "DATABASES['default']['ENGINE']", "ALLOWED_HOSTS",
        "SESSION_COOKIE_SECURE", "SECRET_KEY",
    )  # fmt: skip

    assert (debug, engine, secure) == (False, "django.db.backends.sqlite3", False)
    assert hosts == ["127.0.0.1", "[::1]", "localhost"]
    assert len(key) >= 64


def test_a_public_https_url_decides_all_that_is_about_it(tmp_path):
    cookies, secure, hsts, redirect, hosts, origins = settings_of(
        tmp_path, "SESSION_COOKIE_NAME", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS",
        "SECURE_SSL_REDIRECT", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS",
        PUBLIC_URL="https://Desk.example.com/", HOST="10.0.0.5",
    )  # fmt: skip

    assert (cookies, secure, redirect) == ("__Host-sid", True, True)
    assert hsts == 2 * 365 * 86400
    assert hosts == ["10.0.0.5", "desk.example.com"]
    assert origins == ["https://desk.example.com"]


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path):
    first, second = (settings_of(tmp_path, "SECRET_KEY") for _ in range(2))

    assert first == second
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()].count("secret_key") == 1


def test_another_installation_has_another_secret_key(tmp_path):
    assert secret_from(tmp_path / "a" / "key") != secret_from(tmp_path / "b" / "key")


def test_a_secret_key_that_is_given_is_not_stored(tmp_path):
    assert settings_of(tmp_path, "SECRET_KEY", SECRET_KEY="given") == ["given"]
    assert not (tmp_path / "secret_key").exists()


def test_doors_that_are_for_development_are_shut(tmp_path):
    demo, proxies, header = settings_of(
        tmp_path, "DEMO", "TRUSTED_PROXIES", "SECURE_PROXY_SSL_HEADER"
    )

    assert (demo, proxies, header) == (False, [], None)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        ("https://desk.example.com", "https://desk.example.com"),
        ("https://desk.example.com/", "https://desk.example.com"),
        ("https://DESK.Example.com", "https://desk.example.com"),
        ("https://desk.example.com:443", "https://desk.example.com"),
        ("http://desk.example.com:80/", "http://desk.example.com"),
        ("https://desk.example.com:8443", "https://desk.example.com:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_public_url_is_the_origin_that_a_browser_says(url, origin):
    assert public_origin(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "desk.example.com",
        "ftp://desk.example.com",
        "https://",
        "https:///",
        "https://desk.example.com/chat",
        "https://desk.example.com?x=1",
        "https://desk.example.com#x",
        "https://user:word@desk.example.com",
        "https://desk.example.com:port",
        "https://desk .example.com",
        "https://desk.example.com https://other.example.com",
    ],
)
def test_a_public_url_that_is_no_origin_is_refused(url):
    with pytest.raises(ImproperlyConfigured):
        public_origin(url)


@pytest.mark.parametrize(
    ("host", "origin", "hosts"),
    [
        ("127.0.0.1", "", ["127.0.0.1", "[::1]", "localhost"]),
        ("0.0.0.0", "", ["127.0.0.1", "[::1]", "localhost"]),
        ("10.0.0.5", "", ["10.0.0.5"]),
        ("10.0.0.5", "https://desk.example.com:8443", ["10.0.0.5", "desk.example.com"]),
    ],
)
def test_it_answers_to_its_own_names_alone(host, origin, hosts):
    assert allowed_hosts(host, origin, debug=False) == hosts


def test_no_service_is_a_service_too():
    assert checked_url("REDIS_URL", "", {"redis"}) == ""


def test_files_lie_in_var_or_in_a_bucket(tmp_path):
    bucket = file_storage("s3://desk/parley?endpoint=https://s3.example:9000&region=eu", tmp_path)

    assert file_storage("", tmp_path)["OPTIONS"] == {"location": tmp_path / "files"}
    assert bucket["BACKEND"] == "storages.backends.s3.S3Storage"
    options = {name: bucket["OPTIONS"][name] for name in ("bucket_name", "location", "region_name")}
    assert options == {"bucket_name": "desk", "location": "parley", "region_name": "eu"}
    assert bucket["OPTIONS"]["endpoint_url"] == "https://s3.example:9000"
    assert bucket["OPTIONS"]["default_acl"] is None
