"""People, companies and what the seed migrations made, as rows for tests."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from factory import LazyFunction, Maybe, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory, Password

from tickets.models import (
    ApiToken,
    Company,
    Customer,
    Scope,
    Site,
    Status,
    User,
)

PASSWORD = "correct horse battery"


def seeded_group(name: str) -> Group:
    """A group of the migrations, whose rows a flushed database has lost."""
    if not Group.objects.filter(name=name).exists():
        for module, step in (
            ("livechat.migrations.0002_seed", "seed"),
            ("livechat.migrations.0014_ticket_rights", "allow"),
            ("livechat.migrations.0023_api_token_rights", "allow"),
            ("knowledge.migrations.0002_seed", "seed"),
        ):
            made = import_module(module)
            getattr(made, step)(apps, SimpleNamespace(connection=connection))
    return Group.objects.get(name=name)


def seeded_statuses() -> None:
    """What the tickets app's seed migration made; a flushed database has lost it."""
    if not Status.objects.exists():
        seed = import_module("tickets.migrations.0003_seed_records").seed
        seed(apps, SimpleNamespace(connection=connection))


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    name = Sequence(lambda n: f"Company {n}")
    external_key = Sequence(lambda n: f"company-{n}")
    allowed_origins = "https://intranet.example.com"


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    company = SubFactory(CompanyFactory)
    name = Sequence(lambda n: f"Site {n}")


class CustomerFactory(DjangoModelFactory):
    """Somebody who gave a name. `verified`: the company's page said who it is."""

    class Meta:
        model = Customer

    company = SubFactory(CompanyFactory)
    name = "Ada Byron"
    email = "ada@example.com"
    verified = False
    external_id = Maybe("verified", Sequence(lambda n: f"person-{n}"), None)


class UserFactory(DjangoModelFactory):
    """A member of staff without rights. Traits give a group's; `companies=[…]` some companies."""

    class Meta:
        model = User

    class Params:
        agent = Trait(in_groups=["Agent"])
        supervisor = Trait(in_groups=["Supervisor"])
        administrator = Trait(in_groups=["Chat administrator"], is_staff=True)
        alert_administrator = Trait(in_groups=["Alert administrator"], is_staff=True)
        author = Trait(in_groups=["Knowledge author"])
        publisher = Trait(in_groups=["Knowledge publisher"])
        superuser = Trait(is_staff=True, is_superuser=True, all_companies=True)

    name = Sequence(lambda n: f"Noor Haddad {n}")
    email = Sequence(lambda n: f"noor{n}@desk.example")
    password = Password(PASSWORD)
    in_groups = ()
    companies = ()

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        groups, companies = fields.pop("in_groups"), fields.pop("companies")
        user: User = super()._create(model_class, *args, **fields)
        user.groups.add(*map(seeded_group, groups))
        user.companies.add(*companies)
        return user


class ApiTokenFactory(DjangoModelFactory):
    """A token of a user with every scope; it has no secret yet."""

    class Meta:
        model = ApiToken

    user = SubFactory(UserFactory)
    name = Sequence(lambda n: f"Monitoring {n}")
    scopes = LazyFunction(lambda: list(Scope.values))
