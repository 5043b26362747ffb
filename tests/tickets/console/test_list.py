"""The list of tickets: whose, which, in which order, page by page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AssignmentGroupFactory,
    CompanyFactory,
    CustomerFactory,
    TicketFactory,
    UserFactory,
)
from tickets.console import lists
from tickets.models import Status, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(company):
    """`made("A", priority=1)`: its summary; each a minute after the last."""
    customer, count = CustomerFactory(company=company), iter(range(1000))

    def make(summary, **fields):
        times = {name: fields.pop(name) for name in ("updated_at", "assignee") if name in fields}
        ticket = TicketFactory(customer=fields.pop("customer", customer), summary=summary, **fields)
        created = timezone.now() - timedelta(days=1) + timedelta(minutes=next(count))
        Ticket.objects.filter(pk=ticket.pk).update(created_at=created, **times)
        return ticket

    return make


def summaries(response):
    return re.findall(r'<span class="tkr__what"><b>([^<]*)</b>', response.text)


@pytest.fixture
def shown(client):
    def show(**query):
        response = client.get(reverse("tickets:list"), query)
        assert response.status_code == 200
        return summaries(response)

    return show


def test_tickets_of_the_own_companies_are_shown_newest_first(shown, made):
    made("first")
    made("second")
    TicketFactory(summary="of another company")

    assert shown() == ["second", "first"]


def test_search_finds_number_summary_and_customer(shown, made, company):
    ada = made("printer", customer=CustomerFactory(company=company, name="Ada Byron"))
    made("mail", customer=CustomerFactory(company=company, name="Lucas Moreau"))

    assert shown(q="print") == shown(q="byron") == shown(q=ada.number) == ["printer"]
    assert shown(q="nowhere") == []


def test_every_filter_narrows(shown, made, worker):
    group = AssignmentGroupFactory()
    pending = Status.objects.get(kind="incident", name="Pending")
    made("order", kind="work_order")
    made("pending", status="Pending")
    made("urgent", impact=1, urgency=1)
    made("network", group=group)
    made("mine", assignee=worker)
    made("hers", assignee=UserFactory())

    assert shown(kind="work_order") == ["order"]
    assert shown(stage="pending") == shown(status=pending.public_id) == ["pending"]
    assert shown(priority="1") == ["urgent"]
    assert shown(group=group.public_id) == ["network"]
    assert shown(assignee="me") == ["mine"]
    assert shown(assignee="nobody") == ["network", "urgent", "pending", "order"]
    assert shown(assignee="me", kind="work_order") == []


def test_companies_are_a_filter_when_there_are_several(client, made, company, worker):
    other = CompanyFactory()
    worker.companies.add(other)
    made("ours")
    TicketFactory(summary="theirs", customer=CustomerFactory(company=other))

    response = client.get(reverse("tickets:list"), {"company": other.public_id})

    assert summaries(response) == ["theirs"]


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "x"}, {"stage": "x"}, {"priority": "x"}, {"group": "x"}, {"company": "\0"},
        {"sort": "x"}, {"after": "x"}, {"before": "\0"}, {"status": "1"}, {"q": "x" * 201},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(shown, made, query):
    made("A")

    assert shown(**query) == ["A"]


def test_it_is_sorted_as_asked(shown, made):
    made("A", impact=4, urgency=4, updated_at=timezone.now() + timedelta(hours=1))
    made("B")
    made("C", impact=1, urgency=1)

    assert shown(sort="oldest") == ["A", "B", "C"]
    assert shown(sort="changed")[0] == "A"
    assert shown(sort="priority") == ["C", "A", "B"]


def test_a_filter_of_another_company_finds_nothing(shown, made):
    made("A")
    group = AssignmentGroupFactory(company=CompanyFactory())

    assert shown(group=group.public_id) == ["A"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "changed", "priority"])
def test_pages_follow_each_other_there_and_back(client, made, monkeypatch, sort):
    monkeypatch.setattr(lists, "ROWS", 3)
    for number in range(8):
        made(f"T{number}", **({"impact": 1 + number % 4, "urgency": 1} if number % 3 else {}))
    address, pages = f"?sort={sort}", []
    while address:
        response = client.get(reverse("tickets:list") + address)
        pages.append(summaries(response))
        address = link(response, "next")
    back = [pages[-1]]
    while address := link(response, "prev"):
        response = client.get(reverse("tickets:list") + address)
        back.append(summaries(response))

    assert [len(page) for page in pages] == [3, 3, 2]
    assert len({name for page in pages for name in page}) == 8
    assert back == pages[::-1]


@pytest.mark.parametrize("sort", ["changed", "priority"])
def test_a_page_keeps_its_place_when_its_last_row_moves(client, made, monkeypatch, sort):
    monkeypatch.setattr(lists, "ROWS", 2)
    ago = [timezone.now() - timedelta(minutes=number) for number in range(1, 5)]
    for name, moment in zip("ABCD", ago, strict=True):
        made(name, updated_at=moment, impact=1, urgency=1)
        Ticket.objects.filter(summary=name).update(priority=1 + "ABCD".index(name))
    first = client.get(reverse("tickets:list"), {"sort": sort})
    Ticket.objects.filter(summary="B").update(updated_at=timezone.now(), priority=4)

    second = client.get(reverse("tickets:list") + link(first, "next"))

    assert (summaries(first), summaries(second)[0]) == (["A", "B"], "C")


@pytest.mark.parametrize("at", ["x", "99999999999", "-1", "2026-13-01T00:00:00+00:00"])
@pytest.mark.parametrize("sort", ["", "changed", "priority"])
def test_a_place_that_cannot_be_read_is_where_the_row_is_now(client, made, sort, at):
    made("A")
    mark = made("B", updated_at=timezone.now() + timedelta(hours=1), impact=1, urgency=1)

    page = client.get(reverse("tickets:list"), {"sort": sort, "after": mark.public_id, "at": at})

    assert summaries(page) == ["A"]


def link(response, rel):
    found = re.search(rf'href="([^"]*)" rel="{rel}"', response.text)
    return found[1].replace("&amp;", "&") if found else ""


def test_filters_stay_from_page_to_page(client, made, monkeypatch):
    monkeypatch.setattr(lists, "ROWS", 1)
    for name in ("A", "B"):
        made(name, impact=1, urgency=1)
    made("other")

    first = client.get(reverse("tickets:list"), {"priority": "1", "q": "", "sort": "newest"})
    second = client.get(reverse("tickets:list") + link(first, "next"))

    assert link(first, "next").startswith("?priority=1&after=")
    assert (summaries(first), summaries(second)) == (["B"], ["A"])


def test_an_empty_list_says_why(client, made):
    assert "No tickets yet" in client.get(reverse("tickets:list")).text
    made("A")
    assert "No ticket fits" in client.get(reverse("tickets:list"), {"q": "zzz"}).text


def test_what_is_past_its_due_time_says_so(client, made):
    made("A", due_at=timezone.now() - timedelta(days=2))
    made("B", due_at=timezone.now() - timedelta(days=2), status="Closed")

    assert client.get(reverse("tickets:list")).text.count("chip danger") == 1


def test_without_the_right_there_is_no_list(client, worker):
    worker.user_permissions.clear()
    worker.groups.clear()

    assert client.get(reverse("tickets:list")).status_code == 403


@pytest.mark.parametrize("rows", [1, 20])
def test_as_many_queries_for_many_rows(client, made, rows, django_assert_num_queries):
    for number in range(rows):
        made(f"T{number}", assignee=UserFactory(), group=AssignmentGroupFactory())

    edge = connection.vendor == "postgresql"  # Where the next rows end, that words are sought in.
    with django_assert_num_queries(15 + edge):
        client.get(reverse("tickets:list"), {"q": "T", "stage": "open"})


def test_a_page_that_asks_again_gets_its_rows_when_something_was_touched(client, made):
    made("Printer on floor 3")
    page = client.get(reverse("tickets:list"))
    since = re.search(r'data-asof="([^"]+)"', page.text)[1]
    ask = {"kind": "incident", "since": since}
    rows = client.get(reverse("tickets:rows"), ask)
    assert summaries(rows) == ["Printer on floor 3"]  # Made less than a minute before.
    assert "<html" not in rows.text

    old = timezone.now() - timedelta(minutes=2)
    Ticket.objects.update(updated_at=old)
    assert client.get(reverse("tickets:rows"), ask).status_code == 204
    work_order = made("Second monitor", kind="work_order")
    assert summaries(client.get(reverse("tickets:rows"), ask)) == ["Printer on floor 3"]
    assert work_order.summary in client.get(reverse("tickets:rows"), {"since": since}).text


@pytest.mark.parametrize(
    "since",
    [
        "9999-12-31T23:59:59-23:59",
        "",
        "now",
        "2026-13-40T00:00",
        "2026-01-01T00:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_moment_that_cannot_be_read_is_as_none(client, made, since):
    made("Printer on floor 3")

    assert client.get(reverse("tickets:rows"), {"since": since}).status_code == 200


def test_others_companies_tickets_are_no_news(client, made):
    since = timezone.now().isoformat()
    made("Not his", customer=CustomerFactory(company=CompanyFactory()))

    assert client.get(reverse("tickets:rows"), {"since": since}).status_code == 204
