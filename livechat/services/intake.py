"""How a chat begins."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from livechat import events
from livechat.exceptions import (
    BadTextError,
    ChatsClosedError,
    ClientIdReusedError,
    LiveChatExistsError,
    NoQueueError,
)
from livechat.models import (
    Chat,
    ChatHours,
    ChatSettings,
    Draft,
    Message,
    Place,
    Queue,
    Sender,
    Topic,
    WaitPromise,
)
from livechat.models.chats import LIVE, SUBJECT_CHARACTERS, rank_time_of
from livechat.models.drafts import REPLY
from livechat.models.waits import expected_wait
from livechat.protocol import DETAILS, Code, text_problem
from livechat.services.drain import drain_soon
from livechat.targets import Step
from tickets.models import Company, Customer, Ticket
from tickets.models.retiring import stays_in_use

QUESTION = "question"


def start_chat(
    customer_id: int,
    *,
    client_id: str,
    question: str,
    name: str = "",
    email: str = "",
    topic: str = "",
    source: str = "web",
) -> tuple[Chat, bool]:
    """The chat of this client id and whether it was made now. The question is message 1.

    `topic` is the public id of what the customer picked; one that is gone counts as none.

    Raises LiveChatExistsError when the customer has another chat that is not over,
    ClientIdReusedError when the id stood for another question, ChatsClosedError outside chat
    hours, NoQueueError, BadTextError.
    """
    settings = check_question(question)
    for _attempt in range(2):  # What refused the first may be over when it is looked for.
        try:
            with transaction.atomic():
                chat = _start(
                    customer_id, client_id, question, name, email, topic, source, settings
                )
        except (IntegrityError, ChatsClosedError) as refused:
            if before := _started_before(customer_id, client_id, question):
                return before, False
            if isinstance(refused, ChatsClosedError):
                raise
        else:
            promise_wait(chat.pk)
            return chat, True
    raise ClientIdReusedError


@transaction.atomic
def promise_wait(chat_id: int) -> Chat | None:
    """Keep what the customer of a new chat is told of his wait, to see later how it came.

    Also where nothing is told any more: else it could never be told again. None: he is told
    nothing, or it has an agent; or somebody looks for one just now, and is not waited for.
    """
    new = Chat.objects.unlocked().filter(pk=chat_id, status=Chat.Status.QUEUED, wait_promise=None)
    chat = new.select_related("queue").first()
    if chat is None:
        return None
    promise = expected_wait(chat, Chat.objects.ahead_of(chat).count(), timezone.now())
    if promise is None:
        return None
    least, most = promise
    WaitPromise.objects.create(chat=chat, queue=chat.queue, least_minutes=least, most_minutes=most)
    return chat


def check_question(question: str) -> ChatSettings:
    """By these settings it can be asked. Raises BadTextError when it cannot."""
    settings = ChatSettings.objects.current()
    limit = settings.question_characters
    if code := text_problem(question, limit):
        detail = DETAILS[code]
        if code == Code.TOO_LONG:
            detail = _("The question is longer than %(limit)s characters.") % {"limit": limit}
        raise BadTextError(code, detail)
    return settings


def _start(
    customer_id: int,
    client_id: str,
    question: str,
    name: str,
    email: str,
    picked: str,
    source: str,
    settings: ChatSettings,
) -> Chat:
    customer = Customer.objects.select_related("company", "site").get(pk=customer_id)
    topic, queue = line_of(customer, picked, question)
    if queue is None or not stays_in_use(Company, customer.company_id):
        raise NoQueueError
    now = timezone.now()
    _require_open(Place(customer.company_id, queue.pk), now)
    chat = Chat.objects.create(
        customer=customer,
        queue=queue,
        topic=topic,
        client_id=client_id,
        source=source,
        subject=" ".join(question.split())[:SUBJECT_CHARACTERS],
        queued_at=now,
        rank_time=rank_time_of(now, queue, customer),
        target_at=settings.targets(queue).next_at(now, Step.NONE),
    )
    introduce(customer, name=name, email=email)
    # The row is ours alone until this transaction commits: it needs no lock.
    asked = Draft(
        chat.public_id, Sender("c", customer.pk, customer.name), QUESTION, REPLY, question
    )
    said = Message.objects.append([chat], [asked])
    events.publish_all([events.MessagePosted(chat, said), events.ChatChanged(chat)])
    drain_soon([queue.pk])
    return chat


def line_of(customer: Customer, picked: str, question: str) -> tuple[Topic | None, Queue | None]:
    """Where the chat waits, and why there. What goes out of use at this moment is not chosen."""
    while True:
        topic = _topic_of(customer, picked, question)
        queue = topic.queue if topic else Queue.objects.for_chats_of(customer.company)
        if queue is None or stays_in_use(Queue, queue.pk):
            return topic, queue


@transaction.atomic(savepoint=False)
def introduce(customer: Customer, *, name: str, email: str) -> None:
    """He says who he is; whom the page has named is believed to be that one."""
    if not customer.verified and (name or email):
        before = customer.name
        customer.name, customer.email = name or customer.name, email or customer.email
        customer.save(update_fields=["name", "email"])
        if customer.name != before:
            Ticket.objects.find_by_new_names([customer.pk])


def _topic_of(customer: Customer, picked: str, question: str) -> Topic | None:
    """What the customer picked; else the first topic that his question speaks of."""
    region = customer.site.region if customer.site else ""
    offered = Topic.objects.offered_by(customer.company).select_related("queue")
    for topic in offered:
        if topic.public_id == picked:
            return topic
    here = [topic for topic in offered if topic.covers(region)]
    return next((topic for topic in here if topic.is_named_in(question)), None)


def _require_open(place: Place, now: datetime) -> None:
    state = ChatHours.objects.state_for([place], now)[place]
    if not state.is_open:
        raise ChatsClosedError(state.message, state.opens_at)


def _started_before(customer_id: int, client_id: str, question: str) -> Chat | None:
    """After a refused insert: the same request's chat; refuses when another one stands."""
    chats = Chat.objects.filter(customer=customer_id).with_pages_data()
    if same := chats.filter(client_id=client_id).first():
        if Message.objects.filter(chat=same, seq=1, body=question).exists():
            return same
        raise ClientIdReusedError
    if other := chats.filter(LIVE).first():
        raise LiveChatExistsError(other.public_id)
    return None
