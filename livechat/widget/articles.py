"""An article as the widget shows it: a bare page in a frame of the widget's frame."""

from csp.constants import NONE, SELF
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from knowledge.models import Article, ArticleImage
from knowledge.services.use import record_view
from tickets.downloads import outgoing
from tickets.models import Company, StoredFile


@login_not_required
@require_safe
@xframe_options_exempt
def article(request: HttpRequest, company: str, article: str) -> HttpResponse:
    """What this company's customers may read; of all else the same friendly 404."""
    row = get_object_or_404(Company, public_id=company, retired_at=None)
    found = Article.objects.of_company(row.pk).filter(public_id=article).first()
    if found is not None and request.method == "GET":
        record_view(found)
    page = {"article": found, "images": f"{reverse('widget:frame', args=[company])}images/"}
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


@login_not_required
@require_safe
def image(request: HttpRequest, company: str, file: str) -> HttpResponseBase:
    """What those articles show. Their frame has no origin, so anybody may have it."""
    row = get_object_or_404(Company, public_id=company, retired_at=None)
    shown = ArticleImage.objects.of_company(row.pk).values("file")
    return outgoing(get_object_or_404(StoredFile, public_id=file, pk__in=shown), public=True)
