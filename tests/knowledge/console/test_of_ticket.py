"""Articles on a ticket's page."""

import pytest
from django.test import Client
from django.urls import reverse

from knowledge.models import Citation
from knowledge.services.articles import retire_article
from knowledge.services.citing import pin_article
from tests.factories import ArticleFactory, CompanyFactory, TicketFactory, UserFactory

pytestmark = pytest.mark.django_db
PART = {"HTTP_X_PARLEY_FRAGMENT": "1"}


def test_an_article_is_pinned_by_number_and_unpinned(client: Client) -> None:
    ticket, article = TicketFactory(), ArticleFactory(title="Map a drive")
    client.force_login(UserFactory(agent=True, companies=[ticket.company]))
    place = reverse("knowledge:pin", args=[ticket.public_id])

    client.post(place, {"article": article.number.lower()})
    part = client.get(reverse("knowledge:ticket-articles", args=[ticket.public_id]), **PART)
    stream = client.get(reverse("tickets:ticket", args=[ticket.public_id])).content.decode()

    assert "Map a drive" in part.content.decode()
    assert "pinned an article" in stream
    assert f"{article.number} Map a drive" in stream
    client.post(place, {"article": article.public_id, "off": "1"})
    assert not Citation.objects.exists()


def test_an_article_out_of_reach_is_neither_shown_nor_pinned(client: Client) -> None:
    ticket, article = TicketFactory(), ArticleFactory(title="Far", companies=[CompanyFactory()])
    pin_article(article, ticket=ticket.pk, by=None)
    client.force_login(UserFactory(agent=True, companies=[ticket.company]))

    part = client.get(reverse("knowledge:ticket-articles", args=[ticket.public_id]), **PART)
    assert "Far" not in part.content.decode()
    Citation.objects.all().delete()
    sent = {"article": article.number}
    client.post(reverse("knowledge:pin", args=[ticket.public_id]), sent)
    assert not Citation.objects.exists()


def test_of_a_retired_one_the_title_is_left(client: Client) -> None:
    ticket, article = TicketFactory(), ArticleFactory(title="Old one")
    pin_article(article, ticket=ticket.pk, by=None)
    retire_article(article.pk, by=UserFactory())
    client.force_login(UserFactory(agent=True, companies=[ticket.company]))

    part = client.get(reverse("knowledge:ticket-articles", args=[ticket.public_id]), **PART)

    assert "Old one" in part.content.decode()
    assert reverse("knowledge:article", args=[article.public_id]) not in part.content.decode()


def test_a_ticket_of_another_company_is_not_there(client: Client) -> None:
    ticket = TicketFactory()
    client.force_login(UserFactory(agent=True, companies=[CompanyFactory()]))

    for name in ("ticket-articles", "pin"):
        place = reverse(f"knowledge:{name}", args=[ticket.public_id])
        answer = client.get(place, **PART) if name != "pin" else client.post(place)
        assert answer.status_code == 404
