"""Files in chats: who may send them, how many, and once."""

import io

import pytest
from django.conf import settings
from django.utils import timezone

from livechat.events import MessagePosted, TicketChanged
from livechat.models import Agent, Chat, ChatFile, ChatSettings, Message, Sender
from livechat.protocol import Code
from livechat.services.closing import end_chat
from livechat.services.conversation import Posted, Refused, attach_file
from livechat.services.ticketing import open_ticket_for
from tests.factories import (
    AgentFactory,
    ChatFactory,
    CompanyFactory,
    CustomerFactory,
    InvitationFactory,
    seeded_group,
)
from tests.hostile_files import picture
from tickets.exceptions import FileKindError, FileTooLargeError
from tickets.models import Activity, StoredFile, User
from tickets.services import files
from tickets.services.files import Upload

pytestmark = pytest.mark.django_db
TEXT = b"Hello\n"


def upload(name="notes.txt", kind="text/plain", content=TEXT):
    return Upload(name, kind, len(content), io.BytesIO(content))


def customer_of(chat):
    return {"sender": Sender("c", chat.customer_id, "Ada Byron"), "by": chat.customer}


def agent_of(agent):
    return {"sender": Sender("a", agent.pk, agent.display_name), "by": agent.user}


def attach(chat, who, sent=None, client_id="file-0001", **more):
    return attach_file(sent or upload(), chat=chat.public_id, client_id=client_id, **who, **more)


@pytest.fixture
def chat():
    return ChatFactory(assigned=True)


def test_a_file_is_a_message_of_its_chat(chat, published):
    outcome = attach(chat, customer_of(chat))

    message = Message.objects.get(chat=chat, seq=outcome.seq)
    file = StoredFile.objects.get()
    assert (message.kind, message.body, message.author_name) == ("file", "notes.txt", "Ada Byron")
    assert message.data == {
        "id": file.public_id, "name": "notes.txt", "size": 6, "type": "text/plain",
        "image": False, "width": None, "height": None,
    }  # fmt: skip
    assert file.kept_at
    assert file.company == chat.customer.company
    assert ChatFile.objects.get().chat == chat
    assert [type(event) for event in published] == [MessagePosted]


def test_an_image_says_how_large_it_is(chat):
    attach(chat, agent_of(chat.agent), upload("a.png", "image/png", picture(size=(30, 20))))

    data = Message.objects.get(kind="file").data
    assert (data["image"], data["width"], data["height"]) == (True, 30, 20)


def test_a_file_waits_for_an_answer_and_is_one(chat):
    attach(chat, customer_of(chat))
    asked = Chat.objects.get(pk=chat.pk).unanswered_since
    attach(chat, agent_of(chat.agent), client_id="file-0002")

    assert asked
    assert Chat.objects.get(pk=chat.pk).unanswered_since is None


def test_the_same_again_is_the_same_and_is_not_looked_at(chat, file_storage):
    first = attach(chat, customer_of(chat))
    again = attach(chat, customer_of(chat), upload("other.exe", "x", b"MZ"))

    assert (again.seq, again.repeat) == (first.seq, True)
    assert len(file_storage()) == StoredFile.objects.count() == 1


def test_of_two_at_once_one_is_kept(chat, file_storage, monkeypatch):
    """The other one has posted while this one was looked at."""
    store = files.store_file

    def late(*args, **kwargs):
        monkeypatch.undo()
        attach(chat, customer_of(chat))
        return store(*args, **kwargs)

    monkeypatch.setattr("livechat.services.conversation.store_file", late)

    assert attach(chat, customer_of(chat)).repeat
    assert len(file_storage()) == StoredFile.objects.count() == 1


def test_what_is_refused_after_all_leaves_nothing(chat, file_storage, monkeypatch):
    store = files.store_file

    def late(*args, **kwargs):
        end_chat(chat.pk, by=chat.agent_id)
        return store(*args, **kwargs)

    monkeypatch.setattr("livechat.services.conversation.store_file", late)

    assert attach(chat, customer_of(chat)) == Refused(Code.CHAT_ENDED)
    assert not file_storage()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("status", ["ended", "left", "cancelled"])
def test_nothing_is_sent_into_a_chat_that_is_over(status):
    chat = ChatFactory(**{status: True})

    assert attach(chat, customer_of(chat)) == Refused(Code.CHAT_ENDED)


def test_a_participant_sends_files_and_a_monitor_does_not(chat):
    participant = InvitationFactory(chat=chat, accepted=True).agent
    monitor = InvitationFactory(chat=chat, accepted=True, role="monitor").agent

    assert isinstance(attach(chat, agent_of(participant)), Posted)
    assert attach(chat, agent_of(monitor)) == Refused(Code.FORBIDDEN)


def test_strangers_are_refused_before_their_file_is_looked_at(chat):
    colleague, stranger = AgentFactory(queues=[chat.queue]), AgentFactory()
    other = {"sender": Sender("c", 0, ""), "by": CustomerFactory()}
    bad = upload("a.exe", "x", b"MZ")

    assert attach(chat, agent_of(colleague), bad) == Refused(Code.NOT_YOURS)
    assert attach(chat, agent_of(stranger), bad) == Refused(Code.NOT_FOUND)
    assert attach(chat, other, bad) == Refused(Code.NOT_FOUND)


def test_who_held_the_chat_before_may_not_send_into_it(chat):
    old = chat.owner_epoch - 1

    assert attach(chat, agent_of(chat.agent), epoch=old) == Refused(Code.NOT_YOURS)


