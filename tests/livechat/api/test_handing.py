"""A chat handed on over the API: its note is judged as any message is."""

import pytest

from livechat.models import Chat, Message
from tests.factories import AgentFactory, ChatFactory
from tests.livechat.api.conftest import problem_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("to", ["agent", "queue"])
@pytest.mark.parametrize(
    ("remark", "code"),
    [("a\0b", "bad_text"), ("a\ud800b", "bad_text"), ("x" * 8001, "too_long")],
    ids=["nul", "half a surrogate pair", "too long"],
)
def test_a_note_that_cannot_be_a_message_is_refused_and_nothing_moves(as_agent, to, remark, code):
    chat = ChatFactory(assigned=True)
    receiver = AgentFactory(queues=[chat.queue], online=True)
    where = {"agent": receiver.public_id} if to == "agent" else {"queue": chat.queue.public_id}

    answer = as_agent(chat.agent).post(
        f"chats/{chat.public_id}/transfer/", {**where, "remark": remark}
    )

    assert problem_of(answer, 409)["code"] == code
    assert Chat.objects.get(pk=chat.pk).status == "assigned"
    assert not Message.objects.filter(chat=chat, kind="note").exists()


@pytest.mark.parametrize("remark", ["", " \n "])
def test_a_note_of_nothing_is_none(as_agent, remark):
    chat = ChatFactory(assigned=True)

    answer = as_agent(chat.agent).post(
        f"chats/{chat.public_id}/transfer/", {"queue": chat.queue.public_id, "remark": remark}
    )

    assert answer.status_code == 200
    assert not Message.objects.filter(chat=chat, kind="note").exists()
