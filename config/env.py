"""What differs between machines, read from the environment; refused when unreadable."""

import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([1-9]\d{0,4}))?/?")
USUAL_PORTS = {"http": "80", "https": "443"}


def secret_from(path: Path) -> str:
    """The secret key of this installation, made once; readable by its owner alone."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(64))
    try:
        os.link(fresh, path)  # Atomic: of two processes that start together, one key stays.
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()


def public_origin(url: str) -> str:
    """`scheme://host[:port]` of PUBLIC_URL; empty when none is set."""
    if not url:
        return ""
    match = ORIGIN.fullmatch(url.lower())
    if not match:
        raise ImproperlyConfigured(
            f"PUBLIC_URL has to look like https://desk.example.com, without a path; it is {url!r}."
        )
    scheme, host, port = match.groups()
    # A browser leaves the usual port out of its Origin.
    return f"{scheme}://{host}" + (f":{port}" if port and port != USUAL_PORTS[scheme] else "")


def checked_url(name: str, url: str, schemes: set[str]) -> str:
    """A service's address, refused when its scheme is not one we speak."""
    if url and urlsplit(url).scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} has to start with one of {', '.join(sorted(schemes))}; "
            f"it is {url.split(':')[0]!r}:…"
        )
    return url


def allowed_hosts(host: str, origin: str, debug: bool) -> list[str]:
    """The names we answer to: HOST's, PUBLIC_URL's, and this machine's own for a local one."""
    hosts = {host.strip("[]")} - {"0.0.0.0", "::", ""}  # noqa: S104  # compared, not bound
    if host in {"127.0.0.1", "localhost", "::1", "0.0.0.0", "::"} or debug:  # noqa: S104
        hosts |= {"127.0.0.1", "localhost", "[::1]"}
    if origin:
        hosts.add(urlsplit(origin).hostname or "")
    return sorted(hosts)


def file_storage(url: str, var: Path) -> dict[str, Any]:
    """Where files lie: in var/files, or in a bucket that speaks S3 (`s3://bucket/folder?…`)."""
    if not url:
        return {"BACKEND": "config.storage.FileStorage", "OPTIONS": {"location": var / "files"}}
    parts = urlsplit(checked_url("PARLEY_FILES", url, {"s3"}))
    given = dict(parse_qsl(parts.query))
    if not parts.hostname or set(given) - {"endpoint", "region"}:
        raise ImproperlyConfigured(
            "PARLEY_FILES has to look like s3://bucket/folder?endpoint=https://…&region=…, or be "
            "empty."
        )
    options = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "endpoint_url": given.get("endpoint"),
        "region_name": given.get("region"),
        "default_acl": None,
        "file_overwrite": False,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
