"""Chat hours as rows: which of them hold for a queue, and what the database refuses."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from livechat.models import ChatHours, ChatHoursPeriod, Holiday, Place
from tests.factories import ChatHoursFactory, CompanyFactory, QueueFactory

pytestmark = pytest.mark.django_db

#: A Monday, at noon.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOSED = ChatHours.Kind.CLOSED


def state_of(queue, now=NOON):
    place = Place(queue.company_id, queue.pk)
    return ChatHours.objects.state_for([place], now)[place]


def test_without_hours_every_queue_is_open():
    queue = QueueFactory()

    assert state_of(queue).is_open
    assert ChatHours.objects.is_open(queue, NOON)


def test_hours_hold_for_what_they_are_meant_for():
    queue, of_another_company = QueueFactory(), QueueFactory()
    sibling = QueueFactory(company=queue.company)
    ChatHoursFactory(kind=CLOSED, queue=queue)

    assert not ChatHours.objects.is_open(queue, NOON)
    assert ChatHours.objects.is_open(sibling, NOON)
    ChatHoursFactory(kind=CLOSED, company=queue.company)
    assert not ChatHours.objects.is_open(sibling, NOON)
    assert ChatHours.objects.is_open(of_another_company, NOON)
    ChatHoursFactory(kind=CLOSED)
    assert not ChatHours.objects.is_open(of_another_company, NOON)


def test_in_a_queue_of_all_companies_the_hours_of_the_chats_company_hold():
    company, general = CompanyFactory(), QueueFactory(company=None)
    ChatHoursFactory(kind=CLOSED, company=company)

    assert ChatHours.objects.is_open(general, NOON)
    assert not ChatHours.objects.is_open(general, NOON, company=company.pk)


def test_the_higher_priority_decides():
    queue = QueueFactory()
    ChatHoursFactory(kind=CLOSED, priority=1, queue=queue)
    ChatHoursFactory(priority=2)

    assert state_of(queue).is_open


def test_of_the_same_priority_the_queues_goes_before_the_companys_and_that_before_all():
    queue = QueueFactory()
    for says, covers in (
        ("all", {}),
        ("company", {"company": queue.company}),
        ("queue", {"queue": queue}),
    ):
        ChatHoursFactory(kind=CLOSED, message=says, **covers)

        assert state_of(queue).message == says


def test_the_times_are_the_companys_and_without_one_the_projects():
    berlin = QueueFactory(company=CompanyFactory(time_zone="Europe/Berlin"))
    elsewhere = QueueFactory()
    ChatHoursFactory(week={1: (8, 18)}, company=berlin.company)
    ChatHoursFactory(week={1: (8, 18)}, priority=1)

    assert state_of(berlin).opens_at == datetime(2026, 3, 3, 7, tzinfo=UTC)
    assert state_of(elsewhere).opens_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_a_holiday_is_closed():
    queue = QueueFactory()
    ChatHoursFactory(week=dict.fromkeys(range(7), (0, 24)), holidays={NOON.date(): "Founding day"})

    assert state_of(queue).opens_at == datetime(2026, 3, 3, tzinfo=UTC)


def test_what_was_long_ago_turns_no_other_day_into_an_open_one():
    """A closed one of dates alone closes those dates, also when they are over."""
    ChatHoursFactory(kind=CLOSED, holidays={date(2025, 12, 25): "Christmas"})

    assert state_of(QueueFactory()).is_open


def test_retired_hours_decide_nothing():
    ChatHoursFactory(kind=CLOSED, retired_at=timezone.now())

    assert state_of(QueueFactory()).is_open


def test_in_effect_is_what_decides_for_what_it_is_meant_for():
    queue = QueueFactory()
    day = ChatHoursFactory(week={0: (8, 18)}, queue=queue, priority=5)
    training = ChatHoursFactory(kind=CLOSED, week={0: (11, 13)}, queue=queue, priority=9)
    everywhere = ChatHoursFactory(priority=1)

    assert ChatHours.objects.in_effect(NOON) == {training.pk, everywhere.pk}
    assert ChatHours.objects.in_effect(NOON.replace(hour=9)) == {day.pk, everywhere.pk}


@pytest.mark.parametrize("count", [1, 20])
def test_its_queries_do_not_grow(count, django_assert_num_queries):
    queues = QueueFactory.create_batch(count)
    for queue in queues:
        holidays = {NOON.date(): "Founding day"}
        ChatHoursFactory(company=queue.company, week={0: (8, 18)}, holidays=holidays)
    places = [Place(queue.company_id, queue.pk) for queue in queues]

    with django_assert_num_queries(3):  # hours with companies, weekly times, holidays
        states = ChatHours.objects.state_for(places, NOON)
    with django_assert_num_queries(3):
        ChatHours.objects.in_effect(NOON)

    assert [states[place].is_open for place in places] == [False] * count


def test_without_hours_it_asks_once(django_assert_num_queries):
    queue = QueueFactory()

    with django_assert_num_queries(1):
        ChatHours.objects.is_open(queue, NOON)


@pytest.mark.parametrize(
    "row",
    [
        {"weekday": 7, "since": time(8), "until": time(9)},
        {"weekday": 0, "since": time(9), "until": time(9)},
        {"weekday": 0, "since": time(9), "until": time(8)},
        {"weekday": 0, "since": time(10), "until": time(11)},
    ],
)
def test_the_database_refuses_times_that_cannot_be(row):
    hours = ChatHoursFactory(week={0: (10, 12)})

    with pytest.raises(IntegrityError), transaction.atomic():
        ChatHoursPeriod.objects.create(hours=hours, **row)


def test_the_end_of_the_day_may_follow_anything():
    hours = ChatHoursFactory(week={0: (0, 24), 1: (22, 24)})

    assert [str(row) for row in hours.periods.all()] == [
        "Monday 00:00–24:00",
        "Tuesday 22:00–24:00",
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"date": date(2026, 12, 25)},
        {"date": date(2026, 12, 26), "since": time(8)},
        {"date": date(2026, 12, 26), "until": time(8)},
        {"date": date(2026, 12, 26), "until": time(0)},
        {"date": date(2026, 12, 26), "since": time(9), "until": time(8)},
    ],
)
def test_the_database_refuses_holidays_that_cannot_be(row):
    hours = ChatHoursFactory(holidays={date(2026, 12, 25): "Christmas"})

    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(hours=hours, name="Odd", **row)


def test_the_database_refuses_an_unknown_kind():
    with pytest.raises(IntegrityError), transaction.atomic():
        ChatHoursFactory(kind="odd")


def test_what_hours_are_meant_for_stays():
    queue = QueueFactory()
    hours = ChatHoursFactory(queue=queue, company=queue.company, week={0: (8, 18)})

    for row in (queue, queue.company, hours):
        with pytest.raises(ProtectedError):
            row.delete()
