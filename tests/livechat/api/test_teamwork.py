"""Others in a chat, and a supervisor's help, over the API."""

import pytest

from livechat.models import AssistanceRequest, Chat
from tests.factories import AgentFactory, ChatFactory, InvitationFactory, UserFactory
from tests.livechat.api.conftest import problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    return ChatFactory(assigned=True)


def path(chat, what):
    return f"chats/{chat.public_id}/{what}/"


def invite(caller, chat, agent, role="participant"):
    return caller.post(path(chat, "invite"), {"agent": agent.public_id, "role": role})


def test_a_colleague_is_asked_in_speaks_under_his_name_and_leaves(as_agent, chat):
    owner, colleague = chat.agent, AgentFactory(queues=[chat.queue], online=True)

    asked = invite(as_agent(owner), chat, colleague)
    his = as_agent(colleague)
    joined = his.post(path(chat, "answer"), {"accept": True})
    posted = his.post(path(chat, "messages"), {"client_id": "from-him1", "body": "Hello"})
    items = his.get(path(chat, "messages")).json()["items"]
    left = his.post(path(chat, "leave"))

    assert (asked.status_code, asked.json()["status"]) == (201, "pending")
    assert (joined.status_code, joined.json()["status"]) == (200, "accepted")
    assert posted.status_code == 201
    assert items[-1]["author_name"] == colleague.display_name
    assert (left.status_code, his.get(f"chats/{chat.public_id}/").status_code) == (204, 404)


def test_an_invitation_is_shown_to_whoever_is_concerned(as_agent, chat):
    asked = InvitationFactory(chat=chat, role="monitor")

    (row,) = as_agent(asked.agent).get(path(chat, "invitations")).json()["results"]

    name = asked.agent.display_name
    assert row.pop("invited_at").endswith("Z")
    assert row == {
        "id": asked.public_id,
        "chat": chat.public_id,
        "agent": {"id": asked.agent.public_id, "screen_name": name},
        "role": "monitor",
        "status": "pending",
    }


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_has_as_many_queries_for_one_as_for_five(
    as_agent, chat, number, django_assert_num_queries
):
    for _ in range(number):
        InvitationFactory(chat=chat)
    caller = as_agent(chat.agent)

    with django_assert_num_queries(7):
        assert len(caller.get(path(chat, "invitations")).json()["results"]) == number


def test_who_declines_is_outside(as_agent, chat):
    asked = InvitationFactory(chat=chat)
    his = as_agent(asked.agent)

    assert his.post(path(chat, "answer"), {"accept": False}).json()["status"] == "declined"
    assert his.get(f"chats/{chat.public_id}/").status_code == 404


def test_what_was_not_answered_is_withdrawn(as_agent, chat):
    asked = InvitationFactory(chat=chat)
    body = {"invitation": asked.public_id}

    answer = as_agent(chat.agent).post(path(chat, "withdraw"), body)

    assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
    assert as_agent(asked.agent).post(path(chat, "answer"), {"accept": True}).status_code == 404


def test_an_invitation_of_another_chat_is_not_found_here(as_agent, chat):
    other = InvitationFactory()

    answer = as_agent(chat.agent).post(path(chat, "withdraw"), {"invitation": other.public_id})

    problem_of(answer, 404)


def test_nobody_is_asked_who_is_not_there(as_agent, chat):
    away = AgentFactory(queues=[chat.queue])

    assert problem_of(invite(as_agent(chat.agent), chat, away), 409)["code"] == "agent_unavailable"


@pytest.mark.parametrize("body", [{}, {"agent": "A" * 22, "role": "owner"}, {"agent": "x"}])
def test_a_bad_body_is_named_by_its_field(as_agent, chat, body):
    assert problem_of(as_agent(chat.agent).post(path(chat, "invite"), body), 400)["fields"]


def test_help_is_asked_for_and_withdrawn(as_agent, chat):
    caller = as_agent(chat.agent)

    assert caller.post(path(chat, "assistance"), {"asked": True}).json() == {"asked": True}
    assert AssistanceRequest.objects.open().filter(chat=chat).exists()
    assert caller.post(path(chat, "assistance"), {"asked": False}).json() == {"asked": False}
    assert not AssistanceRequest.objects.open().filter(chat=chat).exists()


def test_a_supervisor_of_its_company_clears_it_and_nobody_else(as_agent, chat):
    company = chat.customer.company
    user = UserFactory(in_groups=["Agent", "Supervisor"], companies=[company])
    supervisor, other = AgentFactory(user=user), AgentFactory(queues=[chat.queue])
    as_agent(chat.agent).post(path(chat, "assistance"), {"asked": True})

    problem_of(as_agent(other).post(path(chat, "clear-assistance")), 404)
    answer = as_agent(supervisor).post(path(chat, "clear-assistance"))

    assert answer.json() == {"asked": False}
    assert not AssistanceRequest.objects.open().filter(chat=chat).exists()


@pytest.mark.parametrize(
    "what", ["invitations", "invite", "answer", "withdraw", "leave", "assistance"]
)
def test_customers_have_no_business_with_it(as_customer, chat, what):
    caller = as_customer(chat.customer)
    answer = (
        caller.get(path(chat, what)) if what == "invitations" else caller.post(path(chat, what))
    )

    problem_of(answer, 403)
    assert Chat.objects.get(pk=chat.pk).version == chat.version
