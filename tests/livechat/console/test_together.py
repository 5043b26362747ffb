"""Colleagues in a chat, as the console shows and lets them."""

import pytest
from django.test import Client
from django.urls import reverse

from livechat.events import author_id
from livechat.models import AssistanceRequest, Chat, Invitation, ReadCursor
from tests.factories import (
    AgentFactory,
    ChatFactory,
    CompanyFactory,
    InvitationFactory,
    MessageFactory,
    UserFactory,
    seeded_group,
)

pytestmark = pytest.mark.django_db

FRAGMENT = {"X-Parley-Fragment": "1"}


@pytest.fixture
def chat():
    return ChatFactory(assigned=True)


def browser_of(agent):
    browser = Client()
    browser.force_login(agent.user)
    return browser


def page(agent, chat):
    return browser_of(agent).get(reverse("console:chat", args=[chat.public_id]), headers=FRAGMENT)


def lists(agent):
    return browser_of(agent).get(reverse("console:lists"), headers=FRAGMENT).content.decode()


def send(by, what, chat, **body):
    path = reverse(f"console:{what}", args=[chat.public_id])
    return browser_of(by).post(path, body, headers=FRAGMENT)


def test_the_dialog_offers_who_is_there_and_not_in_it_yet(chat):
    free, busy = (AgentFactory(queues=[chat.queue], online=True) for _ in range(2))
    busy.available = False
    busy.save(update_fields=["available"])
    inside = InvitationFactory(chat=chat).agent
    away = AgentFactory(queues=[chat.queue])

    path = reverse("console:invite", args=[chat.public_id])
    text = browser_of(chat.agent).get(path, headers=FRAGMENT).content.decode()

    assert all(one.public_id in text for one in (free, busy))
    assert not any(one.public_id in text for one in (inside, away, chat.agent))


def test_an_agent_invites_a_colleague_and_sees_how_he_stands(chat):
    colleague = AgentFactory(queues=[chat.queue], online=True)

    answer = send(chat.agent, "invite", chat, agent=colleague.public_id, role="monitor")

    assert answer.status_code == 204
    text = page(chat.agent, chat).content.decode()
    assert colleague.display_name in text
    assert "Not answered" in text


@pytest.mark.parametrize("body", [{}, {"agent": "x" * 22}, {"agent": "x" * 22, "role": "owner"}])
def test_a_bad_invitation_is_refused_with_words(chat, body):
    answer = send(chat.agent, "invite", chat, **body)

    assert (answer.status_code, bool(answer.json()["detail"])) == (409, True)


def test_an_invitation_waits_among_his_chats_until_it_is_answered(chat):
    asked = InvitationFactory(chat=chat)

    text = lists(asked.agent)
    assert f'id="asked-{asked.public_id}"' in text
    assert "asks you to join" in text
    assert send(asked.agent, "answer", chat, accept="1").status_code == 204
    text = lists(asked.agent)
    assert f'data-mine="{chat.public_id}"' in text
    assert "Participant" in text
    assert asked.public_id not in text


def test_who_declines_does_not_see_the_chat_any_more(chat):
    asked = InvitationFactory(chat=chat)

    assert send(asked.agent, "answer", chat, accept="0").status_code == 204
    assert page(asked.agent, chat).status_code == 404


@pytest.mark.parametrize(
    ("fields", "mode", "writes"),
    [
        ({}, "invited", False),
        ({"accepted": True}, "participant", True),
        ({"accepted": True, "role": "monitor"}, "monitor", False),
    ],
)
def test_each_invitee_has_his_page(chat, fields, mode, writes):
    asked = InvitationFactory(chat=chat, **fields)

    text = page(asked.agent, chat).content.decode()

    assert f'data-mode="{mode}"' in text
    assert ("data-composer" in text) == writes
    assert ('id="kind-note"' in text, 'data-do="end"' in text, "data-accept" in text) == (
        False,
        False,
        False,
    )
    assert ("Leave chat" in text) == (mode != "invited")


def test_a_participant_writes_under_his_own_name(chat):
    asked = InvitationFactory(chat=chat, accepted=True)

    text = page(asked.agent, chat).content.decode()

    assert f"<b>{asked.agent.display_name}</b>" in text
    assert f'data-own="{author_id(f"a{asked.agent_id}")}"' in text


def test_each_sees_with_whom_he_shares_the_chat(chat):
    asked = InvitationFactory(chat=chat, accepted=True)
    monitor = InvitationFactory(chat=chat, accepted=True, role="monitor")

    his, owners = (page(agent, chat).content.decode() for agent in (asked.agent, chat.agent))
    names = [chat.agent_name, asked.agent.display_name, monitor.agent.display_name]
    assert [f"with {name}" in his for name in names] == [True, False, True]
    assert [f"with {name}" in owners for name in names] == [False, True, True]
    assert f"with {names[2]} (monitor)" in owners


def test_to_a_customer_who_has_left_nobody_writes():
    chat = ChatFactory(left=True)
    asked = InvitationFactory(chat=chat, accepted=True)

    assert "data-composer" not in page(asked.agent, chat).content.decode()


