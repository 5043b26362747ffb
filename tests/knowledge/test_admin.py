"""Categories, synonyms and switches in the admin."""

import pytest
from django.test import Client

from knowledge.models import ArticleCategory, KnowledgeSettings, MissedSearch, SynonymGroup
from tests.admin_pages import address, list_address, save
from tests.factories import ArticleCategoryFactory, ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(administrator=True))
    return client


def test_a_category_is_changed_and_its_history_kept(admin: Client) -> None:
    category = ArticleCategoryFactory(name="Netwrok")

    save(admin, category, name="Network")

    category.refresh_from_db()
    assert category.name == "Network"
    assert "Netwrok" in admin.get(address("history", category)).content.decode()


def test_a_category_with_articles_stays(admin: Client) -> None:
    category = ArticleFactory().category

    admin.post(address("delete", category), {"post": "yes"})

    assert ArticleCategory.objects.filter(pk=category.pk).exists()


def test_there_are_two_levels(admin: Client) -> None:
    second = ArticleCategoryFactory(parent=ArticleCategoryFactory())

    answer = save(admin, ArticleCategoryFactory(), parent=second.pk)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["parent"]


def test_synonyms_are_two_at_least(admin: Client) -> None:
    group = SynonymGroup.objects.create(words="lan, network")

    answer = save(admin, group, words="lan")

    assert answer.context["adminform"].form.errors["words"]


def test_the_settings_are_one_row(admin: Client) -> None:
    KnowledgeSettings.objects.get_or_create(pk=1)
    row = KnowledgeSettings.objects.current()

    save(admin, row, suggest_to_agents=None)

    assert admin.get(list_address(KnowledgeSettings)).url == address("change", row)
    assert not KnowledgeSettings.objects.current().suggest_to_agents
    assert admin.post(address("delete", row), {"post": "yes"}).status_code == 403


def test_a_missed_search_is_deleted_and_not_changed(admin: Client) -> None:
    MissedSearch.objects.note("zebra", None)
    row = MissedSearch.objects.get()

    assert admin.post(address("change", row), {"words": "x"}).status_code == 403
    admin.post(address("delete", row), {"post": "yes"})

    assert not MissedSearch.objects.exists()
