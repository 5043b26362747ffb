"""The script that companies paste into their pages, and the frame it opens."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from livechat import protocol
from livechat.models import ChatSettings
from livechat.widget.texts import texts
from tickets.models import Company

SCRIPT = Path(__file__).parents[1] / "static" / "livechat" / "js" / "embed.js"
EMBED_SECONDS = 300
#: What widget.js imports, named so that the browser fetches all at once.
MODULES = (
    "announce", "banner", "conversation", "customer", "frame", "host", "links", "live", "outbox",
    "shelf", "socket", "times", "transcript",
)  # fmt: skip


@cache
def _script(zipped: bool) -> tuple[bytes, str]:
    """The script and its ETag."""
    plain = SCRIPT.read_bytes()
    body = gzip.compress(plain, mtime=0) if zipped else plain
    return body, quote_etag(hashlib.sha256(body).hexdigest()[:24])


@login_not_required
@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """Pasted once into a company's page: a stable address that only makes the frame."""
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    body, etag = _script(zipped)
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        body, content_type="text/javascript; charset=utf-8"
    )
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={EMBED_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if zipped and response.status_code == 200:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@login_not_required
@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, company: str) -> HttpResponse:
    """The one page of the widget. Everything it does is API, with the customer's token."""
    row = get_object_or_404(Company, public_id=company, retired_at=None)
    response = render(request, "widget/frame.html", _page(row))
    response["Cache-Control"] = "no-cache"
    response._csp_replace = {  # type: ignore[attr-defined]
        "img-src": [SELF],
        "form-action": [NONE],
        "frame-ancestors": row.origins or [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
    return response


def _page(company: Company) -> dict[str, Any]:
    modules = [f"livechat/js/{name}.js" for name in MODULES]
    return {"company": company, "config": _config(company), "modules": modules}


def _config(company: Company) -> dict[str, Any]:
    """What the frame's script needs to know; nothing of a person."""
    return {
        "company": company.public_id,
        "origins": company.origins,
        "question": ChatSettings.objects.current().question_characters,
        "body": protocol.BODY_CHARACTERS,
        "texts": texts(company.name),
    }
