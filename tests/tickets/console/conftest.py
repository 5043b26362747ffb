"""Somebody who works on tickets, signed in."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import CompanyFactory, UserFactory
from tickets.models import Company, User


def ticket_worker(*companies: Company, **fields) -> User:
    """A member of staff of these companies who may work on their tickets."""
    user = UserFactory(companies=companies, **fields)
    user.user_permissions.add(Permission.objects.get(codename="work_on_tickets"))
    return user


@pytest.fixture
def company(db):
    return CompanyFactory()


@pytest.fixture
def worker(company):
    return ticket_worker(company, name="Noor Haddad", time_zone="Europe/Berlin")


@pytest.fixture
def client(worker):
    client = Client(headers={"X-Parley-Fragment": "1"})
    client.force_login(worker)
    return client
