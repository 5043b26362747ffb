"""Fill the made-up shelf: articles from their files, words that mean the same, help pages."""

from __future__ import annotations

from pathlib import Path

import knowledge
from knowledge.models import KnowledgeSettings, SynonymGroup
from knowledge.services.exchange import import_page, read_folder
from tickets.models import Company, User

FOLDER = Path(knowledge.__file__).parent / "management"
ARTICLES = FOLDER / "demo_articles"
WRITER = "writer@parley.example"
#: Whose articles for customers anybody may read.
OPEN = ("halden", "tarn")


def make_knowledge() -> None:
    writer = User.objects.get(email=WRITER)
    for page in read_folder(ARTICLES):
        import_page(page, by=writer)
    for line in (FOLDER / "demo_synonyms.txt").read_text("utf-8").splitlines():
        SynonymGroup.objects.create(words=line)
    shown = Company.objects.filter(external_key__in=OPEN)
    KnowledgeSettings.objects.current().portal_companies.set(shown)
