"""A made-up company's page, to try the widget on. Only with PARLEY_DEMO=1."""

from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tickets.models import Company, Customer
from tickets.services.identity import sign_identity

COMPANY = "halden"
SHOWN = 3


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The intranet of the demo company, for nobody or for one of its people."""
    if not settings.DEMO:
        raise Http404
    company = get_object_or_404(Company, external_key=COMPANY, retired_at=None)
    people = Customer.objects.filter(company=company, external_id__isnull=False).order_by("pk")[
        :SHOWN
    ]
    person = next((one for one in people if one.public_id == request.GET.get("as")), None)
    desk = _desk(request)
    shown: dict[str, Any] = {"company": company, "people": people, "person": person, "desk": desk}
    if person is not None and person.external_id:
        shown["identity"] = sign_identity(
            company, external_id=person.external_id, email=person.email, name=person.name
        )
    response = render(request, "widget/demo.html", shown)
    response._csp_update = {"script-src": [desk], "frame-src": [SELF, desk]}  # type: ignore[attr-defined]
    return response


def _desk(request: HttpRequest) -> str:
    """Where the widget comes from: for a page on localhost another site, as in real life."""
    if settings.PUBLIC_ORIGIN:
        return str(settings.PUBLIC_ORIGIN)
    host = request.get_host()
    name, colon, port = host.rpartition(":")
    if (name or host) == "localhost":
        host = f"127.0.0.1{colon}{port if colon else ''}"
    return f"{request.scheme}://{host}"
