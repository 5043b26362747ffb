"""Folders of Markdown files, in and out."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from knowledge.markdown import images_in
from knowledge.models import Article, ArticleImage, Audience
from knowledge.services.exchange import Page, read_file, read_folder
from knowledge.services.images import image_limits
from tests.factories.knowledge import ArticleFactory, seeded_knowledge
from tests.factories.people import CompanyFactory, UserFactory
from tests.hostile_files import picture
from tickets.models import Company, StoredFile, User

pytestmark = pytest.mark.django_db

WHOLE = """---
title: "Winch: start it"
summary: For the crew.
keywords: [anchor, chain]
category: Deck / Winch
audience: agents
language: de
state: published
valid_until: 2027-06-30
companies: [Halden Freight]
---

## Start

Pull.
"""


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def by() -> str:
    seeded_knowledge()
    CompanyFactory(name="Halden Freight")
    return UserFactory().email


def test_a_file_becomes_an_article(tmp_path: Path, by: str) -> None:
    put(tmp_path, "winch.md", WHOLE)
    call_command("import_articles", tmp_path, by=by, verbosity=0)
    article = Article.objects.get()
    assert (article.title, article.keywords) == ("Winch: start it", "anchor, chain")
    assert (str(article.category), article.audience) == ("Deck / Winch", Audience.AGENTS)
    assert (article.state, article.valid_until) == (Article.State.PUBLISHED, date(2027, 6, 30))
    assert [company.name for company in article.companies.all()] == ["Halden Freight"]
    assert article.plain == "Start\nPull."


def test_a_dry_run_says_each_files_fate_and_writes_nothing(
    tmp_path: Path, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "new.md", WHOLE)
    put(
        tmp_path,
        "wrong.md",
        WHOLE.replace("Halden Freight", "Nobody").replace("2027-06-30", "soon"),
    )
    call_command("import_articles", tmp_path, by=by, dry_run=True)
    said = capsys.readouterr().out
    assert "new        new.md" in said
    assert "wrong      wrong.md" in said
    assert "There is no company “Nobody”." in said
    assert "2 files: 1 new, 1 wrong." in said
    assert not Article.objects.exists()


def test_one_wrong_file_stops_all(tmp_path: Path, by: str) -> None:
    put(tmp_path, "a.md", WHOLE)
    put(tmp_path, "b.md", "no front matter")
    with pytest.raises(CommandError, match="1 files are wrong"):
        call_command("import_articles", tmp_path, by=by)
    assert not Article.objects.exists()


def test_what_is_exported_comes_back_unchanged(tmp_path: Path, by: str) -> None:
    put(tmp_path, "winch.md", WHOLE)
    call_command("import_articles", tmp_path, by=by, verbosity=0)
    ArticleFactory(published=False, title="Draft: äöü", summary="", keywords="")
    out = tmp_path / "out"
    call_command("export_articles", out, verbosity=0)
    pages = list(read_folder(out))
    assert [page.problems for page in pages] == [[], []]
    assert [page.fate for page in pages] == [Page.SAME, Page.SAME]
    before = set(Article.objects.values_list("number", "version", "state"))
    call_command("import_articles", out, by=by, verbosity=0)
    assert set(Article.objects.values_list("number", "version", "state")) == before


def test_a_changed_file_saves_its_article_anew(tmp_path: Path, by: str) -> None:
    path = put(tmp_path, "winch.md", WHOLE)
    call_command("import_articles", tmp_path, by=by, verbosity=0)
    path.write_text(WHOLE.replace("Pull.", "Push."), "utf-8")
    assert read_file(path).fate == Page.CHANGED
    call_command("import_articles", tmp_path, by=by, verbosity=0)
    article = Article.objects.get()
    assert (article.version, article.published_version) == (2, 2)
    assert article.plain.endswith("Push.")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title:", "titel:", "“titel” is no name of a field."),
        ("audience: agents", "audience: all", "audience is “all”"),
        ("state: published", "state: done", "state is “done”"),
        ("language: de", "language: tlh", "language is “tlh”"),
        ("category: Deck / Winch", "category: a / b / c", "more than two levels"),
        ("For the crew.", "x" * 251, "summary is longer than 250"),
        ("---\ntitle", "title", "does not begin with front matter"),
        ("keywords: [", "keywords: [[", ""),
        ("Pull.", "Pull.\0", "It is no text."),
        ("summary: For the crew.", 'summary: "a\\0b"', "summary is no text."),
        ("summary: For the crew.", 'summary: "a\\ud800b"', "summary is no text."),
        ("title:", "owner: [a]\ntitle:", "owner is no text."),
        ("summary: For the crew.", "summary: {a: b}", "summary is no text."),
        ("category: Deck / Winch", "category: / / /", "A level of category is blank."),
        ("category: Deck", f"category: {'x' * 81}", "is longer than 80 characters."),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, by: str, old: str, new: str, problem: str) -> None:
    page = read_file(put(tmp_path, "x.md", WHOLE.replace(old, new, 1)))
    assert page.fate == Page.WRONG
    assert any(problem in each for each in page.problems)


def test_images_go_out_with_their_article_and_come_back(tmp_path: Path, by: str) -> None:
    author = User.objects.get(email=by)
    author.companies.add(Company.objects.get(name="Halden Freight"))
    (tmp_path / "a b.png").write_bytes(picture(dpi=(300, 300)))
    put(tmp_path, "winch.md", f"{WHOLE}\n![The winch](<a b.png>) and ![again](a%20b.png)\n")
    call_command("import_articles", tmp_path, by=by, verbosity=0)
    article = Article.objects.get()
    image = StoredFile.objects.get()
    assert images_in(article.body) == [image.public_id]
    assert image.sha256 != sha256((tmp_path / "a b.png").read_bytes()).hexdigest()
    assert [page.fate for page in read_folder(tmp_path)] == [Page.SAME]

    out = tmp_path / "out"
    call_command("export_articles", out, verbosity=0)
    [page] = read_folder(out)
    assert (out / "images" / f"{image.public_id}.png").is_file()
    assert (page.fate, page.problems) == (Page.SAME, [])

    Article.objects.update(number="KB-elsewhere", title="Another")
    call_command("import_articles", out, by=by, verbosity=0)
    there = Article.objects.exclude(pk=article.pk).get()
    [copied] = images_in(there.body)
    assert copied != image.public_id
    assert ArticleImage.objects.filter(article=there, file__public_id=copied).exists()


@pytest.mark.parametrize(
    ("shown", "problem"),
    [
        ("![x](gone.png)", "There is no image gone.png."),
        ("![x](notes.txt)", "notes.txt is no image that can be shown."),
        ("![x](large.png)", "The image large.png is too large."),
        ("![x][a]\n\n[a]: small.png", "Write the image small.png as ![words](address)."),
    ],
)
def test_an_image_that_cannot_be_taken_is_said(
    tmp_path: Path, by: str, shown: str, problem: str
) -> None:
    put(tmp_path, "notes.txt", "x")
    (tmp_path / "small.png").write_bytes(picture())
    (tmp_path / "large.png").write_bytes(bytes(image_limits().size + 1))

    page = read_file(put(tmp_path, "x.md", f"{WHOLE}\n{shown}\n"))

    assert page.problems == [problem]


@pytest.mark.parametrize("address", ["../secret.png", "/etc/secret.png", "https://a.example/b.png"])
def test_what_is_not_below_the_folder_is_not_taken(tmp_path: Path, by: str, address: str) -> None:
    (tmp_path / "secret.png").write_bytes(picture())
    folder = tmp_path / "folder"
    folder.mkdir()

    page = read_file(put(folder, "x.md", f"{WHOLE}\n![x]({address})\n"))

    assert (page.problems, page.images) == ([], {})
