"""start_chat: the question becomes message 1, once, in the company's queue."""

import pytest
from django.utils import timezone

from livechat.exceptions import (
    BadTextError,
    ClientIdReusedError,
    LiveChatExistsError,
    NoQueueError,
)
from livechat.models import Chat, ChatSettings, Message, Queue
from livechat.protocol import Code
from livechat.services.closing import cancel_chat
from livechat.services.intake import start_chat
from tests.factories import CompanyFactory, CustomerFactory, QueueFactory

pytestmark = pytest.mark.django_db

QUESTION = "  The printer\non floor 3 says offline. "


def start(customer, client_id="client-1", question=QUESTION, **more):
    return start_chat(customer.pk, client_id=client_id, question=question, **more)


def test_the_question_is_message_1_exactly_as_written():
    chat, made = start(CustomerFactory())

    message = Message.objects.get(chat=chat)
    assert made
    assert (message.seq, message.public_after, message.kind) == (1, 0, "reply")
    assert (message.sender, message.body) == ("c", QUESTION)


def test_the_chat_waits_and_counts_its_question():
    chat, _made = start(CustomerFactory())

    chat.refresh_from_db()
    assert (chat.status, chat.agent, chat.version, chat.owner_epoch) == ("queued", None, 1, 0)
    assert (chat.last_seq, chat.last_public_seq) == (1, 1)
    assert chat.unanswered_since == chat.last_message_at


def test_the_subject_is_one_short_line():
    chat, _made = start(CustomerFactory(), question="Why?\n" + "long " * 100)

    assert chat.subject.startswith("Why? long long")
    assert len(chat.subject) == 160


def test_it_waits_in_the_companys_default_queue():
    queue = QueueFactory(is_default=True)
    QueueFactory(company=queue.company)

    chat, _made = start(CustomerFactory(company=queue.company))

    assert chat.queue == queue


def test_without_a_default_queue_it_waits_in_general():
    queue = QueueFactory()

    chat, _made = start(CustomerFactory(company=queue.company))

    assert (chat.queue.company, chat.queue.name) == (None, "GENERAL")


@pytest.mark.parametrize(("vip", "seconds"), [(True, 90), (False, 60)])
def test_its_place_is_by_the_priority_of_queue_and_customer(vip, seconds):
    ChatSettings.objects.update(vip_priority_seconds=30)
    queue = QueueFactory(is_default=True, priority_seconds=60)

    chat, _made = start(CustomerFactory(company=queue.company, vip=vip))

    assert (chat.queued_at - chat.rank_time).total_seconds() == seconds


def test_another_companys_default_queue_is_not_taken():
    QueueFactory(is_default=True)

    chat, _made = start(CustomerFactory())

    assert chat.queue.company is None


def test_without_any_queue_it_is_refused_and_nothing_stays():
    Queue.objects.all().delete()

    with pytest.raises(NoQueueError) as refused:
        start(CustomerFactory())

    assert refused.value.code == Code.NO_QUEUE
    assert not Chat.objects.exists()


def test_a_retired_company_takes_no_chats():
    with pytest.raises(NoQueueError):
        start(CustomerFactory(company=CompanyFactory(retired_at=timezone.now())))


def test_the_same_client_id_gives_the_same_chat_again(published):
    customer = CustomerFactory()
    first, _made = start(customer)
    published.clear()

    again, made = start(customer)

    assert (again, made) == (first, False)
    assert (Message.objects.count(), published) == (1, [])


def test_the_same_client_id_gives_the_same_chat_after_it_is_over_too():
    customer = CustomerFactory()
    first, _made = start(customer)
    cancel_chat(first.pk)

    again, made = start(customer)

    assert (again, made) == (first, False)


def test_the_same_client_id_with_another_question_is_refused():
    customer = CustomerFactory()
    start(customer)

    with pytest.raises(ClientIdReusedError) as refused:
        start(customer, question="Something else")

    assert refused.value.code == Code.CLIENT_ID_REUSED


def test_a_client_id_belongs_to_its_customer():
    first, _made = start(CustomerFactory())

    other, made = start(CustomerFactory())

    assert made
    assert other != first


def test_a_customer_has_one_live_chat_and_is_told_which():
    customer = CustomerFactory()
    first, _made = start(customer)

    with pytest.raises(LiveChatExistsError) as refused:
        start(customer, client_id="client-2")

    assert (refused.value.code, refused.value.chat) == (Code.LIVE_CHAT_EXISTS, first.public_id)


def test_after_the_end_the_next_chat_begins():
    customer = CustomerFactory()
    first, _made = start(customer)
    cancel_chat(first.pk)

    other, made = start(customer, client_id="client-2")

    assert made
    assert other != first


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("", Code.BLANK),
        (" \n", Code.BLANK),
        ("a\0", Code.BAD_TEXT),
        ("\ud800", Code.BAD_TEXT),
        ("a" * 101, Code.TOO_LONG),
    ],
)
def test_a_question_that_cannot_be_a_message_is_refused(question, code):
    ChatSettings.objects.update(question_characters=100)

    with pytest.raises(BadTextError) as refused:
        start(CustomerFactory(), question=question)

    assert refused.value.code == code
    assert not Chat.objects.exists()


def test_a_question_may_be_as_long_as_the_settings_say():
    ChatSettings.objects.update(question_characters=100)

    _chat, made = start(CustomerFactory(), question="a" * 100)

    assert made


def test_an_unverified_customer_says_who_he_is():
    customer = CustomerFactory(name="", email="")

    chat, _made = start(customer, name="Ann", email="ann@example.com")

    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("Ann", "ann@example.com")
    assert Message.objects.get(chat=chat).author_name == "Ann"


def test_what_he_does_not_say_is_kept():
    customer = CustomerFactory(name="Ann", email="ann@example.com")

    start(customer, name="Anna")

    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("Anna", "ann@example.com")


def test_a_verified_customer_is_who_his_company_says():
    customer = CustomerFactory(verified=True, name="Ann", email="ann@example.com")

    start(customer, name="Somebody else", email="else@example.com")

    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("Ann", "ann@example.com")


def test_a_refused_start_leaves_the_customer_as_he_was():
    customer = CustomerFactory(name="Ann")
    start(customer)

    with pytest.raises(LiveChatExistsError):
        start(customer, client_id="client-2", name="Bob")

    customer.refresh_from_db()
    assert customer.name == "Ann"


def test_it_is_announced(published):
    chat, _made = start(CustomerFactory())

    assert [type(event).__name__ for event in published] == ["MessagePosted", "ChatChanged"]
    assert all(event.chat == chat for event in published)
