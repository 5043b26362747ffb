"""Who hears what. A customer never gets a note, nor an id of an agent or a queue."""

import json
from dataclasses import dataclass

import pytest
from django.db import transaction

from livechat import events, realtime
from livechat.events import Mark
from livechat.models import Agent, Chat, Message, Sender
from livechat.realtime import Delivery
from livechat.services.assignment import accept_chat
from tests.factories import AgentFactory, ChatFactory, InvitationFactory, MessageFactory

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Heard:
    """What one event says: the frame that each topic gets."""

    frames: dict[str, dict[str, object]]

    @classmethod
    def of(cls, event: events.Event) -> "Heard":
        frames: dict[str, dict[str, object]] = {}
        for delivery in event.deliveries():
            for topic in delivery.topics:
                assert topic not in frames
                frames[topic] = json.loads(delivery.text)
        return cls(frames)

    @property
    def topics(self) -> set[str]:
        return set(self.frames)

    def customer(self, chat: Chat) -> dict[str, object]:
        return self.frames[events.customer_topic(chat.customer_id)]

    def agent(self, chat: Chat) -> dict[str, object]:
        return self.frames[events.agent_topic(chat.agent_id)]


def posted(chat: Chat, *kinds: str) -> Heard:
    sender = Sender("a", chat.agent_id, "Noor H.")
    lines = [MessageFactory(chat=chat, kind=kind, sender=sender) for kind in kinds]
    return Heard.of(events.MessagePosted(chat, lines))


@pytest.fixture
def chat() -> Chat:
    return ChatFactory(assigned=True)


@pytest.fixture
def delivered(monkeypatch) -> list[Delivery]:
    """What is really handed to hub and bus."""
    handed: list[Delivery] = []
    monkeypatch.setattr(realtime, "deliver", handed.extend)
    return handed


# --- message.posted ------------------------------------------------------------------------------


def test_a_message_is_heard_by_its_customer_and_its_agent_alone(chat):
    heard = posted(chat, "reply")

    assert heard.topics == {
        events.customer_topic(chat.customer_id),
        events.agent_topic(chat.agent_id),
    }
    assert heard.customer(chat)["type"] == heard.agent(chat)["type"] == "messages"


def test_while_a_chat_waits_its_queue_hears_its_messages():
    chat = ChatFactory()

    heard = Heard.of(events.MessagePosted(chat, [MessageFactory(chat=chat)]))

    assert events.queue_topic(chat.queue_id) in heard.topics


def test_a_note_is_heard_by_staff_alone(chat):
    heard = posted(chat, "note")

    assert heard.topics == {events.agent_topic(chat.agent_id)}


def test_a_customers_items_and_head_skip_notes_and_each_follows_the_one_before(chat):
    heard = posted(chat, "reply", "note", "reply")

    frame = heard.customer(chat)
    assert [(item["seq"], item["after"]) for item in frame["items"]] == [(3, 2), (5, 3)]
    assert frame["head"] == 5


def test_a_note_at_the_end_does_not_move_the_customers_head(chat):
    heard = posted(chat, "reply", "note")

    assert heard.customer(chat)["head"] == 3
    assert heard.agent(chat)["head"] == 4


def test_staff_see_every_line_after_the_one_before(chat):
    heard = posted(chat, "reply", "note", "reply")

    items = heard.agent(chat)["items"]
    assert [(item["seq"], item["after"]) for item in items] == [(3, 2), (4, 3), (5, 4)]
    assert [item["kind"] for item in items] == ["reply", "note", "reply"]


def test_an_item_says_whose_it_is_by_kind_and_name_not_by_id(chat):
    item = posted(chat, "reply").customer(chat)["items"][0]

    assert set(item) == {
        *("seq", "after", "client_id", "kind", "author", "author_name", "body", "data"),
        "posted_at",
    }
    assert (item["author"], item["author_name"]) == ("agent", "Noor H.")


def test_staff_can_tell_two_agents_of_the_same_name_apart(chat):
    item, other = (
        posted(each, "reply").agent(each)["items"][0]
        for each in (chat, ChatFactory(assigned=True, agent__screen_name="Noor H."))
    )

    assert item["author_name"] == other["author_name"]
    assert item["author_id"] != other["author_id"]
    assert item["author_id"] == events.author_id(f"a{chat.agent_id}")


