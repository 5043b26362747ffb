"""An article as the widget shows it: a bare page in a frame of the widget's frame."""

from csp.constants import NONE, SELF
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from knowledge.models import Article
from knowledge.services.use import record_view
from tickets.models import Company


@login_not_required
@require_safe
@xframe_options_exempt
def article(request: HttpRequest, company: str, article: str) -> HttpResponse:
    """What this company's customers may read; of all else the same friendly 404."""
    row = get_object_or_404(Company, public_id=company, retired_at=None)
    found = Article.objects.of_company(row.pk).filter(public_id=article).first()
    if found is not None and request.method == "GET":
        record_view(found)
    page = {"article": found}
    response = render(request, "widget/article.html", page, status=200 if found else 404)
    response._csp_replace = {  # type: ignore[attr-defined]
        "script-src": [NONE],
        "connect-src": [NONE],
        "img-src": [SELF],  # The icon of its tab, where it is opened in one.
        "form-action": [NONE],
        # The widget around it, and the page around that.
        "frame-ancestors": [SELF, *row.origins],
    }
    return response
