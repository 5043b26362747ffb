"""Help pages as caches keep them."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

AGE = "public, max-age=60"
#: Of somebody who is signed in: the answer may renew his cookie.
OWN_AGE = "private, max-age=60"


def cached(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """For a minute; then only whether it changed is asked. Its version is made of its text."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            return response
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        response["Cache-Control"] = OWN_AGE if known else AGE
        etag = quote_etag(sha256(response.content).hexdigest()[:20])
        response["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response

    return answer
