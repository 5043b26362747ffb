"""Topics lead a chat to its queue: picked by the customer, or named in his question."""

import pytest

from livechat.models import Topic
from livechat.services.intake import start_chat
from tests.factories import CompanyFactory, CustomerFactory, QueueFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    company = CompanyFactory()
    QueueFactory(company=company, name="Service Desk", is_default=True)
    return company


@pytest.fixture
def printing(company):
    queue = QueueFactory(company=company, name="Printing")
    return Topic.objects.create(queue=queue, name="Printing", words="printer\ntoner low")


def asked(company, question="Nothing works.", *, site=None, **more):
    customer = CustomerFactory(company=company, site=site)
    chat, _made = start_chat(customer.pk, client_id="topic-0001", question=question, **more)
    return chat


def test_what_the_customer_picked_decides(company, printing):
    chat = asked(company, topic=printing.public_id)

    assert (chat.queue, chat.topic) == (printing.queue, printing)


@pytest.mark.parametrize("question", ["My PRINTER is offline", "It says: toner low!"])
def test_else_a_word_in_the_question(company, printing, question):
    assert asked(company, question).queue == printing.queue


@pytest.mark.parametrize("question", ["The printers are fine", "Nothing works.", "toner is low"])
def test_a_word_is_a_word_of_its_own(company, printing, question):
    assert asked(company, question).queue.name == "Service Desk"


def test_what_is_gone_counts_as_none(company, printing):
    Topic.objects.update(retired_at="2026-01-01T00:00Z")

    chat = asked(company, "My printer is offline", topic=printing.public_id)

    assert (chat.queue.name, chat.topic) == ("Service Desk", None)


def test_another_companys_topic_is_none_of_ours(printing):
    other = CompanyFactory()
    desk = QueueFactory(company=other, is_default=True)

    assert asked(other, topic=printing.public_id).queue == desk


def test_words_hold_in_their_regions(company, printing):
    Topic.objects.update(regions="North\nEast")
    north, south = (SiteFactory(company=company, region=name) for name in ("north", "South"))

    assert asked(company, "The printer!", site=north).topic == printing
    assert asked(company, "The printer!", site=south).topic is None


def test_the_administrators_order_decides_between_two(company, printing):
    queue = QueueFactory(company=company)
    first = Topic.objects.create(queue=queue, name="Offices", words="printer", order=1)

    assert asked(company, "The printer!").topic == first
