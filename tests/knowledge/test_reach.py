"""Who may read which article: the queryset and the index say the same."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from knowledge.models import Article, Audience, Reach
from knowledge.search.ranking import find
from tests.factories.knowledge import ArticleFactory
from tests.factories.people import CompanyFactory, CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@pytest.fixture
def world() -> dict[str, Article]:
    """An article of every kind that somebody might see or not, all about the winch."""
    here, there = CompanyFactory(name="Here"), CompanyFactory(name="There")
    made = {
        "for all": ArticleFactory(title="Winch"),
        "here": ArticleFactory(title="Winch", companies=[here]),
        "there": ArticleFactory(title="Winch", companies=[there]),
        "both": ArticleFactory(title="Winch", companies=[here, there]),
        "agents": ArticleFactory(title="Winch", audience=Audience.AGENTS),
        "agents there": ArticleFactory(title="Winch", audience=Audience.AGENTS, companies=[there]),
        "draft": ArticleFactory(title="Winch", companies=[here], published=False),
        "expired": ArticleFactory(title="Winch", valid_until=YESTERDAY),
    }
    made["company"] = here
    return made


def staff(*groups: str, everywhere: bool = False) -> Callable[[dict[str, Article]], Reach]:
    def reach(world: dict[str, Article]) -> Reach:
        companies = [] if everywhere else [world["company"]]
        return Reach.of_user(
            UserFactory(in_groups=groups, companies=companies, all_companies=everywhere)
        )

    return reach


OPEN = {"for all", "here", "both"}


@pytest.mark.parametrize(
    ("reader", "reads"),
    [
        (lambda world: Reach.of_customer(CustomerFactory(company=world["company"])), OPEN),
        (lambda world: Reach.of_company(CompanyFactory().pk), {"for all"}),
        (staff("Agent"), OPEN | {"agents"}),
        (staff("Agent", everywhere=True), OPEN | {"there", "agents", "agents there"}),
        (staff("Alert administrator", everywhere=True), set()),
    ],
    ids=["customer", "customer elsewhere", "agent", "agent of all", "no reader"],
)
def test_what_is_listed_is_what_is_found(
    world: dict[str, Article], reader: Callable[[dict[str, Article]], Reach], reads: set[str]
) -> None:
    reach = reader(world)
    names = {article.pk: name for name, article in world.items() if isinstance(article, Article)}
    found = {names[hit.article.pk] for hit in find("winch", reach, limit=20)}
    valid = Article.objects.published().within(reach).valid_on(timezone.localdate())
    listed = {names[article.pk] for article in valid}
    assert found == listed == reads


def test_an_author_works_on_what_concerns_his_companies_alone(world: dict[str, Article]) -> None:
    author = UserFactory(in_groups=["Knowledge author"], companies=[world["company"]])
    mine = set(Article.objects.editable_by(author))
    assert mine == {world["here"], world["draft"]}
    seen = set(Article.objects.visible_to(author))
    assert seen == mine | {world[name] for name in ("for all", "both", "agents", "expired")}
    agent = UserFactory(in_groups=["Agent"], companies=[world["company"]])
    assert not Article.objects.editable_by(agent).exists()
    assert world["draft"] not in Article.objects.visible_to(agent)
