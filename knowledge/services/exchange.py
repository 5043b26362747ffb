"""Articles as Markdown files with front matter, in and out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import yaml
from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from knowledge.exceptions import ArticleError
from knowledge.models import TEXT, Article, ArticleCategory, ArticleVersion, Audience
from knowledge.models.articles import (
    BODY_CHARACTERS,
    KEYWORDS_CHARACTERS,
    SUMMARY_CHARACTERS,
    TITLE_CHARACTERS,
)
from knowledge.models.settings import CATEGORY_CHARACTERS, STEP
from knowledge.services.articles import (
    create_article,
    publish_article,
    retire_article,
    return_article,
    save_article,
    submit_article,
)
from knowledge.services.illustrations import (
    beside,
    its_own,
    remember_images,
    store_images,
    taken_in,
    written_out,
    wrong_with,
)
from tickets.models import Company, StoredFile, User

FENCE = "---"
LONGEST = {
    "title": TITLE_CHARACTERS,
    "summary": SUMMARY_CHARACTERS,
    "keywords": KEYWORDS_CHARACTERS,
    "body": BODY_CHARACTERS,
}
KEYS = frozenset(
    {"number", "title", "summary", "keywords", "category", "audience", "language", "state"}
    | {"valid_until", "companies", "owner"}
)
CHOICES = {
    "audience": Audience.values,
    "state": Article.State.values,
    "language": [code for code, _name in settings.LANGUAGES],
}
#: What may be a list of texts.
SEVERAL = frozenset({"keywords", "companies"})
#: What no text has.
UNSTORED = re.compile("[\0\ud800-\udfff]")
#: A file of more bytes is no article.
FILE_BYTES = 200_000


@dataclass
class Page:
    """One file: what it says, what would become of it, and why it cannot."""

    NEW: ClassVar[str] = "new"
    CHANGED: ClassVar[str] = "changed"
    SAME: ClassVar[str] = "unchanged"
    WRONG: ClassVar[str] = "wrong"

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    fate: str = WRONG
    problems: list[str] = field(default_factory=list)
    article: Article | None = None
    #: Files beside it that it shows and that are not stored yet, by their addresses in it.
    images: dict[str, Path] = field(default_factory=dict)


def read_folder(folder: Path) -> Iterator[Page]:
    """Every *.md file below the folder, by name, with its fate. Writes nothing."""
    for path in sorted(folder.rglob("*.md")):
        yield read_file(path, folder)


def read_file(path: Path, root: Path | None = None) -> Page:
    """One file, with its fate; its images are below `root`, else beside it. Writes nothing."""
    page = Page(path)
    try:
        said, body = _split(path)
    except (ValueError, yaml.YAMLError, OSError) as error:
        page.problems.append(str(error).replace("\n", " "))
        return page
    page.values = _values(page, said, body)
    page.images = beside(path, root or path.parent, body)
    page.problems += wrong_with(page.images, body)
    if not page.problems:
        page.article = _known(said, page.values["title"])
        _find_images(page)
        page.fate = _fate(page)
    return page


def _find_images(page: Page) -> None:
    """What its article shows already is not stored again."""
    if page.article:
        own = its_own(page.article, page.images)
        page.values["body"] = taken_in(page.values["body"], own)
        page.images = {each: file for each, file in page.images.items() if each not in own}


@transaction.atomic
def import_page(page: Page, *, by: User) -> Article:
    """Make its article, or save it anew if it is there; published if the file says so."""
    values = dict(page.values)
    state = values.pop("state")
    values["category"] = _category(values["category"])
    author = by if page.article else values.get("owner") or by
    stored = store_images(page.images, by=author)
    values["body"] = taken_in(values["body"], stored)
    if page.article is None:
        article = create_article(by=author, values=values)
    else:
        version = page.article.version
        article = save_article(page.article.pk, by=by, version=version, values=values)
    remember_images(article, page.images, stored)
    if state == Article.State.PUBLISHED and (not article.is_published or article.has_revision):
        article = publish_article(article.pk, by=by, version=article.version)
    elif state != article.state and state != Article.State.PUBLISHED:
        article = _led_to(article, state, by)
    return article


def as_file(article: Article, text: ArticleVersion) -> tuple[str, str, dict[str, StoredFile]]:
    """Name and content of the file that an article, with this text of it, becomes; its images."""
    body, images = written_out(text.body.rstrip())
    said: dict[str, Any] = {
        "number": article.number,
        "title": text.title,
        "summary": text.summary,
        "keywords": article.keyword_list,
        "category": str(article.category),
        "audience": article.audience,
        "language": article.language,
        "state": article.state,
        "valid_until": article.valid_until,
        "companies": [company.name for company in article.companies.all()],
        "owner": article.owner.email if article.owner else None,
    }
    kept = {name: value for name, value in said.items() if value not in (None, "", [])}
    front = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100)
    name = f"{article.number.lower()}-{slugify(text.title)[:80] or 'article'}.md"
    return name, f"{FENCE}\n{front}{FENCE}\n\n{body}\n", images


def _split(path: Path) -> tuple[dict[str, Any], str]:
    if path.stat().st_size > FILE_BYTES:
        raise ValueError(_("It is larger than %(most)s bytes.") % {"most": FILE_BYTES})
    text = path.read_text("utf-8-sig").replace("\r\n", "\n")
    if UNSTORED.search(text):
        raise ValueError(_("It is no text."))
    parts = text.split(f"{FENCE}\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ValueError(_("It does not begin with front matter between two lines of ---."))
    said = yaml.safe_load(parts[1])
    if not isinstance(said, dict):
        raise ValueError(_("Its front matter is no list of names and values."))
    for name, value in said.items():
        several = isinstance(value, list) and name in SEVERAL
        if not all(map(_is_plain, value if several else [value])):
            raise ValueError(_("%(field)s is no text.") % {"field": name})
    return said, parts[2].strip()


def _is_plain(value: Any) -> bool:
    """A text that every database stores, or what is written as plainly."""
    if isinstance(value, str):
        return not UNSTORED.search(value)
    return value is None or isinstance(value, int | float | date)


def _values(page: Page, said: dict[str, Any], body: str) -> dict[str, Any]:
    keywords = said.get("keywords") or []
    joined = ", ".join(map(str, keywords)) if isinstance(keywords, list) else str(keywords)
    values: dict[str, Any] = {
        "title": str(said.get("title") or "").strip(),
        "summary": " ".join(str(said.get("summary") or "").split()),
        "keywords": joined,
        "body": body,
        "category": str(said.get("category") or "").strip(),
        "audience": said.get("audience", Audience.CUSTOMERS.value),
        "language": said.get("language", "en"),
        "state": said.get("state", Article.State.DRAFT.value),
        "valid_until": said.get("valid_until"),
        "companies": _companies(page, said.get("companies") or []),
    }
    if "owner" in said:
        values["owner"] = _owner(page, str(said["owner"]))
    page.problems += [*_wrong(said, values), *_misplaced(values)]
    return values


def _wrong(said: dict[str, Any], values: dict[str, Any]) -> Iterator[str]:
    for name in sorted(map(str, said.keys() - KEYS)):
        yield _("“%(name)s” is no name of a field.") % {"name": name}
    for name in ("title", "category", "body"):
        if not values[name].strip():
            yield _("%(field)s is blank.") % {"field": name}
    for name, most in LONGEST.items():
        if len(values[name]) > most:
            yield _("%(field)s is longer than %(most)s characters.") % {"field": name, "most": most}
    for name, known in CHOICES.items():
        if values[name] not in known:
            text = _("%(field)s is “%(value)s”. Known are: %(known)s.")
            yield text % {"field": name, "value": values[name], "known": ", ".join(known)}


def _misplaced(values: dict[str, Any]) -> Iterator[str]:
    if values["valid_until"] is not None and type(values["valid_until"]) is not date:
        yield _("valid_until is no date, such as 2027-06-30.")
    names = values["category"].split(STEP)
    if len(names) > 2:
        yield _("category has more than two levels.")
    if values["category"] and not all(name.strip(" /") for name in names):
        yield _("A level of category is blank.")
    if any(len(name) > CATEGORY_CHARACTERS for name in names):
        most = {"most": CATEGORY_CHARACTERS}
        yield _("A level of category is longer than %(most)s characters.") % most


def _companies(page: Page, names: Any) -> list[Company]:
    wanted = [str(name) for name in names] if isinstance(names, list) else [str(names)]
    found = {row.name: row for row in Company.objects.filter(name__in=wanted)}
    for name in wanted:
        if name not in found:
            page.problems.append(_("There is no company “%(name)s”.") % {"name": name})
    return sorted(found.values(), key=lambda row: row.pk)


def _owner(page: Page, email: str) -> User | None:
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        page.problems.append(_("There is nobody with the e-mail %(email)s.") % {"email": email})
    return found


def _known(said: dict[str, Any], title: str) -> Article | None:
    """By its number; without one, by its title, if that stands once."""
    if "number" in said:
        return Article.objects.filter(number=str(said["number"])).first()
    found = list(Article.objects.filter(title=title)[:2])
    return found[0] if len(found) == 1 else None


def _fate(page: Page) -> str:
    article, values = page.article, page.values
    if article is None:
        return Page.NEW
    text = article.versions.get(number=article.version)
    same = all(getattr(text, name).strip() == values[name] for name in TEXT)
    same = same and str(article.category) == values["category"]
    names = ("audience", "language", "state", "valid_until")
    same = same and all(getattr(article, name) == values[name] for name in names)
    same = same and list(article.companies.order_by("pk")) == values["companies"]
    same = same and values.get("owner", article.owner) == article.owner and not article.has_revision
    same = same and not page.images
    return Page.SAME if same else Page.CHANGED


def _category(path: str) -> ArticleCategory:
    row = None
    for name in path.split(STEP):
        row, _made = ArticleCategory.objects.get_or_create(parent=row, name=name.strip())
    assert row is not None  # read_file refuses a blank one.
    return row


def _led_to(article: Article, state: str, by: User) -> Article:
    """To a state other than published, by steps that are legal."""
    if state == Article.State.RETIRED:
        return retire_article(article.pk, by=by)
    if article.is_published:
        raise ArticleError(_("It is published. Retire it first."))
    if article.state != Article.State.DRAFT:
        article = return_article(article.pk, by=by)
    if state == Article.State.IN_REVIEW:
        return submit_article(article.pk, by=by)
    return article
