"""Counters of attempts: so many in a window and no more, however many try at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from tests.factories import PASSWORD, UserFactory
from tickets import clock
from tickets.exceptions import ThrottledError
from tickets.models import Throttle, User
from tickets.services.people import sign_in_user

RATE = "sign_in_account"
LIMIT = 10


@pytest.fixture(autouse=True)
def rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.RATES, RATE, (LIMIT, 300))


def take(times: int, who: str = "ann", rate: str = RATE) -> list[int]:
    return [Throttle.objects.take(rate, who) for _ in range(times)]


@pytest.mark.django_db
def test_so_many_are_allowed_and_then_none():
    waits = take(LIMIT + 2)

    assert waits[:LIMIT] == [0] * LIMIT
    assert all(0 < wait <= 300 for wait in waits[LIMIT:])


@pytest.mark.django_db
def test_everybody_is_counted_alone():
    take(LIMIT + 1, "ann")

    assert take(1, "bob") == [0]


@pytest.mark.django_db
def test_every_rate_is_counted_alone():
    take(LIMIT + 1)

    assert take(1, rate="sign_in_address") == [0]


@pytest.mark.django_db
def test_who_and_rate_do_not_run_into_each_other(monkeypatch):
    monkeypatch.setitem(settings.RATES, "a", (1, 300))
    monkeypatch.setitem(settings.RATES, "ab", (1, 300))

    assert (take(1, "bc", "a"), take(1, "c", "ab")) == ([0], [0])


@pytest.mark.django_db
def test_after_the_window_a_new_one_begins():
    take(LIMIT + 1)
    Throttle.objects.update(resets_at=timezone.now())

    assert take(LIMIT + 1)[:-1] == [0] * LIMIT


@pytest.mark.django_db
def test_a_refused_attempt_does_not_move_the_end_of_the_window():
    take(LIMIT)
    end = Throttle.objects.get().resets_at

    take(5)

    assert Throttle.objects.get().resets_at == end


@pytest.mark.django_db
def test_no_name_is_kept():
    take(1, "ann@example.com")

    assert "ann" not in Throttle.objects.get().key


@pytest.mark.django_db
def test_what_counts_nothing_any_more_is_forgotten():
    take(1, "ann")
    Throttle.objects.update(resets_at=timezone.now() - timedelta(days=2))
    take(1, "bob")

    clock.forget_throttles()

    assert Throttle.objects.count() == 1


@pytest.mark.django_db
def test_what_is_given_back_may_be_taken_again():
    take(LIMIT)

    Throttle.objects.give_back(RATE, "ann")

    assert [wait == 0 for wait in take(2)] == [True, False]


@pytest.mark.django_db
def test_nothing_is_given_back_twice():
    take(1)

    Throttle.objects.give_back(RATE, "ann")
    Throttle.objects.give_back(RATE, "ann")

    assert Throttle.objects.get().taken == 0


@pytest.mark.django_db
def test_a_cleared_count_begins_anew():
    take(LIMIT)

    Throttle.objects.clear(RATE, "ann")

    assert take(LIMIT + 1)[:-1] == [0] * LIMIT


# --- signing in ----------------------------------------------------------------------------------


def attempt(user: User, password: str = "wrong", address: str = "a") -> bool:
    """Whether it was looked at, right or wrong."""
    try:
        sign_in_user(email=user.email, password=password, address=address)
    except ThrottledError:
        return False
    return True


@pytest.mark.django_db
def test_failures_of_an_account_at_an_address_are_counted():
    user = UserFactory()

    for _ in range(LIMIT):
        assert sign_in_user(email=user.email, password="wrong", address="a") is None
    with pytest.raises(ThrottledError) as refused:
        sign_in_user(email=f" {user.email.upper()} ", password=PASSWORD, address="a")

    assert 0 < refused.value.wait <= 300


@pytest.mark.django_db
def test_failures_elsewhere_are_not_the_owners():
    user = UserFactory()
    for _ in range(LIMIT + 1):
        attempt(user, address="a")

    assert sign_in_user(email=user.email, password=PASSWORD, address="b") == user


@pytest.mark.django_db
def test_a_success_is_no_failure_of_the_account():
    user = UserFactory()

    assert all(attempt(user, PASSWORD) for _ in range(LIMIT + 1))


@pytest.mark.django_db
def test_a_success_forgets_the_failures_of_its_account_there():
    user = UserFactory()
    for _ in range(LIMIT - 1):
        attempt(user)

    attempt(user, PASSWORD)

    assert [attempt(user) for _ in range(LIMIT + 1)] == [True] * LIMIT + [False]


@pytest.mark.django_db
def test_a_success_forgets_nobody_elses_failures_at_its_address(monkeypatch):
    """Or who has one account could try all others for ever."""
    monkeypatch.setitem(settings.RATES, "sign_in_address", (3, 300))
    own = UserFactory()

    tried = [attempt(each, PASSWORD if each is own else "wrong") for each in [
        UserFactory(), own, UserFactory(), own, UserFactory(), own,
    ]]  # fmt: skip

    assert tried == [True] * 5 + [False]


@pytest.mark.django_db
def test_whoever_waits_for_his_account_costs_his_address_nothing(monkeypatch):
    monkeypatch.setitem(settings.RATES, "sign_in_address", (LIMIT + 2, 300))
    impatient = UserFactory()

    for _ in range(LIMIT + 5):
        attempt(impatient)

    assert attempt(UserFactory())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_attempts_at_once_are_counted_one_by_one():
    barrier = threading.Barrier(50)

    def attempt(_number: int) -> int:
        try:
            barrier.wait(timeout=30)
            return Throttle.objects.take(RATE, "ann")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as threads:
        waits = list(threads.map(attempt, range(50)))

    assert waits.count(0) == LIMIT