@pytest.mark.parametrize("role", ["participant", "monitor"])
def test_what_an_invitee_has_not_read_is_counted_after_a_reload_too(chat, role):
    asked = InvitationFactory(chat=chat, accepted=True, role=role)
    for _ in range(3):
        MessageFactory(chat=chat)
    ReadCursor.objects.create(chat=chat, reader=f"i{asked.agent_id}", delivered=5, read=3)

    assert 'data-unread="2"' in lists(asked.agent)
    assert 'data-read="3"' in page(asked.agent, chat).content.decode()


def test_what_he_read_before_he_had_it_is_read(chat):
    ReadCursor.objects.create(chat=chat, reader=f"i{chat.agent_id}", delivered=1, read=1)

    assert 'data-unread="0"' in lists(chat.agent)


def test_an_invitee_leaves(chat):
    asked = InvitationFactory(chat=chat, accepted=True)

    assert send(asked.agent, "leave", chat).status_code == 204
    assert chat.public_id not in lists(asked.agent)


def test_an_invitation_is_withdrawn_by_the_chats_agent_alone(chat):
    asked = InvitationFactory(chat=chat)
    body = {"invitation": asked.public_id}

    assert send(asked.agent, "withdraw", chat, **body).status_code == 409
    assert send(chat.agent, "withdraw", chat, **body).status_code == 204
    assert Invitation.objects.get(pk=asked.pk).status == "withdrawn"
    assert send(chat.agent, "withdraw", chat, invitation="\0").status_code == 404


def test_help_is_asked_for_and_withdrawn(chat):
    assert send(chat.agent, "assistance", chat, asked="1").status_code == 204
    assert "A supervisor has been asked" in page(chat.agent, chat).content.decode()
    assert send(chat.agent, "assistance", chat, asked="0").status_code == 204
    assert not AssistanceRequest.objects.open().exists()


def supervising(chat, companies):
    """A supervisor who is an agent, in the chat to read along."""
    person = UserFactory(agent=True, companies=companies)
    person.groups.add(seeded_group("Supervisor"))
    agent = AgentFactory(user=person, queues=[chat.queue], online=True)
    InvitationFactory(chat=chat, agent=agent, accepted=True, role="monitor")
    return agent


def test_a_supervisor_who_is_in_the_chat_sees_that_help_is_wanted_and_clears_it(chat):
    helper = supervising(chat, [chat.customer.company])
    send(chat.agent, "assistance", chat, asked="1")

    text = page(helper, chat).content.decode()
    assert "A supervisor has been asked" in text
    assert reverse("console:clear-assistance", args=[chat.public_id]) in text
    assert send(helper, "clear-assistance", chat).status_code == 204

    assert "A supervisor has been asked" not in page(helper, chat).content.decode()
    assert AssistanceRequest.objects.get().cleared_by == helper.user


@pytest.mark.parametrize("who", ["participant", "of another company", "owner"])
def test_nobody_else_is_offered_to_clear_it(chat, who):
    others = {
        "participant": lambda: InvitationFactory(chat=chat, accepted=True).agent,
        "of another company": lambda: supervising(chat, [CompanyFactory()]),
        "owner": lambda: chat.agent,
    }
    agent = others[who]()
    send(chat.agent, "assistance", chat, asked="1")

    text = page(agent, chat).content.decode()

    assert "A supervisor has been asked" in text
    assert "clear-assistance" not in text
    assert send(agent, "clear-assistance", chat).status_code == 404
    assert AssistanceRequest.objects.open().exists()


def test_without_a_script_it_goes_on_to_the_chat_or_to_the_lists(chat):
    asked = InvitationFactory(chat=chat)
    browser, here = browser_of(asked.agent), [chat.public_id]

    joined = browser.post(reverse("console:answer", args=here), {"accept": "1"})
    left = browser.post(reverse("console:leave", args=here))

    assert (joined.url, left.url) == (reverse("console:chat", args=here), reverse("console:inbox"))


def test_the_lists_have_as_many_queries_for_one_invited_chat_as_for_five(
    django_assert_max_num_queries,
):
    agent = AgentFactory(online=True)

    def count():
        with django_assert_max_num_queries(40) as seen:
            lists(agent)
        return len(seen)

    counts = []
    for number in (1, 4):
        for accepted in (True, False):
            for chat in ChatFactory.create_batch(number, assigned=True):
                InvitationFactory(chat=chat, agent=agent, accepted=accepted)
        counts.append(count())
    assert counts[0] == counts[1]


def test_a_page_has_as_many_queries_for_one_invitee_as_for_five(
    chat, django_assert_max_num_queries
):
    counts = []
    for number in (1, 4):
        for _ in range(number):
            InvitationFactory(chat=chat, accepted=True)
        with django_assert_max_num_queries(44) as seen:
            page(chat.agent, Chat.objects.get(pk=chat.pk))
        counts.append(len(seen))
    assert counts[0] == counts[1]