# --- chat.changed --------------------------------------------------------------------------------


def test_a_step_is_heard_by_the_customer_the_queue_and_the_agent(chat):
    heard = Heard.of(events.ChatChanged(chat))

    assert heard.topics == {
        events.customer_topic(chat.customer_id),
        events.queue_topic(chat.queue_id),
        events.agent_topic(chat.agent_id),
    }


def test_a_waiting_chat_concerns_its_customer_and_its_queue():
    chat = ChatFactory()

    assert Heard.of(events.ChatChanged(chat)).topics == {
        events.customer_topic(chat.customer_id),
        events.queue_topic(chat.queue_id),
    }


def test_the_customer_learns_of_neither_queue_nor_agent_nor_epoch(chat):
    frame = Heard.of(events.ChatChanged(chat)).customer(chat)

    assert frame == {
        "type": "chat.changed",
        "chat": chat.public_id,
        "status": "assigned",
        "version": chat.version,
    }


def test_staff_learn_who_has_it_by_public_ids(chat):
    frame = Heard.of(events.ChatChanged(chat)).agent(chat)

    assert frame == {
        "type": "chat.changed",
        "chat": chat.public_id,
        "status": "assigned",
        "version": chat.version,
        "queue": chat.queue.public_id,
        "agent": chat.agent.public_id,
        "agent_name": chat.agent_name,
        "epoch": chat.owner_epoch,
    }


def test_for_a_customer_who_left_it_is_cancelled_for_staff_it_is_not():
    chat = ChatFactory(left=True)

    heard = Heard.of(events.ChatChanged(chat))

    assert heard.customer(chat)["status"] == "cancelled"
    assert heard.agent(chat)["status"] == "assigned"


# --- the others ----------------------------------------------------------------------------------


def test_a_line_that_moves_is_heard_by_who_waits_and_says_nothing_else():
    heard = Heard.of(events.LineMoved(7))

    assert heard.frames == {events.line_topic(7): {"type": "queue.changed"}}


@pytest.mark.parametrize("by_customer", [True, False])
def test_a_receipt_is_heard_by_the_other_side_alone(chat, by_customer):
    moved = events.ReceiptMoved(Mark.of(chat), chat.public_id, 2, 1, by_customer)

    heard = Heard.of(moved)

    other = events.agent_topic(chat.agent_id), events.customer_topic(chat.customer_id)
    frame = {"type": "receipt", "chat": chat.public_id, "delivered": 2, "read": 1}
    assert heard.frames == {other[0] if by_customer else other[1]: frame}


@pytest.mark.parametrize("author", ["customer", "agent"])
def test_typing_is_heard_by_the_other_side_alone(chat, author):
    heard = Heard.of(events.TypingNoticed(Mark.of(chat), chat.public_id, author, "Ada"))

    other = events.agent_topic(chat.agent_id), events.customer_topic(chat.customer_id)
    assert heard.topics == {other[0] if author == "customer" else other[1]}
    (frame,) = heard.frames.values()
    assert (frame["author"], frame["author_name"]) == (author, "Ada")


@pytest.mark.parametrize(("online", "said"), [(True, "online"), (False, "reconnecting")])
def test_an_agent_who_is_gone_or_back_is_heard_by_his_customer(online, said):
    heard = Heard.of(events.AgentReachChanged(7, "c" * 22, online))

    frame = {"type": "presence.changed", "chat": "c" * 22, "presence": said}
    assert heard.frames == {events.customer_topic(7): frame}


def test_a_setting_is_heard_by_whom_it_concerns():
    heard = Heard.of(events.SettingChanged((events.STAFF, "queue.1"), "queue", "q" * 22, 3))

    assert heard.topics == {events.STAFF, "queue.1"}
    assert heard.frames["queue.1"]["version"] == 3


def test_whether_he_takes_chats_is_heard_by_the_agents_own_pages():
    agent = Agent(pk=7, available=False, capacity=2)

    heard = Heard.of(events.AvailabilityChanged(agent))

    assert heard.topics == {events.agent_topic(7)}
    assert heard.frames[events.agent_topic(7)]["available"] is False


