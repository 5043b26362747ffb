"""Chat hours at the API: what anybody may ask, and that nothing starts outside them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from livechat.models import Chat, ChatHours, ChatSettings, Topic
from tests.factories import (
    ChatHoursFactory,
    CompanyFactory,
    CustomerFactory,
    QueueFactory,
    ServiceAlertFactory,
)
from tests.livechat.api.conftest import problem_of

pytestmark = pytest.mark.django_db

#: A Monday, at noon.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOSED = ChatHours.Kind.CLOSED
PAPERS = {
    "open": False,
    "message": "Closed on Mondays",
    "until": "2026-03-03T00:00:00.000Z",
    "seconds": 43_200,
    "leave": True,
    "alerts": [],
}
OPEN = {"open": True, "message": "", "until": None, "seconds": None, "leave": True, "alerts": []}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def company():
    return QueueFactory(is_default=True).company


def asked(company, query=""):
    return Client().get(f"/api/v1/hours/?company={company.public_id}{query}")


def closed_on_mondays(**fields):
    hours = ChatHoursFactory(kind=CLOSED, message="Closed on Mondays", **fields)
    hours.periods.create(weekday=0, since=time(0), until=time(0))
    return hours


def test_without_hours_it_is_open(company):
    assert asked(company).json() == OPEN


def test_outside_hours_it_says_why_and_until_when(company):
    closed_on_mondays()

    assert asked(company).json() == PAPERS


def test_it_is_open_while_one_of_its_topics_is(company):
    closed_on_mondays(queue=company.queues.get())
    other = QueueFactory(company=company)
    assert not asked(company).json()["open"]

    Topic.objects.create(queue=other, name="Network")

    assert asked(company).json()["open"]


def test_nobody_is_told_of_what_is_not_there():
    assert Client().get("/api/v1/hours/").status_code == 404
    assert Client().get("/api/v1/hours/?company=%00").status_code == 404
    assert asked(CompanyFactory(retired_at=NOON)).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_its_queries_do_not_grow_with_the_hours(company, count, django_assert_num_queries):
    for queue in [company.queues.get(), *QueueFactory.create_batch(count, company=company)]:
        Topic.objects.create(queue=queue, name=f"Topic {queue.pk}")
        ChatHoursFactory(queue=queue, week={0: (8, 18)}, holidays={date(2026, 3, 3): "Off"})

    # Company, queue, topics, hours, weekly times, holidays; settings, alerts, their next change.
    with django_assert_num_queries(9):
        assert asked(company).json()["open"]


# --- Alerts ---------------------------------------------------------------------------------------


def alert(title, *, of=None, shown=True, **fields):
    made = ServiceAlertFactory(
        title=title, **{"starts_at": NOON - HOUR, "shown_to_customers": shown, **fields}
    )
    made.companies.set([of] if of else [])
    return made


def test_it_tells_of_what_is_out_of_order_for_this_company(company):
    """In effect, for this company or all, and meant for customers: nothing else."""
    for_all = alert("For all", text="Use <b>the other</b> one.", starts_at=NOON - 2 * HOUR)
    alert("For us", of=company)
    alert("For others", of=CompanyFactory())
    alert("For agents", shown=False)
    alert("Later", starts_at=NOON + HOUR)
    alert("Over", starts_at=NOON - 2 * HOUR, ends_at=NOON)

    told = asked(company).json()["alerts"]

    assert [one["title"] for one in told] == ["For us", "For all"]
    assert told[1] == {"id": for_all.public_id, "title": "For all", "text": for_all.text}


@pytest.mark.parametrize(
    ("alerts", "seconds"),
    [
        ([], 43_200),  # The hours change at midnight.
        ([{"ends_at": NOON + HOUR}], 3_600),
        ([{"starts_at": NOON + HOUR}, {"ends_at": NOON + 2 * HOUR}], 3_600),
        ([{"starts_at": NOON + HOUR, "shown": False}], 43_200),
        ([{"ends_at": NOON + 20 * HOUR}], 43_200),
        ([{"ends_at": NOON + timedelta(microseconds=1)}], 1),
    ],
)
def test_it_says_when_to_ask_again(company, alerts, seconds):
    closed_on_mondays()
    for number, fields in enumerate(alerts):
        alert(f"Alert {number}", **fields)

    assert asked(company).json()["seconds"] == seconds


def test_it_asks_again_within_a_browsers_timers(company):
    """They hold 24 days; what is further away fires at once, again and again."""
    alert("Next quarter", ends_at=NOON + timedelta(days=40))

    assert asked(company).json()["seconds"] == 14 * 24 * 3_600


def test_it_says_whether_a_ticket_can_be_left(company):
    ChatSettings.objects.update(leave_tickets=False)

    assert asked(company).json()["leave"] is False


# --- Starting a chat ------------------------------------------------------------------------------


def start(caller, client_id="client-1"):
    return caller.post("chats/", {"client_id": client_id, "question": "The printer is offline."})


@pytest.fixture
def caller(as_customer, company):
    return as_customer(CustomerFactory(company=company))


def test_outside_hours_no_chat_starts(caller, company):
    closed_on_mondays(company=company)

    problem = problem_of(start(caller), 409)

    assert (problem["code"], problem["detail"]) == ("chats_closed", "Closed on Mondays")
    assert problem["opens_at"] == "2026-03-03T00:00:00.000Z"
    assert not Chat.objects.exists()


def test_without_a_message_it_says_so_itself(caller):
    ChatHoursFactory(kind=CLOSED)

    problem = problem_of(start(caller), 409)

    assert (problem["detail"], problem["opens_at"]) == ("We are closed right now.", None)


def test_a_request_that_is_repeated_after_closing_time_finds_its_chat(caller):
    made = start(caller)
    closed_on_mondays()

    again = start(caller)

    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])


def test_a_chat_under_way_is_told_of_also_after_closing_time(caller):
    made = start(caller)
    closed_on_mondays()

    problem = problem_of(start(caller, "client-2"), 409)

    assert (problem["code"], problem["chat"]) == ("live_chat_exists", made.json()["id"])


def test_what_waits_is_not_touched_by_closing_time(caller):
    made = start(caller).json()
    closed_on_mondays()

    assert caller.get(f"chats/{made['id']}/").json()["status"] == "queued"
