"""Fill an empty installation with a made-up world, and say who can sign in to it."""

from __future__ import annotations

import os
import secrets
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from livechat.management.demo_chats import CHATS, Conversation
from livechat.management.demo_data import (
    ADMINISTRATORS,
    AUTO_ACCEPT,
    COMPANIES,
    GENERAL,
    HOURS,
    PEOPLE,
    REASONS,
    STAFF,
    TOPICS,
)
from livechat.management.demo_desk import make_desks
from livechat.management.demo_knowledge import make_knowledge
from livechat.models import (
    Agent,
    AvailabilityReason,
    Chat,
    ChatHours,
    ChatHoursPeriod,
    ChatSettings,
    Draft,
    Holiday,
    Lease,
    Message,
    Queue,
    Sender,
    Topic,
)
from livechat.models.targets import running
from livechat.services.assignment import accept_chat
from livechat.services.closing import abandon_chat, cancel_chat, end_chat
from livechat.services.conversation import post_messages
from livechat.services.intake import start_chat
from livechat.services.ownership import let_go, note
from livechat.services.planning import plan_target
from livechat.services.presence import set_availability
from livechat.targets import Step
from tickets.models import Company, Customer, Site, User

SHOWN = "halden"
#: How long its agents count as there although nobody has signed in.
AT_DESK = timedelta(minutes=30)


class Command(BaseCommand):
    help = "Load demo data when there is no company yet; print the demo accounts while they work."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Company.objects.exists():
            if settings.PUBLIC_ORIGIN and not settings.DEMO:
                self.stdout.write(
                    "No demo data, as PUBLIC_URL is set (PARLEY_DEMO=1 loads it all the same). "
                    "`manage.py createsuperuser` makes the first account."
                )
                return
            load(demo_password(make=True))
        password = demo_password()
        noor = User.objects.filter(email="noor@parley.example", is_active=True).first()
        if noor and password and noor.check_password(password):
            admit_demo_page()
            self.show(password)

    def show(self, password: str) -> None:
        desk = settings.PUBLIC_ORIGIN or f"http://{settings.HOST}:{settings.PORT}"
        self.stdout.write("\nDemo accounts (made-up people; deactivate them before real use):\n")
        for member in STAFF:
            self.stdout.write(f"  {member.email:28} {password}   {member.group}: {member.name}\n")
        self.stdout.write(f"\n  Chats of {AUTO_ACCEPT} go to a free agent by themselves;\n")
        self.stdout.write("  all others wait until an agent accepts them.\n")
        self.stdout.write(f"\n  Agents:                 {desk}/console/\n")
        self.stdout.write(f"  Administrators:         {desk}/admin/\n")
        if settings.DEMO:
            self.stdout.write(f"  Customers:              {desk}/demo/\n\n")
        else:
            self.stdout.write("  Customers: PARLEY_DEMO=1 shows a company's page at /demo/\n\n")


def demo_password(*, make: bool = False) -> str:
    """The one password of all demo accounts: the environment's, or this installation's own."""
    if settings.DEMO_PASSWORD:
        return str(settings.DEMO_PASSWORD)
    path = Path(settings.VAR) / "demo-password"
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(9))
    return path.read_text() if path.exists() else ""


@transaction.atomic
def load(password: str) -> None:
    """The whole world, or nothing of it."""
    make_companies()
    make_topics()
    make_hours(timezone.now())
    make_staff(password)
    make_people()
    make_desks()
    make_knowledge()
    agents = {agent.user.email: agent for agent in Agent.objects.select_related("user")}
    now = timezone.now()
    for number, conversation in enumerate(sorted(CHATS, key=lambda each: -each.ago)):
        hold(conversation, agents.get(conversation.agent), number, now)
    stay_at_desks(now)


def stay_at_desks(now: datetime) -> None:
    """Who has chats, or is to take one over, counts as there until somebody has looked around."""
    busy = Agent.objects.filter(Q(chats__status="assigned") | Q(transferred_chats__isnull=False))
    for agent in busy.distinct():
        Lease.objects.create(agent=agent, expires_at=now + AT_DESK)
        Agent.objects.filter(pk=agent.pk).update(online=True)


