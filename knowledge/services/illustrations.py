"""Images beside Markdown files: written out with them, and taken in with them."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from knowledge.markdown import addresses_of_images, images_in
from knowledge.models import Article
from knowledge.services.images import TYPES, image_limits, store_image
from tickets.models import StoredFile, User
from tickets.services.files import Upload

#: Beside the exported texts.
FOLDER = "images"
SOME_ID = "x" * 22


def written_out(body: str) -> tuple[str, dict[str, StoredFile]]:
    """The text as it stands in a folder, and its images by the addresses that it has for them."""
    files = {}
    for file in StoredFile.objects.filter(public_id__in=images_in(body)):
        address = f"{FOLDER}/{file.public_id}{mimetypes.guess_extension(file.media_type) or ''}"
        body = body.replace(f"image:{file.public_id}", address)
        files[address] = file
    return body, files


def beside(path: Path, root: Path, body: str) -> dict[str, Path]:
    """The files below `root` that the text of this file shows, by their addresses in it."""
    found = {}
    for address in addresses_of_images(body):
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc and parts.path and not parts.path.startswith("/"):
            found[address] = (path.parent / unquote(parts.path)).resolve()
    return {address: file for address, file in found.items() if file.is_relative_to(root.resolve())}


def wrong_with(images: Mapping[str, Path], body: str) -> Iterator[str]:
    """Why these could not be taken in."""
    limits = image_limits()
    for address, file in images.items():
        if not file.is_file():
            yield _("There is no image %(name)s.") % {"name": address}
        elif file.suffix.lstrip(".").lower() not in TYPES:
            yield _("%(name)s is no image that can be shown.") % {"name": address}
        elif file.stat().st_size > limits.size:
            yield _("The image %(name)s is too large.") % {"name": address}
        elif SOME_ID not in images_in(taken_in(body, {address: SOME_ID})):
            yield _("Write the image %(name)s as ![words](address).") % {"name": address}


def its_own(article: Article, images: Mapping[str, Path]) -> dict[str, str]:
    """Those that the article has already, by address: the public ids of its stored files."""
    if not images:
        return {}
    known: dict[str, str] = {}
    rows = article.images.values_list("file__sha256", "imported_sha256", "file__public_id")
    for stored, imported, public_id in rows.order_by("pk"):
        known |= {stored: public_id, imported: public_id}
    digests = {address: _digest(file) for address, file in images.items()}
    return {address: known[digest] for address, digest in digests.items() if digest in known}


def remember_images(
    article: Article, images: Mapping[str, Path], stored: Mapping[str, str]
) -> None:
    """Which files those of the article were, so that none is stored again with its next import."""
    for address, file in images.items():
        rows = article.images.filter(file__public_id=stored[address])
        rows.update(imported_sha256=_digest(file))


def store_images(images: Mapping[str, Path], *, by: User) -> dict[str, str]:
    """By address the public ids under which they are stored. Raises as `store_image` does."""
    stored = {}
    for address, file in images.items():
        media_type = mimetypes.guess_type(file.name)[0] or ""
        with file.open("rb") as stream:
            upload = Upload(file.name, media_type, file.stat().st_size, stream)
            stored[address] = store_image(upload, by=by).public_id
    return stored


def taken_in(body: str, stored: Mapping[str, str]) -> str:
    """The text with stored files in place of those addresses."""
    for address, public_id in stored.items():
        for form in {address, unquote(address)}:
            body = body.replace(f"](<{form}>", f"](image:{public_id}")
            body = body.replace(f"]({form}", f"](image:{public_id}")
    return body


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
