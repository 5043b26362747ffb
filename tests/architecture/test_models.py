"""Rows vanish never, and are known outside by ids that cannot be guessed. (Rules 4, 9)"""

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

from tests.architecture.sources import APPS

#: Models of settings, and decisions, to be read. Work is done in the console. (Rule 11)
ADMINISTERED = {
    "auth.Group",
    "knowledge.ArticleCategory",
    "knowledge.KnowledgeSettings",
    "knowledge.MissedSearch",
    "knowledge.SynonymGroup",
    "livechat.Agent",
    "livechat.AvailabilityReason",
    "livechat.ChatHours",
    "livechat.ChatSettings",
    "livechat.Queue",
    "livechat.RoutingDecision",
    "livechat.SystemMessage",
    "livechat.Topic",
    "tickets.ApiToken",
    "tickets.Asset",
    "tickets.AssignmentGroup",
    "tickets.Category",
    "tickets.ChatOutcome",
    "tickets.Company",
    "tickets.Customer",
    "tickets.PriorityRule",
    "tickets.RequiredField",
    "tickets.Service",
    "tickets.ServiceAlert",
    "tickets.Status",
    "tickets.StatusReason",
    "tickets.TicketTemplate",
    "tickets.User",
}
NAMED_OUTSIDE = {
    "livechat.Agent",
    "livechat.Chat",
    "livechat.ChatHours",
    "livechat.Queue",
    "livechat.Topic",
    "tickets.Asset",
    "tickets.AssignmentGroup",
    "tickets.Category",
    "tickets.Company",
    "tickets.Customer",
    "tickets.Service",
    "tickets.ServiceAlert",
    "tickets.Status",
    "tickets.StatusReason",
    "tickets.StoredFile",
    "tickets.Ticket",
    "tickets.TicketTemplate",
    "tickets.User",
}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def cascading(among: Iterable[type[models.Model]]) -> Iterator[str]:
    for model in among:
        for field in model._meta.local_fields:
            kept = getattr(field.remote_field, "on_delete", models.PROTECT) is models.PROTECT
            if not kept and not field.remote_field.parent_link:
                yield f"{field}: a foreign key is PROTECT; nothing vanishes with something else"


def guessable(among: Iterable[type[models.Model]]) -> Iterator[str]:
    for model in among:
        if model._meta.label in NAMED_OUTSIDE:
            field = model._meta.get_field("public_id")
            made = {field.get_default() for _ in range(100)}
            if not field.unique or len(made) < 100 or {len(each) for each in made} != {22}:
                yield f"{field}: a public id is unique and made of 128 random bits"


def test_every_foreign_key_protects() -> None:
    assert not list(cascading(own_models()))


def test_public_ids_are_random() -> None:
    assert not list(guessable(own_models()))


def test_the_admin_holds_settings_only() -> None:
    assert {model._meta.label for model in admin.site._registry} == ADMINISTERED


@pytest.fixture
def planted() -> Iterator[type[models.Model]]:
    """A model as it must not be; unknown again afterwards."""

    class Planted(models.Model):
        parent = models.ForeignKey("self", models.CASCADE)
        public_id = models.CharField(max_length=22, default=lambda: "1" * 22)

        class Meta:
            app_label = "livechat"

        def __str__(self) -> str:
            return self.public_id

    yield Planted
    del apps.all_models["livechat"]["planted"]
    apps.clear_cache()


def test_they_see_a_bad_model(planted: type[models.Model], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "NAMED_OUTSIDE", {"livechat.Planted"})

    assert list(cascading([planted]))
    assert list(guessable([planted]))
