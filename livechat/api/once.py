"""`Idempotency-Key`: an unsafe call that comes twice does something once."""

from __future__ import annotations

import hashlib
import json
import re
from functools import partial
from typing import Any, cast

from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from livechat.services.once import Answer, once
from tickets.models import Customer, User

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
REPLAYED = "Idempotent-Replayed"


class Once(APIView):
    """Before the actions of a viewset: their unsafe calls may name a key."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key, method = request.headers.get(HEADER), (request.method or "").lower()
        handler = getattr(self, method, None)
        if key is None or request.method in SAFE_METHODS or handler is None:
            return
        if (request.content_type or "").startswith("multipart/"):
            return  # A file's work would hold the transaction; its `client_id` says which it is.
        if not KEY.fullmatch(key):
            raise ValidationError({HEADER: ["1 to 200 visible ASCII characters."]})
        setattr(self, method, partial(self._once, key, handler))  # DRF looks for it next.

    def _once(
        self, key: str, handler: Any, request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        tag: dict[str, str] = {}

        def deed() -> Answer:
            response = handler(request, *args, **kwargs)
            tag.update({name: response[name] for name in ("ETag",) if name in response})
            body = "" if response.data is None else JSONRenderer().render(response.data).decode()
            return response.status_code, body

        (status, body), again = once(actor_of(request), key, digest_of(request), deed)
        headers = {REPLAYED: "true"} if again else tag  # Of a repeat it may be an old one.
        return Response(json.loads(body) if body else None, status=status, headers=headers)


def actor_of(request: Request) -> str:
    """Keys of one caller are not another's."""
    caller = cast("User | Customer", request.user)
    return f"{'c' if isinstance(caller, Customer) else 'u'}{caller.pk}"


def digest_of(request: Request) -> str:
    """Of what is asked: method, address and body."""
    text = json.dumps([request.method, request.get_full_path(), request.data], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
