"""Rows full of payloads. Runs inside `manage.py shell`, reads what to write from a file."""

import json
import sys
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from knowledge.models import ArticleCategory, KnowledgeSettings
from knowledge.services.articles import create_article, publish_article, save_article
from knowledge.services.use import record_feedback
from livechat.models import Agent, Chat, Lease, Message, Queue
from tests.security.world import next_action
from tickets.models import (
    Asset,
    AssignmentGroup,
    Category,
    Company,
    Customer,
    Service,
    StoredFile,
    TicketTemplate,
    User,
)
from tickets.services.activity import add_comment, add_work_note, record_activity
from tickets.services.files import add_files
from tickets.services.identity import sign_identity
from tickets.services.lifecycle import open_ticket, save_ticket

LINES = 50
#: Of those lines so many are no text: files, one article, and one event.
FILES = 4
SAID = LINES - FILES - 2
KINDS = {"n": "note", "e": "event", "f": "file", "k": "article"}
ROWS = 100


def pick(texts: list[str], n: int) -> str:
    return texts[n % len(texts)]


class Writer:
    """Writes one office: an agent with his lists, conversations, and customers with chats."""

    def __init__(self, origin: str) -> None:
        self.company = Company.objects.create(
            name="Halden", external_key="xss", allowed_origins=origin
        )
        self.now = timezone.now()

    def agent(self, number: int, texts: list[str]) -> Agent:
        user = User.objects.create_user(
            f"agent{number}@xss.example", "x", name=pick(texts, number)[:120]
        )
        user.groups.add(Group.objects.get(name="Agent"))
        user.companies.add(self.company)
        agent = Agent.objects.create(user=user, screen_name=pick(texts, number + 1)[:60])
        agent.queues.add(Queue.objects.create(company=self.company, name=f"Queue {number}"))
        # He is there: else the clock would take his chats from him while the test looks at them.
        Lease.objects.create(agent=agent, expires_at=self.now + timedelta(hours=1))
        Agent.objects.filter(pk=agent.pk).update(online=True)
        return agent

    def chat(self, served_by: Agent, texts: list[str], n: int, **more: Any) -> Chat:
        customer = Customer.objects.create(
            company=self.company,
            name=pick(texts, n)[:120],
            email=pick(texts, n + 1)[:254],
            phone=pick(texts, n + 2)[:40],
            title=pick(texts, n + 3)[:120],
            verified="external_id" in more,
            external_id=more.pop("external_id", None),
        )
        lines: list[tuple[str, str]] = more.pop("lines")
        chat = Chat.objects.create(
            customer=customer,
            queue=served_by.queues.first(),
            client_id=f"xss-{n}",
            subject=pick(texts, n + 4)[:160],
            last_seq=len(lines),
            last_public_seq=len(lines),
            **next_action(more.get("status", "queued")),
            **more,
        )
        Message.objects.bulk_create(
            Message(
                chat=chat,
                seq=seq,
                public_after=seq - 1,
                sender={"c": "c", "f": "c", "e": "s"}.get(by, f"a{served_by.pk}"),
                client_id=f"line-{seq:05}",
                kind=KINDS.get(by, "reply"),
                author_name="" if by == "e" else pick(texts, n + seq)[:120],
                body="" if by == "e" else body,
                data=data_of(by, body),
                posted_at=self.now - timedelta(seconds=300 * (len(lines) - seq)),
            )
            for seq, (by, body) in enumerate(lines, 1)
        )
        return chat

    def had(self, agent: Agent, texts: list[str], n: int, lines: list[tuple[str, str]]) -> Chat:
        return self.chat(
            agent, texts, n, lines=lines, agent=agent, agent_name=agent.screen_name,
            status="assigned", owner_epoch=1, accepted_at=self.now - timedelta(seconds=n % 99),
        )  # fmt: skip


def data_of(by: str, text: str) -> dict[str, Any]:
    if by == "e":
        return {"code": "accepted", "agent": text[:60]}
    if by == "k":
        return {"id": "A" * 22, "number": "KB-1", "summary": text[:250]}
    file = {"id": "A" * 22, "name": text[:120], "size": 5, "type": "text/plain", "image": False}
    return {**file, "width": None, "height": None} if by == "f" else {}


