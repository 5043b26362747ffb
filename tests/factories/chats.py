"""Queues, agents and chats as rows for tests. Traits name the usual cases."""

from datetime import time, timedelta
from typing import Any

from django.utils import timezone
from factory import LazyAttribute, LazyFunction, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from livechat.models import (
    Agent,
    Chat,
    ChatHours,
    ChatHoursPeriod,
    ChatSettings,
    Draft,
    Holiday,
    Invitation,
    Lease,
    Message,
    Queue,
    Sender,
)
from livechat.models.chats import rank_time_of
from livechat.models.drafts import INVITED, invitees_of, invitees_text
from livechat.models.targets import running
from livechat.services.planning import plan_target
from livechat.targets import Step
from tests.factories.people import CompanyFactory, CustomerFactory, UserFactory
from tests.factories.tickets import TicketFactory


class QueueFactory(DjangoModelFactory):
    """A queue of a company of its own. GENERAL is there by migration."""

    class Meta:
        model = Queue

    company = SubFactory(CompanyFactory)
    name = Sequence(lambda n: f"Queue {n}")


class ChatHoursFactory(DjangoModelFactory):
    """Open at all times, for all. `week={0: (8, 18)}`: by weekday. `holidays={date: name}`."""

    class Meta:
        model = ChatHours

    name = Sequence(lambda n: f"Hours {n}")
    week = LazyFunction(dict)
    holidays = LazyFunction(dict)

    @classmethod
    def _create(cls, model_class: type[ChatHours], *args: Any, **fields: Any) -> ChatHours:
        week, holidays = fields.pop("week"), fields.pop("holidays")
        hours: ChatHours = super()._create(model_class, *args, **fields)
        for weekday, (since, until) in week.items():
            times = {"since": time(since), "until": time(until % 24)}
            ChatHoursPeriod.objects.create(hours=hours, weekday=weekday, **times)
        for date, name in holidays.items():
            Holiday.objects.create(hours=hours, date=date, name=name)
        return hours


class AgentFactory(DjangoModelFactory):
    """An agent who may use the console, of `queues=[…]`. `online`: one page of his is open."""

    class Meta:
        model = Agent

    user = SubFactory(UserFactory, agent=True)
    screen_name = Sequence(lambda n: f"Noor H. {n}")
    online = False
    queues = ()

    @classmethod
    def _create(cls, model_class: type[Agent], *args: Any, **fields: Any) -> Agent:
        queues = fields.pop("queues")
        agent: Agent = super()._create(model_class, *args, **fields)
        agent.queues.add(*queues)
        if agent.online:
            Lease.objects.create(agent=agent, expires_at=timezone.now() + timedelta(seconds=30))
        return agent


NEXT_ACTIONS = {"queued": "route", "assigned": "look", "transferred": "give_back"}


