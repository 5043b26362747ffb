"""What is told when the domain refuses: RFC 9457 on the API, a notice on pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template import loader
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework.exceptions import APIException, Throttled, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from knowledge.exceptions import ArticleError
from livechat.exceptions import ChatError, ChatsClosedError, LiveChatExistsError
from livechat.protocol import DETAILS, Code, stamp
from tickets.exceptions import ThrottledError, TicketError, TicketFieldsError

logger = logging.getLogger(__name__)

DOMAIN_ERRORS = (ChatError, ArticleError, TicketError)
PROBLEM = "application/problem+json"

#: DRF's own codes, in our words.
CODES = {
    "not_authenticated": Code.NOT_AUTHENTICATED,
    "authentication_failed": Code.NOT_AUTHENTICATED,
    "permission_denied": Code.FORBIDDEN,
    "not_found": Code.NOT_FOUND,
    "parse_error": Code.INVALID,
    "throttled": Code.RATE_LIMITED,
    "method_not_allowed": Code.NOT_ALLOWED,
    "unsupported_media_type": Code.UNSUPPORTED,
    "not_acceptable": Code.NOT_ACCEPTABLE,
}
TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Refused",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "Refused",
    428: "Version missing",
    429: "Too many requests",
    500: "Internal error",
    503: "Try again",
}


def problem_body(status: int, code: str, detail: str, request: Any, **extra: Any) -> dict[str, Any]:
    """The members of a problem document; `fields` names what was wrong where."""
    return {
        "type": "about:blank",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "code": code,
        "detail": detail,
        "fields": extra.pop("fields", {}),
        "request_id": getattr(request, "request_id", ""),
        **extra,
    }


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """RFC 9457 for every refusal: `code`, `detail`, `fields`, `request_id`."""
    request = context["request"]
    if isinstance(error, ThrottledError):
        return _wait(error.wait, request)
    if isinstance(error, (OperationalError, InterfaceError)):
        logger.warning("the database refused: %s", type(error).__name__)
        return _again(request)
    if isinstance(error, DOMAIN_ERRORS):
        set_rollback()
        status = getattr(error, "status", 409)
        return _response(problem_body(status, error.code, str(error), request, **_more(error)))
    response = exception_handler(error, context)
    if response is None:
        return None
    return _of_drf(response, error, request)


def _more(error: Exception) -> dict[str, Any]:
    """What some refusals tell besides."""
    if isinstance(error, LiveChatExistsError):
        return {"chat": error.chat}
    if isinstance(error, ChatsClosedError):
        return {"opens_at": error.opens_at and stamp(error.opens_at)}
    if isinstance(error, TicketFieldsError):
        return {"fields": {name: [why] for name, why in error.fields.items()}}
    return {}


def _of_drf(response: Response, error: Exception, request: Any) -> Response:
    if isinstance(error, Throttled):
        return _wait(int(getattr(error, "wait", None) or 1), request)  # DRF's types forgot it
    if isinstance(error, ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        body = problem_body(400, Code.INVALID, "Some fields are wrong.", request, fields=fields)
    else:
        name = error.default_code if isinstance(error, APIException) else ""
        code = CODES.get(name, Code.NOT_FOUND if response.status_code == 404 else Code.FORBIDDEN)
        detail = TITLES.get(response.status_code, "Refused")
        if name == "parse_error":
            detail = "The body cannot be read."
        detail = getattr(error, "told", f"{detail.rstrip('.')}.")
        body = problem_body(response.status_code, code, detail, request)
    answer = _response(body)
    for header in ("WWW-Authenticate", "Allow"):
        if header in response.headers:
            answer[header] = response.headers[header]
    return answer


def _wait(seconds: int, request: Any) -> Response:
    detail = f"Too many at once. Try again in {seconds} s."
    answer = _response(problem_body(429, Code.RATE_LIMITED, detail, request, retry_after=seconds))
    answer["Retry-After"] = str(seconds)
    return answer


def _again(request: Any) -> Response:
    """The socket's `try_again`: the database is away, or chose us in a deadlock. Repeat it."""
    answer = _response(
        problem_body(503, Code.TRY_AGAIN, DETAILS[Code.TRY_AGAIN], request, retry_after=1)
    )
    answer["Retry-After"] = "1"
    return answer


def _response(body: dict[str, Any]) -> Response:
    return Response(body, status=body["status"], content_type=PROBLEM)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page_or_problem(request, 404, Code.NOT_FOUND)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page_or_problem(request, 403, Code.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page_or_problem(request, 400, Code.INVALID)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page_or_problem(request, 500, Code.INTERNAL)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page_or_problem(request, 403, Code.FORBIDDEN)


def _page_or_problem(request: HttpRequest, status: int, code: Code) -> HttpResponse:
    body = problem_body(status, code, f"{TITLES[status]}.", request)
    if request.path.startswith("/api/"):
        return JsonResponse(body, status=status, content_type=PROBLEM)
    # Rendered without the request: it needs neither database nor user.
    return HttpResponse(loader.render_to_string("error.html", {"problem": body}), status=status)


class DomainErrorMiddleware:
    """A refusal on a page becomes a notice, and the person is back where he came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DOMAIN_ERRORS):
            return None
        if request.headers.get("X-Parley-Fragment"):
            body = problem_body(409, error.code, str(error), request)
            return JsonResponse(body, status=409, content_type=PROBLEM)
        messages.warning(request, str(error))
        back = request.META.get("HTTP_REFERER", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        if request.method == "GET" and back == request.build_absolute_uri():
            safe = False  # It would be refused again, and again.
        return HttpResponseRedirect(back if safe else reverse("console:inbox"))
