"""Who hears what. A customer never gets a note, nor an id of an agent or a queue."""

import pytest

from livechat import events
from livechat.events import Mark
from livechat.models import Agent, Chat
from livechat.targets import Step, Target
from tests.factories import (
    AgentFactory,
    ChatFactory,
    InvitationFactory,
    MessageFactory,
    TicketFactory,
)
from tests.livechat.hearing import Heard, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat() -> Chat:
    return ChatFactory(assigned=True)


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


def passed(chat: Chat, target: Target) -> Heard:
    return Heard.of(events.TargetBreached(chat, target, Step.BREACH, 301, {7}))


def test_a_wait_that_is_too_long_is_heard_by_the_queue_and_by_the_supervisors_named():
    chat = ChatFactory()

    heard = passed(chat, Target.WAITING)

    assert heard.topics == {events.queue_topic(chat.queue_id), events.agent_topic(7)}
    assert heard.frames[events.agent_topic(7)] == {
        "type": "target.breached",
        "chat": chat.public_id,
        "target": "waiting",
        "step": "breach",
        "seconds": 301,
        "customer_name": chat.customer.name,
    }


def test_of_a_transferred_chat_by_who_is_to_have_it_and_not_by_the_queue():
    chat = ChatFactory(transferred=True)
    receiver = events.agent_topic(chat.transferred_to_id)

    assert passed(chat, Target.WAITING).topics == {receiver, events.agent_topic(7)}


def test_a_conversation_that_takes_too_long_is_heard_by_its_agent_and_supervisors(chat):
    heard = passed(chat, Target.CONVERSATION)

    assert heard.topics == {events.agent_topic(chat.agent_id), events.agent_topic(7)}
    assert heard.agent(chat)["agent_name"] == chat.agent_name


SEEN_BY_CUSTOMERS = ["opened", "resolved", "cancelled", "comment", "file_added"]
HIDDEN_FROM_CUSTOMERS = ["work_note", "transcript", "pinned", "changed"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [*((change, ()) for change in SEEN_BY_CUSTOMERS), ("changed", {"group", "status"})],
)
def test_a_changed_ticket_is_heard_by_its_agents_and_its_customer_without_what_is_for_staff(
    change, fields
):
    ticket = TicketFactory()

    heard = Heard.of(events.TicketChanged(ticket, change, {3, 7}, fields))

    frame = {"type": "ticket.changed", "ticket": ticket.public_id, "number": ticket.number}
    for_staff = {**frame, "version": ticket.version, "change": change}
    assert heard.frames == {
        events.agent_topic(3): for_staff,
        events.agent_topic(7): for_staff,
        events.customer_topic(ticket.customer_id): frame,
        events.tickets_topic(ticket.customer_id): frame,
    }


@pytest.mark.parametrize("change", HIDDEN_FROM_CUSTOMERS)
def test_what_a_customer_does_not_see_of_a_ticket_is_no_news_for_him(change):
    changed = events.TicketChanged(TicketFactory(), change, {3}, {"assignee", "impact", "priority"})

    assert Heard.of(changed).topics == {events.agent_topic(3)}


def test_a_changed_access_is_heard_by_the_agent_whose_sockets_ask_anew():
    (delivery,) = events.AccessChanged(7).deliveries()

    assert delivery.topics == (events.agent_topic(7),)
    assert delivery.readmit


def test_every_event_has_its_test_here():
    assert {event.__name__ for event in events.Event.__subclasses__()} == {
        *("MessagePosted", "ChatChanged", "LineMoved", "ReceiptMoved", "TypingNoticed"),
        *("AgentReachChanged", "AvailabilityChanged", "SettingChanged", "AccessChanged"),
        *("InvitationChanged", "AssistanceChanged", "HoursChanged", "TargetBreached"),
        *("TicketChanged", "AlertsChanged"),
    }


def test_changed_alerts_are_heard_by_every_page_without_a_chat_and_name_nothing():
    assert Heard.of(events.AlertsChanged()).frames == {"companies": {"type": "alerts.changed"}}


@pytest.mark.parametrize(("company", "topic"), [(7, "company.7"), (None, "companies")])
def test_changed_hours_are_heard_by_pages_without_a_chat_and_name_nothing(company, topic):
    heard = Heard.of(events.HoursChanged(company))

    assert heard.frames == {topic: {"type": "hours.changed"}}
