"""post_messages: one outcome a draft, whatever the others in the batch are."""

import pytest
from django.db import connection

from livechat.models import Chat, Draft, Message, Sender
from livechat.protocol import Code
from livechat.services.closing import cancel_chat, end_chat
from livechat.services.conversation import Posted, Refused, post_messages
from tests.factories import AgentFactory, ChatFactory

pytestmark = pytest.mark.django_db


def by_customer(chat: Chat, client_id: str, body: str = "Hello", **changes: object) -> Draft:
    sender = Sender("c", chat.customer_id, chat.customer.name)
    return Draft(chat.public_id, sender, client_id, str(changes.get("kind", "reply")), body)


def by_agent(
    chat: Chat, client_id: str, body: str = "Hi", kind: str = "reply", **more: int
) -> Draft:
    agent = more.get("agent", chat.agent_id)
    epoch = more.get("epoch", chat.owner_epoch)
    return Draft(chat.public_id, Sender("a", agent, "Noor H."), client_id, kind, body, {}, epoch)


def stored(chat: Chat) -> list[str]:
    return list(Message.objects.filter(chat=chat).order_by("seq").values_list("body", flat=True))


def test_messages_are_numbered_in_the_order_they_came():
    chat = ChatFactory(assigned=True)
    before = Chat.objects.get(pk=chat.pk).last_seq

    outcomes = post_messages([by_customer(chat, f"message-{n}") for n in range(3)])

    assert [outcome.seq for outcome in outcomes] == [before + 1, before + 2, before + 3]
    assert Chat.objects.get(pk=chat.pk).last_seq == before + 3


@pytest.mark.parametrize(
    "text", ["  two  spaces \n", "e\u0301 is not é", "\u202eabc", "a" * 8000, "👩‍💻", "<b>&amp;"]
)
def test_text_is_stored_exactly_as_sent(text):
    chat = ChatFactory(assigned=True)

    post_messages([by_customer(chat, "message-1", text)])

    assert stored(chat)[-1] == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.BLANK),
        (" \n\t", Code.BLANK),
        ("a\0b", Code.BAD_TEXT),
        ("\ud800", Code.BAD_TEXT),
        ("a" * 8001, Code.TOO_LONG),
    ],
)
def test_text_that_cannot_be_a_message_is_refused_for_good(text, code):
    chat = ChatFactory(assigned=True)

    outcome = post_messages([by_customer(chat, "message-1", text)])[0]

    assert outcome == Refused(code)
    assert outcome.final


def test_a_repeat_gets_the_first_answer_and_changes_nothing():
    chat = ChatFactory(assigned=True)
    first = post_messages([by_customer(chat, "message-1", "Hello")])[0]

    again = post_messages([by_customer(chat, "message-1", "Other words")])[0]

    assert (again.seq, again.posted_at, again.repeat) == (first.seq, first.posted_at, True)
    assert stored(chat).count("Hello") == 1


def test_the_same_draft_twice_in_a_batch_is_one_message():
    chat = ChatFactory(assigned=True)
    draft = by_customer(chat, "message-1")

    first, second = post_messages([draft, draft])

    assert first == second
    assert stored(chat).count("Hello") == 1


def test_what_was_stored_is_acked_again_after_the_chat_ended():
    chat = ChatFactory(assigned=True)
    first = post_messages([by_customer(chat, "message-1")])[0]
    end_chat(chat.pk, by=chat.agent_id)

    again = post_messages([by_customer(chat, "message-1")])[0]

    assert isinstance(again, Posted)
    assert again.seq == first.seq


def test_a_new_message_to_an_ended_chat_is_refused():
    chat = ChatFactory(ended=True)

    outcome = post_messages([by_customer(chat, "message-1")])[0]

    assert outcome == Refused(Code.CHAT_ENDED)


def test_a_customer_who_left_writes_no_more():
    chat = ChatFactory(assigned=True)
    cancel_chat(chat.pk)

    outcome = post_messages([by_customer(chat, "message-1")])[0]

    assert outcome == Refused(Code.CHAT_ENDED)


def test_nobody_writes_to_a_customer_who_left_but_notes_are_taken():
    chat = ChatFactory(assigned=True)
    cancel_chat(chat.pk)

    outcomes = post_messages(
        [by_agent(chat, "message-1"), by_agent(chat, "message-2", kind="note")]
    )

    assert outcomes[0] == Refused(Code.CHAT_ENDED)
    assert isinstance(outcomes[1], Posted)


def test_a_customer_cannot_write_into_the_chat_of_another():
    chat, other = ChatFactory(assigned=True), ChatFactory(assigned=True)
    foreign = Draft(chat.public_id, Sender("c", other.customer_id, "X"), "message-1", "reply", "Hi")

    assert post_messages([foreign])[0] == Refused(Code.NOT_FOUND)


def test_a_customer_cannot_probe_a_foreign_chat_with_a_known_client_id():
    chat, other = ChatFactory(assigned=True), ChatFactory(assigned=True)
    post_messages([by_customer(chat, "message-1")])
    foreign = Draft(chat.public_id, Sender("c", other.customer_id, "X"), "message-1", "reply", "Hi")

    assert post_messages([foreign])[0] == Refused(Code.NOT_FOUND)