def around(texts: list[str], n: int) -> list[tuple[str, str]]:
    """What stands in a chat besides what was said."""
    files = [("f", pick(texts, n + i)) for i in range(FILES)]
    return [*files, ("k", pick(texts, n)[:120]), ("e", pick(texts, n))]


def office(writer: Writer, number: int, texts: list[str], thrice: frozenset[str]) -> dict[str, Any]:
    """An agent whose lists are full of these texts, and conversations that hold them all."""
    agent = writer.agent(number, texts)
    shown, session = [], Client()
    session.force_login(agent.user)
    for n in range(ROWS):
        writer.chat(agent, texts, n, lines=[("c", pick(texts, n))])
    said = [
        (by, text)
        for i, text in enumerate(texts)
        for by in ("can" if text in thrice else "can"[i % 3])
    ]
    for n in range(0, len(said), SAID):
        lines = [*said[n : n + SAID], *around(texts, n)]
        chat = writer.had(agent, texts, n, lines)
        shown.append([chat.public_id, [body for by, body in lines if by not in "ef"]])
        belongings(Chat.objects.get(public_id=shown[-1][0]), texts, n)
    for n in range(ROWS - len(shown)):
        writer.had(agent, texts, n, [("c", pick(texts, n))])
    return {"session": session.cookies["sid"].value, "chats": shown}


def belongings(chat: Chat, texts: list[str], n: int) -> None:
    """What stands beside a conversation: a ticket with its activity, an asset, a template."""
    customer, company = chat.customer, chat.customer.company
    told = {"summary": pick(texts, n)[:200], "description": pick(texts, n + 1)}
    ticket = open_ticket("incident", customer=customer, values=told, source="chat")
    add_work_note(ticket.pk, body=pick(texts, n + 2), by=chat.agent.user)
    record_activity(ticket.pk, code="transcript", name=pick(texts, n)[:120], text=pick(texts, n))
    Chat.objects.filter(pk=chat.pk).update(ticket=ticket)
    Asset.objects.create(
        company=company, customer=customer, tag=f"{n} {pick(texts, n)}"[:60],
        name=pick(texts, n + 3)[:120], hostname=pick(texts, n + 4)[:255],
    )  # fmt: skip
    template = TicketTemplate.objects.create(
        name=f"{chat.pk} {pick(texts, n)}"[:80], purpose=pick(texts, n + 1)[:200],
        summary=pick(texts, n + 2)[:200],
    )  # fmt: skip
    chat.queue.ticket_templates.add(template)


def frames(writer: Writer, agent: Agent, texts: list[str]) -> list[dict[str, Any]]:
    """Customers, each with an identity, whose frames show these texts between them."""
    made = []
    for n in range(0, len(texts), SAID):
        some = texts[n : n + SAID]
        said = [("ca"[i % 2], text) for i, text in enumerate(some)]
        chat = writer.chat(
            agent, texts, n, lines=[*said, *around(texts, n)], external_id=f"xss-{n}",
            agent=agent, agent_name=pick(texts, n)[:120], status="assigned", owner_epoch=1,
            accepted_at=writer.now,
        )  # fmt: skip
        name = {"email": "a@b.example", "name": chat.customer.name}
        identity = sign_identity(writer.company, external_id=f"xss-{n}", **name)
        made.append({"identity": identity, "bodies": some})
    return made


def settings(texts: list[str]) -> dict[str, Any]:
    """What the admin lists, and somebody who may see it."""
    for n, text in enumerate(texts):
        company = Company.objects.create(name=f"{text[:110]} {n}", external_key=f"c-{n}")
        Queue.objects.create(company=company, name=text[:80])
        Company.objects.filter(pk=company.pk).update(allowed_origins=text)
        User.objects.create_user(f"u{n}@xss.example", None, name=text[:120])
    root = User.objects.create_superuser("root@xss.example", "x", name=texts[0][:120])
    session = Client()
    session.force_login(root)
    return {"session": session.cookies["sid"].value, "company": company.pk}


