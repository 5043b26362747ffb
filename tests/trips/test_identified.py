"""A customer whom his company's page names."""

import pytest
from playwright.sync_api import expect

from tests.trips.desk import AgentAtWork, Customer, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]


def test_two_tabs_of_one_person_share_his_chat_and_ask_for_one_token(product, person, host):
    desk = make_desk(product(), host.origin)
    host.show(desk, person="Rosa")
    profile = person()
    tokens = []
    profile.on("request", lambda asked: tokens.append(asked) if _is_for_a_token(asked) else None)
    first = Customer(profile.new_page(), host)
    agent = AgentAtWork(person().new_page(), desk)
    first.ask("The label printer is offline")
    agent.accept("The label printer")
    second = Customer(profile.new_page(), host)
    second.open()
    second.say("from the second tab")
    agent.sees("from the second tab")
    first.sees("from the second tab")
    first.page.reload()
    first.sees("from the second tab")

    expect(agent.page.locator(".conv__name")).to_have_text("Rosa")
    expect(agent.page.locator(".conv__head").get_by_text("Unverified")).to_have_count(0)
    assert first.said() == second.said() == agent.said()
    assert len(tokens) <= 2


def _is_for_a_token(asked) -> bool:
    return asked.method == "POST" and asked.url.endswith("/customers/")