def test_an_invitation_is_heard_by_who_asks_and_who_is_asked(chat):
    asked = InvitationFactory(chat=chat)

    heard = Heard.of(events.InvitationChanged(asked))

    inviter, invited = events.agent_topic(chat.agent_id), events.agent_topic(asked.agent_id)
    assert heard.topics == {inviter, invited}
    assert heard.frames[invited] == {
        "type": "invitation.changed",
        "invitation": asked.public_id,
        "chat": chat.public_id,
        "agent": asked.agent.public_id,
        "agent_name": asked.agent.display_name,
        "by_name": chat.agent.display_name,
        "role": "participant",
        "status": "pending",
    }


def test_also_by_who_has_the_chat_now():
    chat = ChatFactory(assigned=True)
    asked = InvitationFactory(chat=chat, invited_by=AgentFactory())

    heard = Heard.of(events.InvitationChanged(asked))

    assert events.agent_topic(chat.agent_id) in heard.topics


def test_a_call_for_help_is_heard_by_the_agent_and_by_the_supervisors_named(chat):
    heard = Heard.of(events.AssistanceChanged(chat, True, {7}))

    assert heard.topics == {events.agent_topic(chat.agent_id), events.agent_topic(7)}
    frame = {"chat": chat.public_id, "agent_name": chat.agent_name, "asked": True}
    assert heard.agent(chat) == {"type": "assistance.changed", **frame}


def test_a_changed_access_is_heard_by_the_agent_whose_sockets_ask_anew():
    (delivery,) = events.AccessChanged(7).deliveries()

    assert delivery.topics == (events.agent_topic(7),)
    assert delivery.readmit


def test_every_event_has_its_test_here():
    assert {event.__name__ for event in events.Event.__subclasses__()} == {
        *("MessagePosted", "ChatChanged", "LineMoved", "ReceiptMoved", "TypingNoticed"),
        *("AgentReachChanged", "AvailabilityChanged", "SettingChanged", "AccessChanged"),
        *("InvitationChanged", "AssistanceChanged"),
    }


# --- what a process remembers --------------------------------------------------------------------


def test_a_mark_tells_each_audience_its_own_head(chat):
    posted(chat, "reply", "note")
    mark = Mark.of(chat)

    assert mark.head(staff=True).head == 4
    assert (mark.head(staff=False).head, mark.head(staff=False).epoch) == (3, None)


def test_messages_and_steps_carry_the_mark_that_is_remembered(chat):
    line = MessageFactory(chat=chat)
    found = events.deliveries_of([events.MessagePosted(chat, [line]), events.ChatChanged(chat)])

    assert {delivery.mark[0] for delivery in found} == {chat.public_id}
    assert all(Mark(*delivery.mark[1]) == Mark.of(chat) for delivery in found)


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_news_are_told_when_the_transaction_commits_and_not_before(delivered):
    chat = ChatFactory()

    with transaction.atomic():
        accept_chat(chat.pk, by=AgentFactory().pk)
        assert delivered == []

    assert {json.loads(delivery.text)["type"] for delivery in delivered} == {
        *("chat.changed", "messages", "queue.changed")
    }


@pytest.mark.django_db(transaction=True)
def test_news_of_what_was_rolled_back_are_never_told(delivered):
    chat, agent = ChatFactory(), AgentFactory()

    with transaction.atomic():
        accept_chat(chat.pk, by=agent.pk)
        transaction.set_rollback(True)

    assert delivered == []
    assert Chat.objects.get(pk=chat.pk).status == "queued"
    assert Message.objects.filter(chat=chat).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failing_publication_never_fails_what_is_committed(monkeypatch, caplog):
    def fail(deliveries: list[Delivery]) -> None:
        raise RuntimeError("no hub")

    monkeypatch.setattr(realtime, "deliver", fail)
    chat = ChatFactory()

    accept_chat(chat.pk, by=AgentFactory().pk)

    assert Chat.objects.get(pk=chat.pk).status == "assigned"
    assert "no hub" in caplog.text


def test_no_news_register_nothing(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        events.publish_all([])

    assert callbacks == []


def test_one_transaction_says_one_thing_to_the_hub(django_capture_on_commit_callbacks, chat):
    with django_capture_on_commit_callbacks() as callbacks:
        events.publish_all([events.ChatChanged(chat), events.LineMoved(chat.queue_id)])

    assert len(callbacks) == 1


def test_typing_is_told_at_once(delivered, chat):
    events.tell_now([events.TypingNoticed(Mark.of(chat), chat.public_id, "customer", "Ada")])

    assert len(delivered) == 1