def make_companies() -> None:
    for made_up in COMPANIES:
        company = Company.objects.create(
            name=made_up.name,
            external_key=made_up.key,
            time_zone=made_up.time_zone,
            allowed_origins=f"https://intranet.{made_up.key}.example",
        )
        for name, region, time_zone in made_up.sites:
            Site.objects.create(company=company, name=name, region=region, time_zone=time_zone)
        for number, name in enumerate(made_up.queues):
            Queue.objects.create(company=company, name=name, is_default=number == 0)


def queues_by_name() -> dict[str, Queue]:
    queues = {str(queue): queue for queue in Queue.objects.select_related("company")}
    queues[GENERAL] = Queue.objects.get(company=None, is_default=True)
    return queues


def make_topics() -> None:
    """What leads to which queue; one of them is given away by itself."""
    queues = queues_by_name()
    queues[AUTO_ACCEPT].auto_accept = True
    queues[AUTO_ACCEPT].save(update_fields=["auto_accept"])
    for number, topic in enumerate(TOPICS, start=1):
        Topic.objects.create(
            queue=queues[topic.queue],
            name=topic.name,
            words=topic.words,
            regions=topic.regions,
            order=number * 10,
        )
    for number, (label, is_work) in enumerate(REASONS, start=4):
        AvailabilityReason.objects.get_or_create(
            label=label, defaults={"is_work": is_work, "order": number * 10}
        )


def make_hours(now: datetime) -> None:
    """None of them closes the demo; their holidays are those of this year."""
    for made_up in HOURS:
        hours = ChatHours.objects.create(
            name=made_up.name,
            company=Company.objects.get(external_key=made_up.company),
            priority=made_up.priority,
            message=made_up.message,
        )
        times = {"since": time(made_up.since), "until": time(made_up.until % 24)}
        for weekday in made_up.days:
            ChatHoursPeriod.objects.create(hours=hours, weekday=weekday, **times)
        for month, day, name, there in made_up.holidays:
            open_at = {"since": time(0), "until": time(0)} if there else {}
            Holiday.objects.create(
                hours=hours, date=date(now.year, month, day), name=name, **open_at
            )


def make_staff(password: str) -> None:
    """Hashing is slow on purpose: it is done once."""
    hashed = make_password(password)
    queues = queues_by_name()
    reasons = dict(AvailabilityReason.objects.values_list("label", "pk"))
    for member in STAFF:
        user = User.objects.create(
            email=member.email,
            name=member.name,
            password=hashed,
            time_zone=member.time_zone,
            is_staff=member.group in ADMINISTRATORS,
            all_companies=True,
        )
        user.groups.add(Group.objects.get(name=member.group))
        if member.queues:
            agent = Agent.objects.create(
                user=user, screen_name=member.screen_name, screen_name_locked=member.locked
            )
            agent.queues.add(*(queues[name] for name in member.queues))
            if member.unavailable:
                set_availability(agent.pk, available=False, reason=reasons[member.unavailable])


def make_people() -> None:
    companies = {company.external_key: company for company in Company.objects.all()}
    sites = {(site.company_id, site.name): site for site in Site.objects.all()}
    for person in PEOPLE:
        company = companies[person.company]
        Customer.objects.create(
            company=company,
            site=sites[company.pk, person.site],
            external_id=person.key,
            name=person.name,
            email=person.email,
            phone=person.phone,
            title=person.title,
            vip=person.vip,
            verified=True,
        )


