"""A conversation under way: two Chromium processes, one server behind a proxy."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType

from tests.browser.conftest import browser_type_launch_args, browsers
from tests.product import Product
from tests.trips.desk import AgentAtWork, Customer, Desk, HostPage, make_desk

__all__ = ["browser_type_launch_args", "browsers"]


@dataclass
class Conversation:
    """Both sides, and what they run on."""

    product: Product
    desk: Desk
    host: HostPage
    customer: Customer
    agent: AgentAtWork


@pytest.fixture
def host() -> Iterator[HostPage]:
    with HostPage() as page:
        yield page


@pytest.fixture
def agents(
    product: Callable[..., Product], host: HostPage, browser: Browser
) -> tuple[AgentAtWork, AgentAtWork]:
    """Noor and Mary, at one desk, each in a browser context of her own."""
    desk = make_desk(product(), host.origin, ("Noor Haddad", "Mary Lindqvist"))
    host.show(desk)
    noor, mary = (AgentAtWork(browser.new_context().new_page(), desk, who) for who in desk.emails)
    return noor, mary


ALLOWING = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}


@pytest.fixture
def person(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Callable[[], BrowserContext]]:
    """`person()` is a Chromium process with a profile of its own, as people have one.

    Storage in frames of another site is allowed, whatever this Chromium's packager thinks.
    """
    with ExitStack() as opened:
        profiles = count()

        def open_profile() -> BrowserContext:
            profile = tmp_path / f"profile-{next(profiles)}"
            (profile / "Default").mkdir(parents=True)
            (profile / "Default" / "Preferences").write_text(json.dumps(ALLOWING))
            context = browser_type.launch_persistent_context(profile, **browser_type_launch_args)
            opened.callback(context.close)
            return context

        yield open_profile


def under_way(
    product: Product,
    host: HostPage,
    customers: BrowserContext | Browser,
    agents: BrowserContext | Browser,
) -> Conversation:
    desk = make_desk(product, host.origin)
    host.show(desk)
    customer = Customer(customers.new_page(), host)
    agent = AgentAtWork(agents.new_page(), desk)
    customer.ask("My VPN drops every ten minutes")
    agent.accept("My VPN drops")
    return Conversation(product, desk, host, customer, agent)


@pytest.fixture
def conversation(
    product: Callable[..., Product], person: Callable[[], BrowserContext], host: HostPage
) -> Conversation:
    return under_way(product(), host, person(), person())