class ChatFactory(DjangoModelFactory):
    """A chat that waits, its question as message 1. Traits name the usual cases."""

    class Meta:
        model = Chat

    class Params:
        assigned = Trait(
            status=Chat.Status.ASSIGNED,
            agent=SubFactory(
                AgentFactory, queues=LazyAttribute(lambda agent: [agent.factory_parent.queue])
            ),
            agent_name=LazyAttribute(lambda chat: chat.agent.display_name),
            accepted_at=LazyFunction(timezone.now),
            owner_epoch=1,
            version=2,
        )
        left = Trait(assigned=True, left_at=LazyFunction(timezone.now), version=3)
        ended = Trait(
            assigned=True,
            status=Chat.Status.ENDED,
            ended_at=LazyFunction(timezone.now),
            version=3,
        )
        abandoned = Trait(ended=True, status=Chat.Status.ABANDONED)
        transferred = Trait(
            status=Chat.Status.TRANSFERRED,
            transferred_to=SubFactory(
                AgentFactory, queues=LazyAttribute(lambda agent: [agent.factory_parent.queue])
            ),
            transferred_by=SubFactory(
                AgentFactory, queues=LazyAttribute(lambda agent: [agent.factory_parent.queue])
            ),
            owner_epoch=1,
            version=3,
        )
        cancelled = Trait(
            status=Chat.Status.CANCELLED, ended_at=LazyFunction(timezone.now), version=2
        )
        with_ticket = Trait(
            assigned=True,
            ticket=LazyAttribute(lambda chat: TicketFactory(customer=chat.customer)),
        )

    status = Chat.Status.QUEUED
    next_action = LazyAttribute(lambda chat: NEXT_ACTIONS.get(chat.status, ""))
    next_action_at = LazyAttribute(
        lambda chat: timezone.now() + timedelta(hours=1) if chat.next_action else None
    )
    target_at = LazyAttribute(
        lambda chat: timezone.now() if chat.status in {"queued", "transferred"} else None
    )
    question = "The printer on floor 3 says offline."
    queued_at = LazyFunction(timezone.now)
    rank_time = LazyAttribute(lambda chat: rank_time_of(chat.queued_at, chat.queue, chat.customer))
    queue = SubFactory(QueueFactory)
    customer = SubFactory(
        CustomerFactory,
        company=LazyAttribute(lambda c: c.factory_parent.queue.company or CompanyFactory()),
    )
    client_id = Sequence(lambda n: f"client-{n:08}")
    subject = LazyAttribute(lambda chat: chat.question[:160])

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        """A customer who is given brings his company's queue."""
        if "customer" in params and not any(name.startswith("queue") for name in params):
            company = params["customer"].company
            queue = Queue.objects.filter(company=company).first()
            params["queue"] = queue or QueueFactory(company=company)
        return super()._generate(strategy, params)

    @classmethod
    def _create(cls, model_class: type[Chat], *args: Any, **fields: Any) -> Chat:
        question = fields.pop("question")
        chat: Chat = super()._create(model_class, *args, **fields)
        _converse(chat, question)
        # A flushed database has lost the one row.
        runs = running(chat, ChatSettings.objects.first() or ChatSettings())
        plan_target(chat, runs, Step.NONE)
        chat.save(update_fields=["target_told", "target_at"])
        if chat.status == Chat.Status.ASSIGNED and not chat.left_at:
            Agent.objects.take(chat.agent_id, chat.accepted_at)
            chat.agent.refresh_from_db(fields=["open_chats", "last_assigned_at"])
        return chat


def _converse(chat: Chat, question: str) -> None:
    """Message 1, and what the steps taken since have said."""
    asker = Sender("c", chat.customer_id, chat.customer.name)
    asked = Draft(chat.public_id, asker, "question", Message.Kind.REPLY, question)
    said = [asked]
    if chat.agent_id:
        said.append(Draft.event(chat, "accepted", agent=chat.agent_name))
    if chat.left_at or chat.status == Chat.Status.CANCELLED:
        said.append(Draft.event(chat, "cancelled"))
    if chat.status == Chat.Status.ENDED:
        said.append(Draft.event(chat, "ended", agent=chat.agent_name))
    Message.objects.append([chat], said)


class MessageFactory(DjangoModelFactory):
    """The next line of a chat, its customer's unless `sender` is somebody else."""

    class Meta:
        model = Message

    chat = SubFactory(ChatFactory)
    sender = LazyAttribute(lambda m: Sender("c", m.chat.customer_id, m.chat.customer.name))
    client_id = Sequence(lambda n: f"message-{n:08}")
    kind = Message.Kind.REPLY
    body = "It still says offline."
    data = LazyFunction(dict)

    @classmethod
    def _create(cls, model_class: type[Message], *args: Any, **fields: Any) -> Message:
        chat = fields.pop("chat")
        Message.objects.append([chat], [Draft(chat=chat.public_id, **fields)])
        return Message.objects.get(chat=chat, seq=chat.last_seq)


class InvitationFactory(DjangoModelFactory):
    """A colleague is asked into a chat and has not answered. `accepted`: he is in it."""

    class Meta:
        model = Invitation

    class Params:
        accepted = Trait(status=Invitation.Status.ACCEPTED, answered_at=LazyFunction(timezone.now))

    chat = SubFactory(ChatFactory, assigned=True)
    agent = LazyAttribute(lambda asked: AgentFactory(queues=[asked.chat.queue], online=True))
    invited_by = LazyAttribute(lambda asked: asked.chat.agent)
    role = Invitation.Role.PARTICIPANT

    @classmethod
    def _create(cls, model_class: type[Invitation], *args: Any, **fields: Any) -> Invitation:
        asked: Invitation = super()._create(model_class, *args, **fields)
        if asked.is_open:
            letter = asked.role[0] if asked.status == Invitation.Status.ACCEPTED else INVITED
            known = {**invitees_of(asked.chat.invitees), asked.agent_id: letter}
            asked.chat.invitees = invitees_text(known)
            asked.chat.save(update_fields=["invitees"])
        return asked
