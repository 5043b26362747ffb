"""Receipts and typing: the other side hears how far somebody has come; nothing tells of a note."""

import pytest

from livechat import events
from livechat.events import Mark
from livechat.models import Chat, ReadCursor, Sender
from livechat.services.conversation import Read, announce_typing, record_receipts
from tests.factories import ChatFactory, InvitationFactory, MessageFactory

pytestmark = pytest.mark.django_db


def customer_of(chat: Chat) -> Sender:
    return Sender("c", chat.customer_id, "Ada")


def agent_of(chat: Chat) -> Sender:
    return Sender("a", chat.agent_id, "Noor H.")


def read(chat: Chat, reader: Sender, delivered: int, read: int) -> Read:
    return Read(Mark.of(chat), chat.public_id, reader, delivered, read)


def cursor(chat: Chat, reader: Sender) -> tuple[int, int]:
    found = ReadCursor.objects.get(chat=chat, reader=reader.key)
    return found.delivered, found.read


@pytest.fixture
def chat() -> Chat:
    """Six lines: question, accepted, three replies, a note."""
    made = ChatFactory(assigned=True)
    for kind in ["reply", "reply", "reply", "note"]:
        MessageFactory(chat=made, kind=kind, sender=agent_of(made))
    return made


@pytest.fixture
def told(monkeypatch) -> list[events.Event]:
    """What is told at once, on no commit."""
    news: list[events.Event] = []
    monkeypatch.setattr(events, "tell_now", news.extend)
    return news


def test_a_first_receipt_makes_the_readers_cursor(chat):
    record_receipts([read(chat, customer_of(chat), 4, 3)])

    assert cursor(chat, customer_of(chat)) == (4, 3)


def test_a_cursor_only_rises(chat):
    record_receipts([read(chat, customer_of(chat), 4, 3)])

    record_receipts([read(chat, customer_of(chat), 3, 1)])

    assert cursor(chat, customer_of(chat)) == (4, 3)


def test_each_of_its_numbers_rises_alone(chat):
    record_receipts([read(chat, customer_of(chat), 4, 1)])

    record_receipts([read(chat, customer_of(chat), 2, 2)])

    assert cursor(chat, customer_of(chat)) == (4, 2)


def test_what_was_read_was_delivered(chat):
    record_receipts([read(chat, customer_of(chat), 0, 3)])

    assert cursor(chat, customer_of(chat)) == (3, 3)


def test_nobody_reads_past_the_end(chat):
    record_receipts([read(chat, agent_of(chat), 2**31 - 1, 2**31 - 1)])

    assert cursor(chat, agent_of(chat)) == (6, 6)


def test_readers_and_chats_have_cursors_of_their_own(chat):
    other = ChatFactory(assigned=True)

    record_receipts(
        [
            read(chat, customer_of(chat), 1, 1),
            read(chat, agent_of(chat), 2, 2),
            read(other, customer_of(other), 1, 0),
        ]
    )

    assert cursor(chat, customer_of(chat)) == (1, 1)
    assert cursor(chat, agent_of(chat)) == (2, 2)
    assert cursor(other, customer_of(other)) == (1, 0)


def test_many_receipts_are_one_statement(django_assert_num_queries):
    chats = ChatFactory.create_batch(5, assigned=True)

    with django_assert_num_queries(3):  # a savepoint around it
        record_receipts([read(chat, customer_of(chat), 1, 1) for chat in chats])


def test_no_receipts_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(2):  # the savepoint alone
        record_receipts([])


def test_the_agent_hears_how_far_the_customer_is(chat, published):
    record_receipts([read(chat, customer_of(chat), 5, 4)])

    (moved,) = published
    assert (moved.delivered, moved.read, moved.by_customer) == (5, 4, True)
    (delivery,) = moved.deliveries()
    assert delivery.topics == (events.agent_topic(chat.agent_id),)


def test_the_customer_hears_of_numbers_he_sees_and_of_no_note(chat, published):
    record_receipts([read(chat, agent_of(chat), 6, 6)])

    (moved,) = published
    assert (moved.delivered, moved.read, moved.by_customer) == (5, 5, False)
    (delivery,) = moved.deliveries()
    assert delivery.topics == (events.customer_topic(chat.customer_id),)


@pytest.mark.parametrize("role", ["participant", "monitor"])
def test_of_who_is_in_the_chat_besides_it_is_kept_and_the_customer_hears_nothing(
    chat, published, role
):
    asked = InvitationFactory(chat=chat, accepted=True, role=role)

    record_receipts([read(chat, Sender("a", asked.agent_id, "Kim"), 6, 6)])

    kept = ReadCursor.objects.values_list("reader", "read")
    assert (list(kept), published) == ([(f"i{asked.agent_id}", 6)], [])


def test_who_takes_the_chat_over_begins_as_its_agent(chat):
    asked = InvitationFactory(chat=chat, accepted=True)
    invitee = Sender("a", asked.agent_id, "Kim")
    record_receipts([read(chat, invitee, 6, 6)])
    Chat.objects.filter(pk=chat.pk).update(agent=asked.agent_id, invitees="")
    chat = Chat.objects.get(pk=chat.pk)

    record_receipts([read(chat, invitee, 2, 2)])

    assert dict(ReadCursor.objects.values_list("reader", "read")) == {
        f"i{asked.agent_id}": 6,
        f"a{asked.agent_id}": 2,
    }


def test_nobody_hears_of_numbers_past_the_end(chat, published):
    record_receipts([read(chat, customer_of(chat), 999, 999)])

    assert (published[0].delivered, published[0].read) == (6, 6)


def test_a_customer_who_types_is_seen_by_his_agent(chat, told):
    announce_typing(Mark.of(chat), chat.public_id, customer_of(chat))

    (noticed,) = told
    assert (noticed.author, noticed.author_name) == ("customer", "Ada")
    assert next(noticed.deliveries()).topics == (events.agent_topic(chat.agent_id),)


def test_an_agent_who_types_is_seen_by_his_customer(chat, told):
    """Under the name he accepted with, whatever he is called by now."""
    renamed = Sender("a", chat.agent_id, "Another name")

    announce_typing(Mark.of(chat), chat.public_id, renamed, chat.owner_epoch)

    (noticed,) = told
    assert (noticed.author, noticed.author_name) == ("agent", chat.agent_name)
    assert next(noticed.deliveries()).topics == (events.customer_topic(chat.customer_id),)


def test_a_customer_who_waits_is_seen_typing_by_the_queue(told):
    chat = ChatFactory()

    announce_typing(Mark.of(chat), chat.public_id, customer_of(chat))

    assert next(told[0].deliveries()).topics == (events.queue_topic(chat.queue_id),)


@pytest.mark.parametrize(
    "sender", [Sender("c", 999_999, "X"), Sender("a", 999_999, "X"), Sender("b", 0, "X")]
)
def test_nobody_types_in_the_chat_of_others(chat, told, sender):
    announce_typing(Mark.of(chat), chat.public_id, sender)

    assert not told


def test_an_agent_under_an_old_epoch_is_not_seen_typing(chat, told):
    announce_typing(Mark.of(chat), chat.public_id, agent_of(chat), chat.owner_epoch + 1)

    assert not told


def test_nobody_types_in_a_chat_that_is_over(told):
    chat = ChatFactory(ended=True)

    announce_typing(Mark.of(chat), chat.public_id, customer_of(chat))
    announce_typing(Mark.of(chat), chat.public_id, agent_of(chat))

    assert not told