def test_a_virtual_agents_chat_takes_no_files(file_storage):
    chat = ChatFactory(assigned=True, source="virtual_agent")

    assert attach(chat, agent_of(chat.agent)) == Refused(Code.FILES_OFF)
    assert attach(chat, customer_of(chat)) == Refused(Code.FILES_OFF)
    assert not file_storage()


def test_a_chat_has_so_many_files_of_both_sides_together(chat):
    ChatSettings.objects.update(files_per_chat=2)
    attach(chat, customer_of(chat))
    attach(chat, agent_of(chat.agent))

    outcome = attach(chat, customer_of(chat), client_id="file-0002")

    assert outcome == Refused(Code.FILES_FULL)
    assert isinstance(attach(ChatFactory(), customer_of(ChatFactory())), Refused)


def test_a_chat_has_so_many_bytes(chat, monkeypatch, file_storage):
    monkeypatch.setitem(settings.FILE_BYTES, "chat", 10)
    attach(chat, customer_of(chat))

    assert attach(chat, customer_of(chat), client_id="file-2222") == Refused(Code.FILES_FULL)
    assert len(file_storage()) == 1


def test_what_the_administrator_says_holds_at_once(chat):
    ChatSettings.objects.update(file_types="png", file_megabytes=1)
    large = upload("a.png", "image/png", picture() + bytes(1024 * 1024))

    with pytest.raises(FileKindError):
        attach(chat, customer_of(chat))
    with pytest.raises(FileTooLargeError, match="larger than 1"):
        attach(chat, customer_of(chat), large)


def test_a_file_is_read_by_those_who_may_open_its_chat_at_that_moment(chat):
    attach(chat, customer_of(chat))
    file, guest = StoredFile.objects.get(), InvitationFactory(chat=chat, accepted=True)

    def may(reader):
        return files.may_read(file, reader=reader)

    assert may(chat.customer)
    assert may(chat.agent.user)
    assert may(guest.agent.user)
    assert not may(CustomerFactory())
    assert not may(AgentFactory(queues=[chat.queue]).user)
    end_chat(chat.pk, by=chat.agent_id)
    assert not may(guest.agent.user)
    assert may(chat.agent.user)


# --- its ticket -----------------------------------------------------------------------------------


@pytest.fixture
def ticketed():
    return ChatFactory(with_ticket=True)


def test_a_file_of_a_chat_that_became_a_ticket_is_the_tickets_too(ticketed):
    attach(ticketed, customer_of(ticketed))
    attach(ticketed, agent_of(ticketed.agent), client_id="file-0002")

    rows = ticketed.ticket.files.order_by("pk")
    steps = Activity.objects.filter(code="file_added").order_by("pk")
    assert [row.file.in_chat.chat for row in rows] == [ticketed, ticketed]
    assert [(step.author_name, step.author, step.customer) for step in steps] == [
        ("Ada Byron", None, ticketed.customer),
        (ticketed.agent.display_name, ticketed.agent.user, None),
    ]


def test_and_the_agents_it_concerns_are_told(ticketed, published):
    attach(ticketed, customer_of(ticketed))

    told = [event for event in published if isinstance(event, TicketChanged)]
    assert [(each.ticket, each.change) for each in told] == [(ticketed.ticket, "file_added")]


def test_a_repeat_is_not_added_twice_and_what_is_refused_is_not_added(ticketed):
    attach(ticketed, customer_of(ticketed))
    attach(ticketed, customer_of(ticketed))
    end_chat(ticketed.pk, by=ticketed.agent_id)
    attach(ticketed, customer_of(ticketed), client_id="file-0002")

    assert ticketed.ticket.files.count() == 1
    assert Activity.objects.filter(code="file_added").count() == 1


def test_a_ticket_that_was_made_while_the_file_was_looked_at_has_it(chat, monkeypatch):
    store = files.store_file

    def late(*args, **kwargs):
        open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")
        return store(*args, **kwargs)

    monkeypatch.setattr("livechat.services.conversation.store_file", late)
    attach(chat, customer_of(chat))

    assert Chat.objects.get(pk=chat.pk).ticket.files.count() == 1


def test_if_the_ticket_cannot_have_it_the_chat_has_not_either(ticketed, monkeypatch):
    monkeypatch.setattr("livechat.services.conversation.add_files", None)

    with pytest.raises(TypeError):
        attach(ticketed, customer_of(ticketed))

    assert not ChatFile.objects.exists()
    assert not Message.objects.filter(kind="file").exists()
    assert StoredFile.objects.get().kept_at is None


def test_who_may_see_the_ticket_and_not_the_chat_reads_its_files(ticketed):
    attach(ticketed, customer_of(ticketed))
    file = StoredFile.objects.get()
    colleague = AgentFactory(user__companies=[ticketed.ticket.company])
    elsewhere = AgentFactory(queues=[ticketed.queue], user__companies=[CompanyFactory()])

    assert files.may_read(file, reader=colleague.user)
    assert not files.may_read(file, reader=elsewhere.user)
    assert files.may_read(file, reader=ticketed.customer)
    assert not files.may_read(file, reader=CustomerFactory(company=ticketed.ticket.company))


def test_an_agent_reads_files_of_chats_while_he_is_one(chat):
    attach(chat, customer_of(chat))
    file, agent = StoredFile.objects.get(), chat.agent

    agent.user.groups.clear()
    assert not files.may_read(file, reader=User.objects.get(pk=agent.user_id))
    agent.user.groups.add(seeded_group("Agent"))
    assert files.may_read(file, reader=User.objects.get(pk=agent.user_id))
    Agent.objects.filter(pk=agent.pk).update(retired_at=timezone.now())
    assert not files.may_read(file, reader=User.objects.get(pk=agent.user_id))
