"""The whole job, and what breaks in the middle: each message once, in order, on both sides."""

import pytest
from playwright.sync_api import expect

from tests.trips.conftest import Conversation
from tests.trips.desk import Customer, Talker

pytestmark = [pytest.mark.browser, pytest.mark.product]

QUESTION = "My VPN drops every ten minutes"


def both_see(conversation: Conversation, expected: list[str], seconds: float = 30) -> None:
    conversation.customer.sees(expected[-1], seconds=seconds)
    conversation.agent.sees(expected[-1], seconds=seconds)
    assert conversation.customer.said() == expected
    assert conversation.agent.said() == expected


def test_a_question_becomes_a_conversation_and_ends(conversation):
    customer, agent = conversation.customer, conversation.agent

    agent.say("Hi, Noor here.")
    customer.sees("Hi, Noor here.")
    customer.box.press_sequentially("Both", delay=20)
    expect(agent.stream.locator(".typing")).to_be_visible()
    customer.box.press("Enter")
    agent.sees("Both")

    expect(customer.stream.locator(".grp__meta.read")).to_be_visible()
    expect(agent.stream.locator(".grp__meta.read")).to_be_visible()
    agent.end()
    expect(customer.frame.get_by_role("button", name="Start a new chat")).to_be_visible()
    assert customer.said() == [QUESTION, "Hi, Noor here.", "Both"]


def test_a_side_note_stays_with_the_agents(conversation):
    conversation.agent.page.get_by_role("tab", name="Note").click()
    conversation.agent.say("Old profile on this laptop")
    expect(conversation.agent.stream.locator(".note")).to_contain_text("Old profile")
    conversation.agent.page.get_by_role("tab", name="Reply").click()
    conversation.agent.say("One moment")

    conversation.customer.sees("One moment")

    assert (
        "Old profile"
        not in conversation.customer.page.locator("iframe")
        .content_frame.locator("body")
        .inner_text()
    )


def test_reload_in_mid_send(conversation):
    proxy = conversation.product.proxy()
    proxy.stall()
    conversation.customer.say("sent just before the reload")
    proxy.cut()
    conversation.customer.page.reload(wait_until="commit")
    proxy.heal()
    conversation.customer.page.reload()

    both_see(conversation, [QUESTION, "sent just before the reload"])


def test_reload_and_navigation_of_the_host_page_keep_the_chat(conversation):
    conversation.agent.say("Which site?")
    conversation.customer.sees("Which site?")
    conversation.customer.page.get_by_role("link", name="Other").click()
    conversation.customer.sees("Which site?")
    conversation.customer.say("Harbour")

    both_see(conversation, [QUESTION, "Which site?", "Harbour"])


def test_two_tabs_show_each_message_once(conversation):
    second = Customer(conversation.customer.page.context.new_page(), conversation.host)
    other = Talker(conversation.agent.page.context.new_page())
    conversation.customer.say("from the first tab")
    conversation.agent.sees("from the first tab")
    other.page.goto(conversation.agent.page.url)
    second.open()
    second.sees("from the first tab")
    second.say("from the second tab")
    conversation.agent.say("seen")

    expected = [QUESTION, "from the first tab", "from the second tab", "seen"]
    both_see(conversation, expected)
    second.sees("seen")
    other.sees("seen")
    assert second.said() == other.said() == expected


def test_the_server_is_killed_between_type_and_ack(conversation):
    customer, agent, product = conversation.customer, conversation.agent, conversation.product
    expected = [QUESTION]
    for round_ in range(3):
        customer.say(f"before the crash {round_}")
        product.kill()
        agent.say(f"while it is down {round_}")
        product.start()
        agent.sees(f"before the crash {round_}", seconds=40)
        customer.sees(f"while it is down {round_}", seconds=40)
        expected += [f"before the crash {round_}", f"while it is down {round_}"]

    assert sorted(customer.said()) == sorted(expected)
    assert customer.said() == agent.said()


def test_the_network_is_cut_for_20_seconds(conversation):
    proxy = conversation.product.proxy()
    proxy.cut()
    conversation.customer.say("written in the dark")
    expect(conversation.agent.page.get_by_text("Reconnecting").first).to_be_visible()
    conversation.agent.page.wait_for_timeout(20_000)
    proxy.heal()

    both_see(conversation, [QUESTION, "written in the dark"], seconds=40)


def test_20_messages_composed_offline(conversation):
    lines = [f"line {n:02} of twenty" for n in range(20)]
    conversation.product.proxy().cut()
    for line in lines:
        conversation.customer.say(line)
    conversation.product.proxy().heal()

    both_see(conversation, [QUESTION, *lines], seconds=60)
