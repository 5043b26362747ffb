"""The demo company's articles, as their files say them."""

from pathlib import Path

import pytest

from knowledge.models import SynonymGroup
from knowledge.services.exchange import import_page, read_folder
from tests.factories.people import CompanyFactory, UserFactory

FOLDER = Path(__file__).parents[2] / "knowledge" / "management" / "demo_articles"
SYNONYMS = FOLDER.with_name("demo_synonyms.txt")


@pytest.fixture
def demo_articles(db: None) -> None:
    """All of them, with the synonyms, and the companies that they name."""
    for name in ("Halden Freight", "Fernlea Health", "Tarn Council"):
        CompanyFactory(name=name)
    by = UserFactory()
    for page in read_folder(FOLDER):
        assert not page.problems, (page.path.name, page.problems)
        import_page(page, by=by)
    for line in SYNONYMS.read_text("utf-8").splitlines():
        SynonymGroup.objects.create(words=line)
