"""Routing decisions in the admin: found, read, never changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.models import Chat, RoutingDecision
from livechat.policy import Code, Verdict
from tests.admin_pages import act, address
from tests.factories import AgentFactory, ChatFactory, UserFactory

LIST = "/admin/livechat/routingdecision/"


def considered(chat, *codes):
    agents = [AgentFactory(queues=[chat.queue]) for _ in codes]
    verdicts = [Verdict(a.pk, code, 3, 3) for a, code in zip(agents, codes, strict=True)]
    return agents, verdicts


@pytest.fixture
def waiting(db):
    """A chat for which nobody was found, twice."""
    chat = ChatFactory()
    agents, verdicts = considered(chat, Code.FULL, Code.UNAVAILABLE)
    for _ in range(2):
        RoutingDecision.objects.note(chat, verdicts, timezone.now())
    return chat, agents


@pytest.fixture
def given(db):
    """A chat that went to the second of two."""
    chat = ChatFactory()
    agents, verdicts = considered(chat, Code.RANKED, Code.CHOSEN)
    now = timezone.now()
    RoutingDecision.objects.settle(chat, agents[1], "auto", verdicts, now, selector="rotation")
    return chat, agents


def found(client, query):
    return [row.chat for row in client.get(f"{LIST}?{query}").context["cl"].result_list]


def test_every_reason_is_said_in_words_with_its_agent(client, waiting):
    chat, agents = waiting

    page = client.get(LIST).text

    assert f"{agents[0]} has as many chats as allowed (3 of 3)" in page
    assert f"{agents[1]} is unavailable (3 of 3)" in page
    assert chat.public_id in page
    assert "nobody yet" in page


def test_who_was_chosen_comes_first(client, given):
    _chat, agents = given

    page = client.get(LIST).text

    assert f"{agents[1]}: given automatically" in page
    assert page.index("was chosen") < page.index("could have taken it")


def test_a_reason_may_be_about_the_chat(client):
    RoutingDecision.objects.note(ChatFactory(), [Verdict(None, Code.NO_AGENTS)], timezone.now())

    assert "The queue has no agents" in client.get(LIST).text


def test_the_list_has_few_lines_and_the_page_all(client):
    chat = ChatFactory()
    agents, verdicts = considered(chat, *[Code.OFFLINE] * 6)
    RoutingDecision.objects.note(chat, verdicts, timezone.now())

    listed = client.get(LIST).text
    page = client.get(address("change", RoutingDecision.objects.get())).text

    assert "and 2 more" in listed
    assert listed.count("cannot be reached (") == 4
    assert all(f"{agent} cannot be reached" in page for agent in agents)


def test_it_is_found_by_chat_by_who_was_considered_and_by_reason(client, waiting, given):
    (unlucky, (full, _away)), (lucky, (ranked, chosen)) = waiting, given

    assert found(client, f"q={unlucky.public_id}") == [unlucky]
    assert found(client, f"q={full.screen_name}") == [unlucky]
    assert found(client, f"q={chosen.screen_name}") == [lucky]
    assert found(client, f"q={ranked.screen_name}") == [lucky]
    assert found(client, "code=unavailable") == [unlucky]
    assert found(client, "code=passed_over") == []
    assert found(client, "outcome=waits") == [unlucky]
    assert found(client, "outcome=auto") == [lucky]
    assert found(client, "selector__exact=rotation") == [lucky]
    assert found(client, "selector__exact=fewest_open") == []
    assert found(client, f"queue={lucky.queue_id}") == [lucky]


def test_the_selector_of_then_stands_on_its_page_and_among_the_filters(client, given):
    decision = RoutingDecision.objects.get()

    assert "rotation" in client.get(address("change", decision)).text
    assert "selector__exact=rotation" in client.get(LIST).text


def test_the_same_again_is_counted(client, waiting):
    (row,) = client.get(LIST).context["cl"].result_list

    assert row.times == 2


def test_a_name_with_markup_is_text(client, given):
    agent = given[1][1]
    agent.screen_name = "<img src=x>"
    agent.save()

    page = client.get(LIST).text

    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt; was chosen" in page


def test_it_is_read_and_nothing_else(client, waiting):
    decision = RoutingDecision.objects.get()
    page = address("change", decision)

    assert client.post(page, {"times": 9}).status_code == 403
    assert client.post(address("delete", decision), {"post": "yes"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    act(client, "delete_selected", decision)
    assert RoutingDecision.objects.get().times == 2


def test_routing_now_says_who_waits_and_who_is_free(client, waiting):
    chat, _agents = waiting
    AgentFactory(queues=[chat.queue], online=True)

    rows = client.get(f"{LIST}now/").context["rows"]

    first = rows[0]
    assert first["name"] == str(chat.queue)
    assert (first["waiting"], first["agents"], first["free"]) == (1, 3, 3)
    assert first["since"] == chat.queued_at


@pytest.mark.parametrize(("age", "late"), [(10, ""), (150, "warning"), (301, "breach")])
def test_a_long_wait_stands_out(client, age, late):
    ChatFactory(queued_at=timezone.now() - timedelta(seconds=age))

    page = client.get(f"{LIST}now/")

    assert page.context["rows"][0]["late"] == late
    assert ("past its" in page.text) == bool(late)


def test_nothing_hangs_and_the_page_says_so(client, waiting):
    page = client.get(f"{LIST}now/")

    assert (page.context["hanging"], page.context["overdue"]) == (0, 0)
    assert "is-wrong" not in page.text


def test_a_chat_without_a_next_action_is_red(client, monkeypatch):
    monkeypatch.setattr(
        type(Chat.objects), "without_next_action", lambda self: self.none() | self.all()
    )
    ChatFactory()

    page = client.get(f"{LIST}now/")

    assert (page.context["hanging"], page.text.count("is-wrong")) == (1, 1)


def test_a_clock_that_stands_still_is_red(client):
    ChatFactory(next_action_at=timezone.now() - timedelta(seconds=60))

    page = client.get(f"{LIST}now/")

    assert (page.context["overdue"], page.text.count("is-wrong")) == (1, 1)


def test_the_first_page_leads_there(client):
    assert f"{LIST}now/" in client.get("/admin/").text


def test_who_may_not_see_decisions_may_not_see_the_page(client, administrator):
    administrator.groups.clear()
    other = UserFactory(is_staff=True)
    client.force_login(other)

    assert client.get(f"{LIST}now/").status_code in {302, 403}
    assert client.post(f"{LIST}now/").status_code in {302, 403, 405}
