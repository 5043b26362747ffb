"""One idempotency key from many callers at once, on PostgreSQL with real connections."""

import time
from collections.abc import Callable
from functools import partial

import pytest

from livechat.exceptions import KeyRunningError
from livechat.models import ApiCall
from livechat.services import once as service
from livechat.services.once import Answer, once
from tests.factories import CompanyFactory
from tests.livechat.services.racing import at_once
from tickets.models import Company

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CALLERS, ROUNDS = 8, 10


def make(seconds: float = 0.0) -> Answer:
    CompanyFactory()
    time.sleep(seconds)
    return 201, "{}"


def race(number: int, deed: Callable[[], Answer]) -> list[object]:
    key = f"key-{number}"
    return at_once([partial(once, "u1", key, "digest", deed) for _ in range(CALLERS)])


def test_one_of_many_at_once_does_it_and_all_others_are_told_so():
    for number in range(ROUNDS):
        answers = race(number, partial(make, 0.01))
        done = [each for each in answers if isinstance(each, tuple)]
        assert len([each for each in done if each == ((201, "{}"), False)]) == 1
        assert all(isinstance(each, KeyRunningError) for each in answers if each not in done)

    assert Company.objects.count() == ROUNDS


def test_who_was_taken_over_takes_back_what_he_did(monkeypatch):
    """A process that stood still for long goes on; another has done it meanwhile."""
    monkeypatch.setattr(service, "LONGEST", service.timedelta(seconds=0.2))

    def second() -> object:
        time.sleep(0.5)
        return once("u1", "key", "digest", make)

    slow, fast = at_once([partial(once, "u1", "key", "digest", partial(make, 1.0)), second])

    assert isinstance(slow, KeyRunningError)
    assert fast == ((201, "{}"), False)
    assert Company.objects.count() == 1
    assert ApiCall.objects.get().status == 201
