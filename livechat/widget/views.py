"""The script that companies paste into their pages, and the frame it opens."""

from typing import Any

from csp.constants import NONE, SELF
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from livechat import protocol
from livechat.models import ChatSettings, Topic
from livechat.models.desk import told_of_desk
from livechat.models.wording import SystemMessage
from livechat.widget import scripts
from livechat.widget.texts import events, file_texts, texts
from tickets.models import Company

EMBED_AGE = "public, max-age=300"
#: Imported when a chat is entered, and when there is none.
FILES, BESIDE = "livechat/js/customerfiles.js", "livechat/js/desk.js"
FOR_EVER = "public, max-age=31536000, immutable"


@login_not_required
@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """Pasted once into a company's page: a stable address that only makes the frame."""
    response = _script(request, scripts.embed())
    response["Cache-Control"] = EMBED_AGE
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@login_not_required
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The frame's script. Its address holds its version, so it is fetched once."""
    made = scripts.widget()
    response = _script(request, made)
    response["Cache-Control"] = FOR_EVER if made.version in request.GET else "no-cache"
    return response


def _script(request: HttpRequest, made: scripts.Script) -> HttpResponse:
    """As small as this browser takes it; nothing when it has it already."""
    taken = request.headers.get("Accept-Encoding", "")
    coding = next((coding for coding in ("br", "gzip") if coding in taken), "")
    etag = quote_etag(f"{made.version}{coding}")
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(made.bodies[coding], content_type="text/javascript; charset=utf-8")
        if coding:
            response["Content-Encoding"] = coding
    response["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@login_not_required
@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, company: str) -> HttpResponse:
    """The one page of the widget. Everything it does is API, with the customer's token."""
    if settings.DEBUG:
        scripts.widget.cache_clear()
    row = get_object_or_404(Company, public_id=company, retired_at=None)
    wording = SystemMessage.objects.wording(row.language)
    chosen = ChatSettings.objects.current()
    page = {
        "company": row,
        "config": _config(row, wording, chosen),
        "files": _files(chosen),
        "told": wording,
        "events": events(wording),
        "version": scripts.widget().version,
    }
    page["topics"] = Topic.objects.offered_by(row)
    response = render(request, "widget/frame.html", page)
    response["Cache-Control"] = "no-cache"
    response._csp_replace = {  # type: ignore[attr-defined]
        "img-src": [SELF, "blob:"],
        "form-action": [NONE],
        "frame-src": [SELF],
        "frame-ancestors": row.origins or [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
    return response


def _files(chosen: ChatSettings) -> dict[str, Any]:
    """What the button that attaches files expects."""
    types, size = chosen.file_limits
    return {
        "bytes": size,
        "megabytes": chosen.file_megabytes,
        "types": types,
        "most": chosen.files_per_chat,
        "none": "" if types else _("No files are taken here."),
    }


def _config(company: Company, wording: dict[str, str], chosen: ChatSettings) -> dict[str, Any]:
    """What the frame's script needs to know; nothing of a person."""
    return {
        "company": company.public_id,
        "origins": company.origins,
        "question": chosen.question_characters,
        "body": protocol.BODY_CHARACTERS,
        "hours": told_of_desk(company, timezone.now()),
        "texts": {
            **texts(company.name, wording),
            "script": static(FILES),
            "beside": static(BESIDE),
            "files": file_texts(),
        },
    }