def hold(conversation: Conversation, agent: Agent | None, number: int, now: datetime) -> None:
    """The chat as the services make it; then its times are set back to when it was."""
    customer = Customer.objects.get(external_id=conversation.customer)
    chat, _made = start_chat(
        customer.pk, client_id=f"demo-{number:04}", question=conversation.question
    )
    moments = [0]
    if conversation.queue:
        Chat.objects.filter(pk=chat.pk).update(queue=queues_by_name()[conversation.queue])
    if agent:
        chat = accept_chat(chat.pk, by=agent.pk)
        moments.append(conversation.accepted)
        speak(conversation, chat, customer, agent)
        moments += [second for second, _who, _text in conversation.lines]
        moments += hand_over(conversation, chat, agent)
    if conversation.left is not None:
        cancel_chat(chat.pk)
        moments.append(conversation.left)
    if agent and conversation.ended is not None:
        close = abandon_chat if conversation.abandoned else end_chat
        close(chat.pk, by=agent.pk)
        moments.append(conversation.ended)
    assert all(before <= after for before, after in pairwise(moments)), conversation.question
    set_back(chat.pk, now - timedelta(seconds=conversation.ago), moments)


def speak(conversation: Conversation, chat: Chat, customer: Customer, agent: Agent) -> None:
    senders = {
        "c": Sender("c", customer.pk, customer.name),
        "a": Sender("a", agent.pk, chat.agent_name),
    }
    for number, (_second, who, text) in enumerate(conversation.lines):
        sender = senders["c" if who == "c" else "a"]
        kind = Message.Kind.NOTE if who == "n" else Message.Kind.REPLY
        post_messages([Draft(chat.public_id, sender, f"line-{number:04}", kind, text)])


def hand_over(conversation: Conversation, chat: Chat, agent: Agent) -> list[int]:
    """As a transfer does it, to somebody who need not be there. When its lines were said."""
    if conversation.handed is None:
        return []
    email, second, remark = conversation.handed
    receiver = Agent.objects.select_related("user").get(user__email=email)
    chat = Chat.objects.locked(chat.pk)
    step = Draft.event(chat, "transferred", agent=receiver.display_name, by=chat.agent_name)
    remarks = list(note(chat, agent, remark))
    let_go(chat, *remarks, step, status=Chat.Status.TRANSFERRED, to=receiver)
    return [second] * (len(remarks) + 1)


def set_back(chat_id: int, start: datetime, moments: list[int]) -> None:
    """Message `n` was said at the n-th moment; the chat's own times follow from its messages."""
    lines = list(Message.objects.filter(chat=chat_id).order_by("seq"))
    for line, second in zip(lines, moments, strict=True):
        line.posted_at = start + timedelta(seconds=second)
    Message.objects.bulk_update(lines, ["posted_at"])
    said = {line.data.get("code"): line.posted_at for line in lines if line.data}
    chat = Chat.objects.get(pk=chat_id)
    chat.created_at = chat.queued_at = chat.rank_time = start
    chat.last_message_at = chat.updated_at = lines[-1].posted_at
    chat.accepted_at = said.get("accepted") if chat.accepted_at else None
    chat.let_go_at = said.get("transferred")
    chat.left_at = said.get("cancelled") if chat.left_at else None
    chat.ended_at = lines[-1].posted_at if chat.ended_at else None
    if chat.unanswered_since:
        chat.unanswered_since = first_unanswered(lines)
    runs = running(chat, ChatSettings.objects.current())
    plan_target(chat, runs, runs.passed(timezone.now()) if runs else Step.NONE)
    chat.save()


def first_unanswered(lines: list[Message]) -> datetime | None:
    """When the customer first wrote after the agent's last reply."""
    since = None
    for line in lines:
        if line.kind == Message.Kind.REPLY:
            since = (since or line.posted_at) if line.sender == "c" else None
    return since


def admit_demo_page() -> None:
    """The demo company's page is our own: its origins follow the port we listen on."""
    company = Company.objects.filter(external_key=SHOWN).first()
    own = {f"http://{host}:{settings.PORT}" for host in ("localhost", "127.0.0.1")}
    own |= {settings.PUBLIC_ORIGIN} - {""}
    if company and (missing := sorted(own - set(company.origins))):
        company.allowed_origins = "\n".join([*company.origins, *missing])
        company.save(update_fields=["allowed_origins"])
