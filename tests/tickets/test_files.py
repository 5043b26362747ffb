"""Files that are stored: room for them, what keeps them, and what becomes of the others."""

import io
import os
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.storage import FileStorage
from tests.factories import CompanyFactory, CustomerFactory, UserFactory
from tests.hostile_files import picture
from tickets import clock
from tickets.exceptions import FileKindError, FileQuotaError
from tickets.models import StoredFile
from tickets.models.filetypes import KNOWN, USUAL
from tickets.services import files
from tickets.services.files import Limits, Upload, store_file

pytestmark = pytest.mark.django_db
USUALLY = Limits(USUAL.split(), 1_000_000)


def store(by=None, name="notes.txt", kind="text/plain", content=b"Hello\n", limits=USUALLY):
    by = by or CustomerFactory()
    company = getattr(by, "company", None) or CompanyFactory()
    upload = Upload(name, kind, len(content), io.BytesIO(content))
    return store_file(upload, limits=limits, company=company, by=by)


def test_a_file_is_stored_under_a_name_that_says_nothing(file_storage):
    file = store()

    assert file_storage() == {file.stored_as: b"Hello\n"}
    assert "notes" not in file.stored_as
    assert (file.name, file.media_type, file.size) == ("notes.txt", "text/plain", 6)
    assert file.sha256.startswith("66a045b452102c59")


def test_an_image_has_a_thumbnail(file_storage):
    file = store(name="a.png", kind="image/png", content=picture(size=(1200, 900)))

    assert set(file_storage()) == {file.stored_as, file.thumbnail_as}
    assert file.is_image


def test_staff_store_files_too():
    user = UserFactory()

    assert store(user).user == user


@pytest.mark.parametrize("name", ["a.csv", "a.md", "a.log", "a.json", "a.cfg"])
@pytest.mark.parametrize("kind", ["", "application/octet-stream"])
def test_what_a_browser_has_no_word_for_is_taken_by_its_name(name, kind):
    assert store(name=name, kind=kind).media_type == KNOWN[name[2:]].media_type


@pytest.mark.parametrize("text", ["Grüße", "\x1b[31mred\x1b[0m\tred\r\n"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_taken_in_the_codings_of_an_office(text, coding):
    assert store(content=text.encode(coding)).size


def test_what_the_administrator_does_not_list_is_not_taken():
    with pytest.raises(FileKindError, match=r"Taken are: png, pdf\."):
        store(limits=Limits(["png", "pdf"], 1000))


def test_every_usual_type_is_known_and_no_archive_is_among_them():
    assert set(USUAL.split()) == KNOWN.keys() - {"zip"}


@pytest.mark.parametrize("who", ["customer", "company"])
def test_there_is_room_for_so_much(monkeypatch, who, file_storage):
    monkeypatch.setitem(settings.FILE_BYTES, who, 15)
    customer = CustomerFactory()
    store(customer)
    store(customer)

    with pytest.raises(FileQuotaError):
        store(customer)

    assert len(file_storage()) == StoredFile.objects.count() == 2
    assert store(CustomerFactory())


def test_what_nothing_refers_to_is_swept_away(file_storage):
    kept, young, orphan = store(), store(), store(name="a.png", kind="image/png", content=picture())
    long_ago = timezone.now() - timedelta(hours=2)
    StoredFile.objects.exclude(pk=young.pk).update(created_at=long_ago)
    files.keep_file(kept.pk)

    for work in clock.HOUSEKEEPING:
        work()

    assert set(StoredFile.objects.all()) == {kept, young}
    assert set(file_storage()) == {kept.stored_as, young.stored_as}
    assert orphan.stored_as not in file_storage()


def test_an_orphan_without_bytes_goes_too(file_storage):
    orphan = store()
    StoredFile.objects.update(created_at=timezone.now() - timedelta(hours=2))
    files.default_storage.delete(orphan.stored_as)

    assert files.sweep_orphans(timezone.now()) == 1


def test_what_is_kept_is_not_discarded(file_storage):
    file = store()
    files.keep_file(file.pk)

    assert not files.discard_file(file.pk)
    assert file_storage()


def test_its_row_is_there_before_its_bytes(monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(files.default_storage._wrapped, "save", full, raising=False)

    with pytest.raises(OSError, match="no space"):
        store()

    assert StoredFile.objects.get().kept_at is None


def test_nobody_may_read_what_nobody_answers_for():
    assert not files.may_read(store(), reader=UserFactory(superuser=True))


@pytest.mark.parametrize(
    "wrong",
    [{"size": 0}, {"customer": None}, {"width": 1}, {"width": 1, "height": 1}, {"name": ""}],
)
def test_a_row_that_cannot_be_is_refused(wrong):
    file = store()

    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(**wrong)


def test_on_disk_files_are_readable_by_their_owner_alone(tmp_path):
    storage = FileStorage(location=tmp_path / "files")

    name = storage.save("ab/abcd", ContentFile(b"Hello"))

    folder = tmp_path / "files" / "ab"
    assert os.stat(folder / "abcd").st_mode & 0o777 == 0o600
    assert os.stat(folder).st_mode & 0o777 == 0o700
    with storage.open(name) as file:
        assert file.read() == b"Hello"
