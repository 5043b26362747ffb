"""The world and its sockets, for the families here."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.security.sockets import Sockets, sockets_in_line
from tests.security.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """Everybody and every kind of chat, for one test."""
    return make_world()


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    """Sockets of the real application; use it after what needs the database."""
    with sockets_in_line() as them:
        yield them


@pytest.fixture(scope="module")
def lasting_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A world for all tests of a module; each of them takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def cell(lasting_world: World, db: None) -> World:
    """The lasting world; what the test writes is gone afterwards."""
    return lasting_world
