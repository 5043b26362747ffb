"""The one place where files are checked, stored, kept and asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from io import BytesIO
from typing import IO, NamedTuple

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from tickets.exceptions import (
    FileEmptyError,
    FileKindError,
    FileQuotaError,
    FileTooLargeError,
    FileUnlikeError,
)
from tickets.models import Company, Customer, StoredFile, Ticket, TicketFile, User
from tickets.models.filetypes import KNOWN, Content, FileType
from tickets.services.activity import note_step
from tickets.services.contents import check_content, chunks
from tickets.services.filenames import clean_name, extension_of
from tickets.services.images import Made, make_anew
from tickets.signals import file_asked

#: Orphans swept away at once.
SWEPT = 100


class Upload(NamedTuple):
    """What somebody sent: nothing of it is believed."""

    name: str
    media_type: str
    size: int
    stream: IO[bytes]


class Limits(NamedTuple):
    """What is taken: extensions, and bytes."""

    types: Collection[str]
    size: int


class Checked(NamedTuple):
    """What will be stored. `made`: an image's pixels, in the place of what was sent."""

    name: str
    kind: FileType
    content: IO[bytes]
    size: int
    sha256: str
    made: Made | None


def store_file(
    upload: Upload, *, limits: Limits, company: Company, by: User | Customer
) -> StoredFile:
    """The upload, checked and stored; nothing refers to it yet. Raises a FileError with its code.

    Its row comes first: whatever dies in between, no byte is left that nobody knows of.
    """
    checked = _checked(upload, limits)
    file = _register(checked, company, by)
    default_storage.save(file.stored_as, File(checked.content))
    if checked.made:
        default_storage.save(file.thumbnail_as, File(BytesIO(checked.made.thumbnail)))
    return file


@transaction.atomic
def keep_file(file_id: int) -> None:
    """Something refers to the file now: it is not swept away."""
    StoredFile.objects.filter(pk=file_id, kept_at=None).update(kept_at=timezone.now())


@transaction.atomic
def add_files(
    ticket_id: int, *, files: Collection[int], by: User | Customer | None = None, name: str = ""
) -> Ticket:
    """These stored files, by their keys, are the ticket's too; noted, unless it had them all."""
    ticket = Ticket.objects.locked(ticket_id)
    if added := link_files(ticket, files=files):
        ticket.updated_at = timezone.now()
        ticket.save(update_fields=["updated_at"])
        note_step(ticket, code="file_added", by=by, name=name, names=[one.name for one in added])
    return ticket


@transaction.atomic(savepoint=False)
def link_files(ticket: Ticket, *, files: Collection[int]) -> list[StoredFile]:
    """The same for a ticket that the caller has locked or made, not noted: those it had not.

    A file of another company is no file here.
    """
    own = StoredFile.objects.filter(pk__in=files, company=ticket.company_id)
    added = list(own.exclude(in_tickets__ticket=ticket).order_by("pk"))
    TicketFile.objects.bulk_create(TicketFile(ticket=ticket, file=file) for file in added)
    StoredFile.objects.filter(pk__in=[file.pk for file in added], kept_at=None).update(
        kept_at=timezone.now()
    )
    return added


@transaction.atomic
def sweep_orphans(now: datetime) -> int:
    """Remove files that were stored long ago and that nothing refers to. How many there were."""
    orphans = StoredFile.objects.orphaned(now).select_for_update(skip_locked=True)
    return sum(map(_remove, orphans[:SWEPT]))


@transaction.atomic
def discard_file(file_id: int) -> bool:
    """Remove a file that nothing refers to, at once. Whether there was one."""
    file = StoredFile.objects.select_for_update().filter(pk=file_id, kept_at=None).first()
    return file is not None and _remove(file)


def may_read(file: StoredFile, *, reader: User | Customer) -> bool:
    """Whether somebody may open this file now: its ticket, or what the apps above say of it.

    While nothing refers to it, whoever of staff stored it.
    """
    if file.kept_at is None:
        return isinstance(reader, User) and file.user_id == reader.pk
    if TicketFile.objects.readable_by(reader).filter(file=file).exists():
        return True
    answers = file_asked.send(sender=StoredFile, file=file, reader=reader)
    return any(answer for _receiver, answer in answers)


def _remove(file: StoredFile) -> bool:
    """The bytes first: a row without them is found again."""
    default_storage.delete(file.stored_as)
    default_storage.delete(file.thumbnail_as)
    file.delete()
    return True


def _checked(upload: Upload, limits: Limits) -> Checked:
    """By size, name and media type first; then by content, the dearest step last."""
    if upload.size <= 0:
        raise FileEmptyError
    if upload.size > limits.size:
        raise FileTooLargeError(limits.size)
    name = clean_name(upload.name)
    extension = extension_of(name)
    kind = KNOWN.get(extension)
    if kind is None or extension not in limits.types:
        raise FileKindError(limits.types)
    if upload.media_type.lower() not in kind.said:
        raise FileUnlikeError(extension)
    check_content(upload.stream, kind, extension)
    made = None
    content = upload.stream
    if kind.content == Content.IMAGE:
        made = make_anew(upload.stream, kind.form, extension)
        content = BytesIO(made.content)
    size, sha256 = _measured(content, limits.size if made is None else None)
    return Checked(name, kind, content, size, sha256, made)


def _measured(content: IO[bytes], most: int | None) -> tuple[int, str]:
    """How long it is really, and its hash; it stands at its beginning afterwards."""
    size, digest = 0, hashlib.sha256()
    for piece in chunks(content):
        size += len(piece)
        if most is not None and size > most:
            raise FileTooLargeError(most)
        digest.update(piece)
    content.seek(0)
    return size, digest.hexdigest()


@transaction.atomic
def _register(checked: Checked, company: Company, by: User | Customer) -> StoredFile:
    """Its row, if there is room. The company is locked: of two at once, both are counted."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    customer, user = (by, None) if isinstance(by, Customer) else (None, by)
    files = StoredFile.objects.filter(company=company)
    kept = {"company": files.total_bytes()}
    if customer:
        kept["customer"] = files.filter(customer=customer).total_bytes()
    if any(size + checked.size > settings.FILE_BYTES[who] for who, size in kept.items()):
        raise FileQuotaError
    return StoredFile.objects.create(
        company=company,
        user=user,
        customer=customer,
        name=checked.name,
        media_type=checked.kind.media_type,
        size=checked.size,
        sha256=checked.sha256,
        width=checked.made and checked.made.width,
        height=checked.made and checked.made.height,
    )
