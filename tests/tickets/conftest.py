"""An administrator at work, and what is announced meanwhile."""

import pytest
from django.test import Client

from tests.factories import UserFactory
from tickets.signals import configuration_changed


@pytest.fixture
def administrator(db):
    return UserFactory(administrator=True)


@pytest.fixture
def client(administrator):
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def announced():
    """Every row of a setting announced to the apps above, in order."""
    rows = []

    def remember(setting, **_):
        rows.append(setting)

    configuration_changed.connect(remember)
    yield rows
    configuration_changed.disconnect(remember)
