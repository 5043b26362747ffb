"""Images that are put into an article while it is written."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from knowledge.console.admission import for_authors
from knowledge.services.images import image_limits, store_image
from tickets.exceptions import FileEmptyError, FileTooLargeError, ThrottledError
from tickets.models import User
from tickets.models.throttle import Throttle
from tickets.services.files import Upload

#: What a form adds to its file.
FORM_BYTES = 64 * 1024


@require_POST
@for_authors
def upload(request: HttpRequest, user: User) -> HttpResponse:
    """Stores the form's `file`; answers with the id by which the text shows it."""
    most = image_limits().size
    if int(request.META.get("CONTENT_LENGTH") or 0) > most + FORM_BYTES:
        raise FileTooLargeError(most)
    if wait := Throttle.objects.take("upload_agent", str(user.pk)):
        raise ThrottledError(wait)
    sent = request.FILES.get("file")
    if sent is None or sent.file is None:
        raise FileEmptyError
    found = Upload(sent.name or "", sent.content_type or "", sent.size or 0, sent.file)
    stored = store_image(found, by=user)
    return JsonResponse({"id": stored.public_id, "name": stored.name}, status=201)