def tickets(texts: list[str]) -> dict[str, Any]:
    """Tickets full of these texts, and somebody who works on them."""
    company = Company.objects.create(name=texts[0][:120], external_key="xss-tickets")
    user = User.objects.create_user("t@xss.example", "x", name=texts[1][:120], all_companies=True)
    user.groups.add(Group.objects.get(name="Agent"))
    made = []
    for n, text in enumerate(texts):
        name = pick(texts, n + 1)[:60] + str(n)
        values = {
            "summary": text[:200],
            "description": text,
            "resolution": pick(texts, n + 2),
            "group": AssignmentGroup.objects.create(name=name),
            "service": Service.objects.create(name=name),
            "operational_category": Category.objects.create(tree="operational", name=name),
            "asset": Asset.objects.create(company=company, tag=name, name=text[:120]),
            "assignee": user,
        }
        customer = Customer.objects.create(company=company, name=pick(texts, n + 3)[:120])
        ticket = open_ticket("incident", customer=customer, values=values, source="chat", by=user)
        add_comment(ticket.pk, body=text, by=customer)
        add_work_note(ticket.pk, body=text, by=user)
        file = StoredFile.objects.create(
            company=company, customer=customer, name=text[:120], media_type="text/plain", size=1
        )
        add_files(ticket.pk, files=[file.pk], name=text[:120])
        values = {"summary": pick(texts, n + 4)[:200]}
        save_ticket(ticket.pk, by=user, version=1, values=values)
        made.append([ticket.public_id, text, values["summary"]])
    session = Client()
    session.force_login(user)
    return {"session": session.cookies["sid"].value, "shown": made}


def articles(writer: Writer, agent: Agent, texts: list[str]) -> dict[str, Any]:
    """Articles full of these texts, which a publisher reads, agents are offered, and anybody."""
    user = User.objects.create_user("k@xss.example", "x", name=texts[0][:120], all_companies=True)
    user.groups.add(Group.objects.get(name="Knowledge publisher"))
    KnowledgeSettings.objects.get(pk=1).portal_companies.set([writer.company])
    made = []
    for n, text in enumerate(texts):
        category = ArticleCategory.objects.create(name=f"{text[:60]} {n}")
        values = {
            "title": f"{text[:100]} kestrel",
            "summary": pick(texts, n + 1)[:250],
            "keywords": pick(texts, n + 2)[:400],
            "body": f"kestrel {text}\n\n{text}\n\n`{text}`\n\n[{text}]({text})\n\n> {text}",
            "category": category,
        }
        row = create_article(by=user, values=values)
        publish_article(row.pk, by=user, version=1)
        save_article(row.pk, by=user, version=1, values={**values, "body": pick(texts, n + 3)})
        record_feedback(row, helped=False, comment=text, user=user)
        made.append(row.public_id)
    chat = writer.had(agent, ["Plain text"], 0, [("c", "kestrel")])
    sessions = []
    for who in (user, agent.user):
        browser = Client()
        browser.force_login(who)
        sessions.append(browser.cookies["sid"].value)
    return {"sessions": sessions, "shown": made, "chat": chat.public_id}


def main(path: str) -> None:
    with open(path, encoding="utf-8") as given:
        asked = json.load(given)
    writer = Writer(asked["origin"])
    thrice = frozenset([*asked["thrice"], *asked["offices"][0]])
    offices = [office(writer, n, texts, thrice) for n, texts in enumerate(asked["offices"])]
    agent = Agent.objects.order_by("pk").last()
    assert agent is not None
    made = {
        "company": writer.company.public_id,
        "offices": offices,
        "frames": frames(writer, agent, asked["frames"]),
        "admin": settings(asked["admin"]),
        "tickets": tickets(asked["tickets"]),
        "articles": articles(writer, agent, asked["tickets"]),
    }
    sys.stdout.write(json.dumps(made))
