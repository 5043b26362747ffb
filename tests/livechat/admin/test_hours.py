"""Chat hours in the admin: their times, the week they make, and their history."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils import timezone

from livechat import events
from livechat.models import ChatHours, ChatHoursPeriod, Holiday, Queue
from tests.admin_pages import act, address, errors, save
from tests.factories import ChatHoursFactory, CompanyFactory, QueueFactory

#: A Monday, at noon.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIST = "/admin/livechat/chathours/"
EMPTY = {
    f"{name}-{count}_FORMS": "0"
    for name in ("periods", "holidays")
    for count in ("TOTAL", "INITIAL")
}


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def rows(name, *each):
    """New rows of an inline, as the page sends them."""
    data = {f"{name}-TOTAL_FORMS": str(len(each))}
    for number, row in enumerate(each):
        data |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return data


def period(weekday, since, until):
    return {"weekday": str(weekday), "since": since, "until": until}


def add(client, *periods, holidays=(), **fields):
    chosen = {"name": "Office hours", "kind": "open", "priority": "100", **fields}
    data = {**EMPTY, **chosen, **rows("periods", *periods), **rows("holidays", *holidays)}
    return client.post(f"{LIST}add/", data)


def complaints(answer):
    if answer.status_code == 302:
        return ""
    inlines = answer.context["inline_admin_formsets"]
    return errors(answer) + "".join(str(inline.formset.errors) for inline in inlines)


def test_a_week_is_entered_with_24_00_as_its_end(client):
    answer = add(client, period(0, "08:00", "18:00"), period(1, "22:00", "24:00"))

    assert complaints(answer) == ""
    assert [str(row) for row in ChatHoursPeriod.objects.all()] == [
        "Monday 08:00–18:00",
        "Tuesday 22:00–24:00",
    ]


def test_saved_again_unchanged_it_is_the_same(client):
    hours = ChatHoursFactory(week={1: (22, 24)}, holidays={date(2026, 12, 25): "Christmas Day"})

    assert complaints(save(client, hours)) == ""

    assert str(hours.periods.get()) == "Tuesday 22:00–24:00"
    assert "24:00" in client.get(address("change", hours)).text


@pytest.mark.parametrize(
    "others",
    [("17:59", "19:00"), ("07:00", "24:00"), ("08:01", "08:30")],
)
def test_times_of_a_day_do_not_overlap(client, others):
    answer = add(client, period(0, "08:00", "18:00"), period(0, *others))

    assert "Overlaps with other times" in complaints(answer)


def test_they_may_touch_and_other_days_are_free(client):
    touching = period(0, "18:00", "20:00")

    assert (
        complaints(add(client, period(0, "08:00", "18:00"), touching, period(1, "09:00", "19:00")))
        == ""
    )


def test_times_end_after_they_begin(client):
    assert "later than the first" in complaints(add(client, period(0, "18:00", "08:00")))
    assert "later than the first" in complaints(add(client, period(0, "08:00", "08:00")))


def test_a_holiday_has_both_times_or_none(client):
    christmas = {"date": "2026-12-25", "name": "Christmas Day"}

    assert "Give both times" in complaints(add(client, holidays=[{**christmas, "since": "08:00"}]))
    assert complaints(add(client, holidays=[christmas])) == ""
    assert str(Holiday.objects.get()) == "2026-12-25 Christmas Day: closed"


def test_a_holiday_stands_once(client):
    christmas = {"date": "2026-12-25", "name": "Christmas Day"}

    assert "duplicate" in complaints(add(client, holidays=[christmas, christmas])).lower()


def test_a_queue_brings_its_company_and_its_clock(client):
    queue = QueueFactory()

    add(client, queue=queue.pk)

    assert ChatHours.objects.get().company == queue.company


def test_a_queue_of_another_company_is_refused(client):
    answer = add(client, queue=QueueFactory().pk, company=CompanyFactory().pk)

    assert "not one of that company" in errors(answer)


def test_a_queue_of_all_companies_goes_with_any(client):
    general = QueueFactory(company=None)

    assert complaints(add(client, queue=general.pk, company=CompanyFactory().pk)) == ""


def test_the_list_says_what_is_in_effect(client, at_noon):
    ChatHoursFactory(name="Outranked", kind="closed", priority=1)
    ChatHoursFactory(name="Deciding", week={0: (8, 18)}, priority=2)

    page = client.get(LIST)

    shown = {row.name: row.effective for row in page.context["cl"].result_list}
    assert shown == {"Outranked": False, "Deciding": True}
    found = client.get(f"{LIST}?in_effect=no").context["cl"].result_list
    assert [row.name for row in found] == ["Outranked"]


def test_the_next_seven_days_are_shown(client, at_noon):
    company = CompanyFactory(time_zone="Europe/Berlin")
    hours = ChatHoursFactory(
        week={0: (8, 18), 2: (0, 24)}, holidays={date(2026, 3, 3): "Founding day"}, company=company
    )
    hours.periods.create(weekday=0, since=time(20), until=time(0))

    text = client.get(address("change", hours)).text

    assert "Mon 2 Mar: 08:00–18:00, 20:00–24:00" in text
    assert "Tue 3 Mar: closed" in text
    assert "Wed 4 Mar: 00:00–24:00" in text
    assert "Sun 8 Mar: closed" in text
    assert "Mon 9 Mar" not in text
    assert "By the clock of Europe/Berlin." in text


def test_the_days_are_shown_as_all_schedules_make_them(client, at_noon):
    hours = ChatHoursFactory(week={0: (8, 18)})
    ChatHoursFactory(name="Training", kind="closed", week={0: (10, 12), 1: (0, 24)}, priority=200)

    text = client.get(address("change", hours)).text

    assert "Tue 3 Mar: closed (by Training)" in text
    assert "Mon 2 Mar: 08:00–10:00, 12:00–18:00 (also by Training)" in text


def test_its_times_stand_in_its_history(client):
    hours = ChatHoursFactory(week={0: (8, 18)})
    row = hours.periods.get()

    save(client, hours, **{"periods-0-until": "24:00"}, message="Come back tomorrow")

    history = client.get(address("history", hours)).text
    assert f"{row}" in history
    assert "Monday 08:00–24:00" in history
    assert "Come back tomorrow" in history
    assert "Weekly times" in history


def test_saving_announces_the_hours_under_a_higher_version(client, published):
    hours = ChatHoursFactory()

    save(client, hours, priority=7)

    hours.refresh_from_db()
    assert (hours.priority, hours.version) == (7, 2)
    [changed] = [each for each in published if isinstance(each, events.SettingChanged)]
    assert (changed.kind, changed.version) == ("chat_hours", 2)
    assert events.HoursChanged(hours.company_id) in published


def test_they_are_retired_and_not_deleted(client):
    hours = ChatHoursFactory(week={0: (8, 18)})

    assert client.post(address("delete", hours), {"post": "yes"}).status_code == 403
    act(client, "retire", hours)

    hours.refresh_from_db()
    assert hours.retired_at


def test_hours_of_a_retired_queue_stay_its_own(client):
    queue = QueueFactory()
    hours = ChatHoursFactory(company=queue.company, queue=queue)
    Queue.objects.filter(pk=queue.pk).update(retired_at=timezone.now())
    other = QueueFactory(retired_at=timezone.now())

    page = client.get(address("change", hours))
    save(client, hours, name="Night desk")

    offered = page.context["adminform"].form.fields["queue"].queryset
    assert (queue in offered, other in offered) == (True, False)
    hours.refresh_from_db()
    assert (hours.name, hours.queue) == ("Night desk", queue)


def test_a_retired_queue_is_offered_to_no_other_hours(client):
    queue = QueueFactory(retired_at=timezone.now())

    assert "queue" in complaints(add(client, queue=queue.pk))
