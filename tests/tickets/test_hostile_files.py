"""Whatever is sent: refused with its code and no trace, or stored clean."""

import io

import pytest
from PIL import Image, ImageFile

from tests.factories import CustomerFactory
from tests.hostile_files import ALL, HTML, Sent, gif_of, picture, png_of
from tickets.exceptions import FileError
from tickets.models import StoredFile
from tickets.models.filetypes import USUAL
from tickets.services import images
from tickets.services.filenames import NAME_BYTES, clean_name
from tickets.services.files import Limits, Upload, store_file

pytestmark = pytest.mark.django_db
USUALLY = Limits(USUAL.split(), 10 * 1024 * 1024)


def store(sent: Sent) -> StoredFile:
    customer = CustomerFactory()
    upload = Upload(sent.name, sent.media_type, len(sent.content), io.BytesIO(sent.content))
    return store_file(upload, limits=USUALLY, company=customer.company, by=customer)


def outcome(sent: Sent) -> str:
    try:
        store(sent)
    except FileError as refused:
        return refused.code if str(refused) else "says nothing"
    return ""


def test_there_are_many_of_them():
    assert len(ALL) >= 90
    assert len({sent.label for sent in ALL}) == len(ALL)


@pytest.mark.parametrize("sent", ALL, ids=lambda sent: sent.label)
def test_each_is_refused_or_stored_as_it_must_be(sent, file_storage):
    assert outcome(sent) == sent.code

    kept = [] if sent.code else [StoredFile.objects.get()]
    assert [file.name for file in kept] == ([] if sent.code else [sent.called])
    assert len(file_storage()) == sum(1 + file.is_image for file in kept)


@pytest.mark.parametrize("name", ["a" * 4000, "...", "", "..", "e" + "\u0301" * 300, "\x00", "con"])
def test_no_name_is_too_long_or_none(name):
    cleaned = clean_name(name)

    assert cleaned.strip(". ")
    assert len(cleaned) <= 120
    assert len(cleaned.encode()) <= NAME_BYTES


def floods():
    return [sent for sent in ALL if sent.code == "image_too_large"]


@pytest.mark.parametrize("sent", floods(), ids=lambda sent: sent.label)
def test_a_flood_of_pixels_is_stopped_before_the_first_is_decoded(sent, monkeypatch):
    decoded = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: decoded.append(image))
    monkeypatch.setattr(images, "_made", lambda *_: decoded.append(1))

    assert outcome(sent) == "image_too_large"

    assert not decoded


def test_a_webp_canvas_is_measured_before_the_decoder_makes_room(monkeypatch):
    opened = []
    monkeypatch.setattr(Image, "open", lambda *a, **k: opened.append(a))
    (flood,) = [sent for sent in floods() if sent.label == "webp flood"]

    assert outcome(flood) == "image_too_large"

    assert not opened


def test_what_is_too_large_is_not_read(monkeypatch):
    class Unread(io.BytesIO):
        def read(self, *_):
            raise AssertionError("read")

    customer = CustomerFactory()
    upload = Upload("a.txt", "text/plain", USUALLY.size + 1, Unread())

    with pytest.raises(FileError) as refused:
        store_file(upload, limits=USUALLY, company=customer.company, by=customer)

    assert refused.value.code == "file_too_large"


def test_what_says_it_is_small_and_is_not_is_read_no_further():
    customer = CustomerFactory()
    limits = Limits(["txt"], 1000)
    upload = Upload("a.txt", "text/plain", 10, io.BytesIO(b"a" * 2000))

    with pytest.raises(FileError) as refused:
        store_file(upload, limits=limits, company=customer.company, by=customer)

    assert refused.value.code == "file_too_large"


def test_of_many_frames_one_is_decoded(monkeypatch):
    seeks = []
    monkeypatch.setattr(Image.Image, "seek", lambda _image, frame: seeks.append(frame))

    store(Sent("", "a.gif", "image/gif", gif_of(3, 3, frames=1000)))

    assert not seeks


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_keeps_its_pixels_and_loses_all_else(form, file_storage):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    more = {} if form == "GIF" else {"exif": exif}
    sent = Sent("", f"a.{form.lower()}", f"image/{form.lower()}", picture(form, (30, 20), **more))

    file = store(sent)

    stored = file_storage()[file.stored_as]
    with Image.open(io.BytesIO(stored)) as image:
        assert (image.format, image.size) == (form, (30, 20))
        assert not image.getexif()
    assert b"taken at home" not in stored
    assert (file.width, file.height, file.size) == (30, 20, len(stored))


def test_a_photo_stands_upright(file_storage):
    exif = Image.Exif()
    exif[0x0112] = 6
    file = store(Sent("", "a.jpg", "image/jpeg", picture("JPEG", (30, 20), exif=exif)))

    assert (file.width, file.height) == (20, 30)


def test_nothing_that_was_hidden_in_an_image_is_stored(file_storage):
    for sent in ALL:
        if sent.media_type.startswith("image/") and not sent.code:
            store(sent)

    assert not any(HTML in stored or b"<?php" in stored for stored in file_storage().values())


@pytest.mark.parametrize("seed", range(40))
def test_a_broken_image_is_refused_whatever_is_broken(seed):
    """Each byte of a header in turn is another one."""
    real = bytearray(picture(["PNG", "JPEG", "GIF", "WEBP"][seed % 4], (64, 48)))
    form = ["png", "jpeg", "gif", "webp"][seed % 4]
    for n in range(12, len(real), 7):
        real[(n * (seed + 3)) % len(real)] ^= 1 << seed % 8

    assert outcome(Sent("", f"a.{form}", f"image/{form}", bytes(real))) in {
        "", "file_unlike", "image_too_large",
    }  # fmt: skip


def test_a_large_honest_picture_is_taken():
    file = store(Sent("", "a.png", "image/png", picture(size=(2000, 1500))))

    assert (file.width, file.height) == (2000, 1500)


def test_a_png_that_holds_less_than_it_says_is_refused():
    assert outcome(Sent("", "a.png", "image/png", png_of(500, 500))) == "file_unlike"
