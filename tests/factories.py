"""Rows for tests, as the services make them; nothing is announced. Traits name the usual cases."""

from datetime import time, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone
from factory import LazyAttribute, LazyFunction, Maybe, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory, Password

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
from tickets.models import (
    Asset,
    AssignmentGroup,
    Category,
    Company,
    Customer,
    Service,
    ServiceAlert,
    Site,
    Status,
    Ticket,
    TicketTemplate,
    User,
)
from tickets.services.lifecycle import open_ticket

PASSWORD = "correct horse battery"


def seeded_group(name: str) -> Group:
    """A group of the migrations, whose rows a flushed database has lost."""
    if not Group.objects.filter(name=name).exists():
        for module, step in (("0002_seed", "seed"), ("0014_ticket_rights", "allow")):
            made = import_module(f"livechat.migrations.{module}")
            getattr(made, step)(apps, SimpleNamespace(connection=connection))
    return Group.objects.get(name=name)


def seeded_statuses() -> None:
    """What the tickets app's seed migration made; a flushed database has lost it."""
    if not Status.objects.exists():
        seed = import_module("tickets.migrations.0003_seed_records").seed
        seed(apps, SimpleNamespace(connection=connection))


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    name = Sequence(lambda n: f"Company {n}")
    external_key = Sequence(lambda n: f"company-{n}")
    allowed_origins = "https://intranet.example.com"


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    company = SubFactory(CompanyFactory)
    name = Sequence(lambda n: f"Site {n}")


class CustomerFactory(DjangoModelFactory):
    """Somebody who gave a name. `verified`: the company's page said who it is."""

    class Meta:
        model = Customer

    company = SubFactory(CompanyFactory)
    name = "Ada Byron"
    email = "ada@example.com"
    verified = False
    external_id = Maybe("verified", Sequence(lambda n: f"person-{n}"), None)


class UserFactory(DjangoModelFactory):
    """A member of staff without rights. Traits give a group's; `companies=[…]` some companies."""

    class Meta:
        model = User

    class Params:
        agent = Trait(in_groups=["Agent"])
        supervisor = Trait(in_groups=["Supervisor"])
        administrator = Trait(in_groups=["Chat administrator"], is_staff=True)
        alert_administrator = Trait(in_groups=["Alert administrator"], is_staff=True)
        superuser = Trait(is_staff=True, is_superuser=True, all_companies=True)

    name = Sequence(lambda n: f"Noor Haddad {n}")
    email = Sequence(lambda n: f"noor{n}@desk.example")
    password = Password(PASSWORD)
    in_groups = ()
    companies = ()

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        groups, companies = fields.pop("in_groups"), fields.pop("companies")
        user: User = super()._create(model_class, *args, **fields)
        user.groups.add(*map(seeded_group, groups))
        user.companies.add(*companies)
        return user


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


class AssignmentGroupFactory(DjangoModelFactory):
    class Meta:
        model = AssignmentGroup
        skip_postgeneration_save = True

    name = Sequence(lambda n: f"Group {n}")


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    name = Sequence(lambda n: f"Service {n}")


class CategoryFactory(DjangoModelFactory):
    """At the top of the operational tree."""

    class Meta:
        model = Category

    tree = Category.Tree.OPERATIONAL
    name = Sequence(lambda n: f"Category {n}")


class AssetFactory(DjangoModelFactory):
    class Meta:
        model = Asset

    company = SubFactory(CompanyFactory)
    tag = Sequence(lambda n: f"LT-{n:05}")
    name = "Laptop, 14 inch"


class ServiceAlertFactory(DjangoModelFactory):
    """In effect since now, until somebody ends it, for all companies."""

    class Meta:
        model = ServiceAlert

    title = "Harbour VPN gateway is slow"


class TicketTemplateFactory(DjangoModelFactory):
    class Meta:
        model = TicketTemplate

    name = Sequence(lambda n: f"Remote access fault {n}")


class TicketFactory(DjangoModelFactory):
    """An incident that an agent opened. `status="Resolved"`: by its name, with a reason if need be.

    Everything else is a field of the ticket; `opened` says who opened it.
    """

    class Meta:
        model = Ticket

    kind = "incident"
    customer = SubFactory(CustomerFactory)
    summary = "VPN drops every ten minutes"
    source = Ticket.Source.CHAT
    opened = None
    status = ""

    @classmethod
    def _create(cls, model_class: type[Ticket], *args: Any, **fields: Any) -> Ticket:
        seeded_statuses()
        kind, customer, source = (fields.pop(name) for name in ("kind", "customer", "source"))
        status, by = fields.pop("status"), fields.pop("opened")
        ticket = open_ticket(kind, customer=customer, values=fields, source=source, by=by)
        if status:
            row = Status.objects.get(kind=kind, name=status)
            ticket.status, ticket.reason = row, row.reasons.first()
            ticket.settled_at = None if ticket.is_unsettled else timezone.now()
            ticket.save(update_fields=["status", "reason", "settled_at"])
        return ticket