def test_a_customer_cannot_write_notes():
    chat = ChatFactory(assigned=True)

    assert post_messages([by_customer(chat, "message-1", kind="note")])[0] == Refused(
        Code.FORBIDDEN
    )


def test_an_agent_who_does_not_have_the_chat_is_refused():
    chat, colleague = ChatFactory(assigned=True), AgentFactory()
    colleague.queues.add(chat.queue)

    outcome = post_messages([by_agent(chat, "message-1", agent=colleague.pk)])[0]

    assert outcome == Refused(Code.NOT_YOURS)


def test_an_agent_of_another_queue_is_told_of_no_chat():
    chat = ChatFactory(assigned=True)

    outcome = post_messages([by_agent(chat, "message-1", agent=AgentFactory().pk)])[0]

    assert outcome == Refused(Code.NOT_FOUND)


def test_an_agent_under_an_old_epoch_is_refused():
    chat = ChatFactory(assigned=True)

    outcome = post_messages([by_agent(chat, "message-1", epoch=chat.owner_epoch + 1)])[0]

    assert outcome == Refused(Code.NOT_YOURS)


def test_an_agent_cannot_write_into_a_waiting_chat_of_his_queue():
    chat = ChatFactory()
    agent = AgentFactory(queues=[chat.queue])

    outcome = post_messages([by_agent(chat, "message-1", agent=agent.pk)])[0]

    assert outcome == Refused(Code.NOT_YOURS)


def test_an_agent_of_another_queue_is_not_told_that_the_chat_is_there():
    chat = ChatFactory()

    outcome = post_messages([by_agent(chat, "message-1", agent=AgentFactory().pk)])[0]

    assert outcome == Refused(Code.NOT_FOUND)


def test_a_chat_that_does_not_exist_is_not_found():
    draft = Draft("x" * 22, Sender("c", 1, "X"), "message-1", "reply", "Hi")

    assert post_messages([draft])[0] == Refused(Code.NOT_FOUND)


def test_two_agents_may_use_the_same_client_id():
    chat = ChatFactory(assigned=True)
    post_messages([by_customer(chat, "message-1", "by the customer")])

    outcome = post_messages([by_agent(chat, "message-1", "by the agent")])[0]

    assert isinstance(outcome, Posted)
    assert not outcome.repeat


def test_a_note_does_not_move_what_the_customer_sees():
    chat = ChatFactory(assigned=True)
    post_messages([by_customer(chat, "message-1")])
    public = Chat.objects.get(pk=chat.pk).last_public_seq

    post_messages([by_agent(chat, "message-2", kind="note"), by_agent(chat, "message-3")])

    chat.refresh_from_db()
    reply = Message.objects.get(chat=chat, client_id="message-3")
    assert (reply.public_after, chat.last_public_seq) == (public, reply.seq)


def test_a_bad_draft_in_a_batch_of_fifty_harms_nobody_else():
    chats = [ChatFactory(assigned=True) for _ in range(5)]
    ended = ChatFactory(ended=True)
    good = [by_customer(chat, f"message-{n}") for n in range(9) for chat in chats]
    bad = [
        by_customer(chats[0], "bad-draft-1", "a\0b"),
        by_customer(chats[1], "bad-draft-2", "\udfff"),
        by_customer(ended, "bad-draft-3"),
        good[0],
        by_customer(chats[2], "bad-draft-4", ""),
    ]
    batch = [*good[:20], *bad, *good[20:]]

    outcomes = post_messages(batch)

    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 4
    assert len(outcomes) - len(refused) == 46
    assert all(len([b for b in stored(chat) if b == "Hello"]) == 9 for chat in chats)


def test_since_when_a_customer_waits_is_kept_until_an_agent_replies():
    chat = ChatFactory(assigned=True)
    post_messages([by_agent(chat, "message-0")])
    first = post_messages([by_customer(chat, "message-1")])[0]
    post_messages([by_customer(chat, "message-2"), by_agent(chat, "message-3", kind="note")])
    assert Chat.objects.get(pk=chat.pk).unanswered_since == first.posted_at

    post_messages([by_agent(chat, "message-4")])

    assert Chat.objects.get(pk=chat.pk).unanswered_since is None


@pytest.mark.parametrize("drafts", [1, 40])
def test_its_queries_do_not_grow_with_the_batch(django_assert_num_queries, drafts):
    chats = [ChatFactory(assigned=True) for _ in range(4)]
    batch = [by_customer(chats[n % 4], f"message-{n}") for n in range(drafts)]
    with django_assert_num_queries(len_of_a_batch()):
        post_messages(batch)


def len_of_a_batch() -> int:
    """Savepoint and release of the test's own transaction; lock, look up; one or two to write."""
    return 5 if connection.vendor == "postgresql" else 6


def test_an_agent_speaks_under_the_name_he_accepted_with():
    chat = ChatFactory(assigned=True)

    post_messages([by_agent(chat, "message-1")])

    assert Message.objects.get(client_id="message-1").author_name == chat.agent_name


def test_a_customer_who_said_his_name_later_speaks_under_it():
    chat = ChatFactory(assigned=True)
    nameless = Sender("c", chat.customer_id, "")

    post_messages([Draft(chat.public_id, nameless, "message-1", "reply", "Hi")])

    assert Message.objects.get(client_id="message-1").author_name == chat.customer.name
