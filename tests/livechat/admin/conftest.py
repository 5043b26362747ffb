"""An administrator at work, and what is announced meanwhile."""

import pytest
from django.test import Client

from livechat import events
from tests.factories import UserFactory


@pytest.fixture
def administrator(db):
    return UserFactory(administrator=True)


@pytest.fixture
def client(administrator):
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def published(monkeypatch):
    """Every event announced, in order."""
    news = []
    monkeypatch.setattr(events, "publish_all", news.extend)
    return news
