"""Images in articles: stored while one writes, kept once saved, seen by who reads the article."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from knowledge.exceptions import ArticleFieldsError, NoCompanyError
from knowledge.markdown import to_html
from knowledge.models import ArticleImage, KnowledgeSettings
from knowledge.services.articles import (
    create_article,
    publish_article,
    restore_version,
    retire_article,
    save_article,
)
from knowledge.services.images import hold_images, store_image
from tests.factories import (
    ArticleCategoryFactory,
    CompanyFactory,
    CustomerFactory,
    StoredFileFactory,
    UserFactory,
)
from tests.hostile_files import ALL, Sent, picture
from tests.uploads import KIND, form
from tickets.models import StoredFile
from tickets.services.files import Upload, may_read, sweep_orphans

pytestmark = pytest.mark.django_db
PNG = picture(size=(40, 30))


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def author(company):
    return UserFactory(author=True, companies=[company])


def stored(by):
    return store_image(Upload("Screen.png", "image/png", len(PNG), BytesIO(PNG)), by=by)


def values(*files, **more):
    body = "See\n\n" + "\n\n".join(f"![The screen](image:{file.public_id})" for file in files)
    return {"title": "Screen", "body": body, "category": ArticleCategoryFactory(), **more}


def published(by, *files, **more):
    article = create_article(by=by, values=values(*files, **more))
    return publish_article(article.pk, by=by, version=1)


# --- stored and kept -----------------------------------------------------------------------------


def test_until_it_is_saved_its_author_sees_it_and_nobody_else(author, company):
    file = stored(author)

    assert (file.company, file.kept_at) == (company, None)
    assert may_read(file, reader=author)
    assert not may_read(file, reader=UserFactory(author=True, companies=[company]))
    assert not may_read(file, reader=CustomerFactory(company=company))


def test_an_article_that_shows_it_keeps_it(author, company):
    file = stored(author)
    article = create_article(by=author, values=values(file, companies=[company]))

    file.refresh_from_db()
    assert file.kept_at
    assert [image.file for image in article.images.all()] == [file]


def test_what_nobody_saves_is_swept_away_unless_somebody_writes(author):
    held, left = stored(author), stored(author)
    StoredFile.objects.update(created_at=timezone.now() - timedelta(hours=2))

    hold_images(f"![x](image:{held.public_id}) ![y](image:{'A' * 22})", by=author)
    sweep_orphans(timezone.now())

    assert list(StoredFile.objects.all()) == [held]
    assert left.pk


def test_who_works_for_nobody_stores_nothing():
    with pytest.raises(NoCompanyError):
        stored(UserFactory(author=True))


@pytest.mark.parametrize("whose", ["a customer's", "of a colleague", "gone", "no image"])
def test_nobody_elses_file_gets_into_an_article(author, company, whose):
    colleague = UserFactory(author=True, companies=[company])
    file = {
        "a customer's": lambda: StoredFileFactory(customer__company=company, image=True),
        "of a colleague": lambda: stored(colleague),
        "gone": lambda: StoredFile(public_id="A" * 22),
        "no image": lambda: StoredFileFactory(customer=None, user=author, company=company),
    }[whose]()

    with pytest.raises(ArticleFieldsError, match="not there any more"):
        create_article(by=author, values=values(file, companies=[company]))

    assert not ArticleImage.objects.exists()


def test_what_another_reads_he_may_show_too_and_old_versions_come_back(author, company):
    file = stored(author)
    first = published(author, file, companies=[company])
    colleague = UserFactory(author=True, companies=[company])

    create_article(by=colleague, values=values(file, companies=[company]))
    save_article(first.pk, by=colleague, version=1, values={"body": "Without"})
    restored = restore_version(first.pk, number=1, by=colleague, version=2)

    assert restored.version == 3
    assert ArticleImage.objects.filter(file=file).count() == 2


# --- who sees it ---------------------------------------------------------------------------------


def test_whoever_reads_the_article_sees_it_now(author, company):
    file = stored(author)
    article = published(author, file, companies=[company])
    inside, outside = CustomerFactory(company=company), CustomerFactory()
    agent, stranger = (UserFactory(agent=True, companies=[c]) for c in (company, CompanyFactory()))
    file.refresh_from_db()

    assert [may_read(file, reader=who) for who in (inside, agent, outside, stranger)] == [
        True, True, False, False,
    ]  # fmt: skip
    save_article(article.pk, by=author, version=1, values={"body": "Without"})
    assert may_read(file, reader=inside)  # Until the newer text is published.
    publish_article(article.pk, by=author, version=2)
    assert [may_read(file, reader=who) for who in (inside, agent, author)] == [False, False, True]
    publish_article(
        restore_version(article.pk, number=1, by=author, version=2).pk, by=author, version=3
    )
    retire_article(article.pk, by=author)
    assert [may_read(file, reader=who) for who in (inside, agent, author)] == [False, False, True]


def test_what_is_for_agents_only_shows_customers_nothing(author, company):
    file = stored(author)
    published(author, file, companies=[company], audience="agents")
    file.refresh_from_db()

    assert may_read(file, reader=UserFactory(agent=True, companies=[company]))
    assert not may_read(file, reader=CustomerFactory(company=company))


def test_help_pages_show_it_to_anybody_and_only_what_they_show(author, company):
    KnowledgeSettings.objects.get().portal_companies.add(company)
    file, inside = stored(author), stored(author)
    article = published(author, file, companies=[company])
    published(author, inside, companies=[company], audience="agents")
    browser = Client()
    address = reverse("portal:image", args=[company.external_key, file.public_id])
    page = browser.get(
        reverse("portal:article-short", args=[company.external_key, article.public_id]), follow=True
    )

    answer = browser.get(address)

    assert f'<img src="{address}" alt="The screen" loading="lazy"' in page.text
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "public, max-age=60"
    for name in (inside.public_id, "A" * 22):
        other = reverse("portal:image", args=[company.external_key, name])
        assert browser.get(other).status_code == 404


# --- as Markdown ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "![Logo](https://x.example/a.png)", "![Logo](//x.example/a.png)", "![Logo](/files/a/)",
        "![Logo](image:short)", "![Logo](data:image/png;base64,AAAA)", "![Logo](image:../../x)",
        f"![Logo](image:{'A' * 22}/../x)",
    ],
)  # fmt: skip
def test_images_of_others_are_their_names(source):
    made = to_html(source, "/files/")

    assert "<img" not in made
    assert "Logo" in made


def test_a_stored_image_is_shown_with_its_words():
    name = "A" * 22

    made = to_html(f'![A "screen" <b>](image:{name} "title")', "/x/")

    said = 'alt="A &quot;screen&quot; &lt;b&gt;" title="title" loading="lazy"'
    assert made == f'<p><img src="/x/{name}/" {said}></p>\n'


# --- uploaded ------------------------------------------------------------------------------------


def upload(user, sent=None, **headers):
    browser = Client()
    browser.force_login(user)
    body = form(sent or Sent("png", "Screen.png", "image/png", PNG))
    return browser.generic(
        "POST", reverse("knowledge:images"), body, content_type=KIND, headers=headers
    )


def test_an_author_uploads_and_sees_it_at_once(author):
    answer = upload(author)

    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "name"}
    browser = Client()
    browser.force_login(author)
    assert browser.get(f"/files/{answer.json()['id']}/").status_code == 200


def test_readers_upload_nothing(company):
    assert upload(UserFactory(agent=True, companies=[company])).status_code == 403


@pytest.mark.parametrize("sent", ALL, ids=lambda sent: sent.label)
def test_hostile_files_are_refused_with_a_code_or_made_anew(author, sent):
    answer = upload(author, sent, **{"X-Parley-Fragment": "1"})

    if answer.status_code == 201:
        file = StoredFile.objects.get()
        assert file.is_image
        assert file.media_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}
    elif sent.label == "too long":
        assert answer.status_code == 400  # Whoever reads forms refuses it.
    else:
        assert answer.json()["code"].startswith(("file_", "image_"))
        assert not StoredFile.objects.exists()


def test_an_image_has_a_largest_size(author):
    KnowledgeSettings.objects.update(image_megabytes=1)
    big = Sent("big", "big.png", "image/png", b"\x89PNG" + b"\0" * 1024 * 1024 * 2)

    answer = upload(author, big, **{"X-Parley-Fragment": "1"})

    assert answer.json()["code"] == "file_too_large"
