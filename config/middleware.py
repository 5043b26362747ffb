"""What every answer carries, and how long a session lives."""

import secrets
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tickets.models.throttle import RATE

SAFE = {"GET", "HEAD", "OPTIONS"}
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """A fresh id for each request: in its log lines, its errors and `X-Request-Id`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class SecurityHeadersMiddleware:
    """Headers that Django has no setting for. A view that set its own keeps it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        )
        return response


class PersonalMiddleware:
    """Whatever was made for one person is kept by no cache, unless its view says otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response


class RateMiddleware:
    """Where calls are counted, the answer says how many are left, and until when."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if rate := request.META.get(RATE):
            for name, value in zip(("Limit", "Remaining", "Reset"), rate, strict=True):
                response[f"RateLimit-{name}"] = str(value)
        return response


class CrossSiteMiddleware:
    """The second lock beside the CSRF token: browsers say which site a request comes from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
        # With a token no session is read; no browser adds one to a request by itself.
        if foreign and request.method not in SAFE and "Authorization" not in request.headers:
            raise PermissionDenied
        return self.get_response(request)


class SessionLifetimeMiddleware:
    """Ends a session that was idle too long; its absolute end is set at sign-in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get("seen_at", now)
            if now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif self._is_worth_a_write(request, now - seen):
                request.session["seen_at"] = now
        return self.get_response(request)

    def _is_worth_a_write(self, request: HttpRequest, idle: int) -> bool:
        if request.method in SAFE:
            # What an open page fetches by itself is nobody's doing.
            return idle > 600 and "X-Parley-Fragment" not in request.headers
        return idle > 60 or "seen_at" not in request.session
