"""open_ticket_for: the agent of a chat makes a ticket of it, once."""

import pytest
from django.utils import timezone

from livechat import events
from livechat.exceptions import ChatEndedError, NotYoursError, TemplateNotOfferedError
from livechat.models import Chat, ChatFile, Message
from livechat.services.ticketing import open_ticket_for, proposal_for
from livechat.services.transcript import transcript_of
from tests.factories import (
    AgentFactory,
    AssignmentGroupFactory,
    CategoryFactory,
    ChatFactory,
    CompanyFactory,
    CustomerFactory,
    InvitationFactory,
    ServiceFactory,
    SiteFactory,
    StoredFileFactory,
    TicketTemplateFactory,
)
from tickets.exceptions import TicketFieldsError
from tickets.models import Activity, RequiredField, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    """A chat whose agent works for its company."""
    made = ChatFactory(assigned=True)
    made.agent.user.companies.add(made.queue.company)
    return made


def opened(chat, kind="incident", **more):
    return open_ticket_for(chat.pk, by=chat.agent_id, kind=kind, **more)


def test_everything_known_is_filled_in(chat):
    site, group = SiteFactory(company=chat.customer.company), AssignmentGroupFactory()
    chat.customer.site, chat.queue.assignment_group = site, group
    chat.customer.save(update_fields=["site"])
    chat.queue.save(update_fields=["assignment_group"])

    ticket = opened(chat)

    assert (ticket.customer, ticket.company) == (chat.customer, chat.customer.company)
    assert (ticket.contact, ticket.site, ticket.group) == (chat.customer, site, group)
    assert (ticket.summary, ticket.assignee) == (chat.subject, chat.agent.user)
    assert (ticket.source, ticket.opened_by) == ("chat", chat.agent.user)
    assert ticket.description == transcript_of(chat)


@pytest.mark.parametrize(("kind", "prefix"), [("incident", "INC-"), ("work_order", "WO-")])
def test_it_is_of_the_kind_that_was_chosen(chat, kind, prefix):
    assert opened(chat, kind).number.startswith(prefix)


def test_the_chat_has_it_and_says_so(chat, published):
    ticket = opened(chat)

    linked = Chat.objects.get(pk=chat.pk)
    assert (linked.ticket, linked.version) == (ticket, chat.version + 1)
    line = Message.objects.filter(chat=chat).latest("seq")
    assert line.data == {
        "code": "ticket_linked",
        "number": ticket.number,
        "kind": "incident",
        "agent": chat.agent_name,
    }
    assert [type(event) for event in published[-2:]] == [events.MessagePosted, events.ChatChanged]


def test_the_files_of_the_chat_are_its_files_and_it_was_opened_with_them(chat):
    sent = [in_chat(chat) for _ in range(2)]
    in_chat(ChatFactory())

    ticket = opened(chat)

    assert [row.file for row in ticket.files.order_by("pk")] == sent
    assert [step.code for step in ticket.activities.all()] == ["opened"]


def in_chat(chat):
    file = StoredFileFactory(customer=chat.customer)
    ChatFile.objects.create(chat=chat, file=file)
    return file


def test_a_chat_that_has_one_gives_it_again(chat, published):
    ticket = opened(chat)
    published.clear()

    again = opened(chat, "work_order", values={"summary": "Another"})

    assert again == ticket
    assert Ticket.objects.count() == 1
    assert not published


def test_what_the_agent_says_comes_first_then_the_template_then_what_is_known(chat):
    own, service, known = AssignmentGroupFactory(), ServiceFactory(), AssignmentGroupFactory()
    chat.queue.assignment_group = known
    chat.queue.save(update_fields=["assignment_group"])
    template = TicketTemplateFactory(summary="Remote access", service=service, group=own, urgency=3)

    ticket = opened(chat, template=template.pk, values={"urgency": 1, "impact": 2})

    assert (ticket.summary, ticket.service, ticket.group) == ("Remote access", service, own)
    assert (ticket.urgency, ticket.impact, ticket.template) == (1, 2, template)


def test_the_transcript_follows_what_the_template_describes(chat):
    template = TicketTemplateFactory(description="Which network?")

    ticket = opened(chat, template=template.pk)

    assert ticket.description == f"Which network?\n\n{transcript_of(chat)}"


def test_a_required_field_that_nothing_fills_in_is_refused_and_nothing_is_made(chat):
    RequiredField.objects.create(kind="incident", field="impact")

    with pytest.raises(TicketFieldsError, match="Impact is blank"):
        opened(chat)

    assert Chat.objects.get(pk=chat.pk).ticket is None
    assert not Ticket.objects.exists()
    assert opened(chat, values={"impact": 1}).impact == 1


def test_the_proposal_names_what_is_blank(chat):
    RequiredField.objects.create(kind="incident", field="description")
    RequiredField.objects.create(kind="incident", field="impact")
    RequiredField.objects.create(kind="incident", field="operational_category")
    template = TicketTemplateFactory(operational_category=CategoryFactory())

    assert proposal_for(chat, kind="incident").blank == ["impact", "operational_category"]
    assert proposal_for(chat, kind="incident", template=template).blank == ["impact"]
    assert proposal_for(chat, kind="work_order").blank == []


def test_what_is_out_of_use_or_of_another_company_is_left_blank(chat):
    chat.queue.assignment_group = AssignmentGroupFactory(company=CompanyFactory())
    chat.queue.save(update_fields=["assignment_group"])
    template = TicketTemplateFactory(service=ServiceFactory(retired_at=timezone.now()))

    ticket = opened(chat, template=template.pk)

    assert (ticket.group, ticket.service) == (None, None)


@pytest.mark.parametrize("why", ["another company", "not of the group"])
def test_an_agent_whose_ticket_it_cannot_be_is_not_assigned(chat, why):
    if why == "another company":
        chat.agent.user.companies.clear()
    else:
        chat.queue.assignment_group = AssignmentGroupFactory()
        chat.queue.assignment_group.members.add(AgentFactory().user)
        chat.queue.save(update_fields=["assignment_group"])

    assert opened(chat).assignee is None


@pytest.mark.parametrize("why", ["retired", "of another company", "not chosen", "of another kind"])
def test_a_template_that_is_not_offered_is_refused(chat, why):
    traits = {
        "retired": {"retired_at": timezone.now()},
        "of another company": {"company": CompanyFactory()},
        "of another kind": {"for_incidents": False, "for_work_orders": True},
    }
    template = TicketTemplateFactory(**traits.get(why, {}))
    if why == "not chosen":
        chat.queue.ticket_templates.add(TicketTemplateFactory())

    with pytest.raises(TemplateNotOfferedError):
        opened(chat, template=template.pk)


@pytest.mark.parametrize("role", ["participant", "monitor"])
def test_who_was_asked_into_the_chat_makes_no_ticket(role):
    asked = InvitationFactory(accepted=True, role=role)

    with pytest.raises(NotYoursError):
        open_ticket_for(asked.chat_id, by=asked.agent_id, kind="incident")


def test_a_chat_that_is_over_or_waits_gets_none():
    ended = ChatFactory(ended=True)

    with pytest.raises(ChatEndedError):
        opened(ended)
    with pytest.raises(NotYoursError):
        open_ticket_for(ChatFactory().pk, by=ended.agent_id, kind="incident")


def test_a_chat_whose_customer_has_left_still_gets_one():
    assert opened(ChatFactory(left=True)).number


def test_the_agents_screen_name_stands_in_the_tickets_activity(chat):
    ticket = opened(chat)

    first = Activity.objects.get(ticket=ticket)
    assert (first.code, first.author_name, first.author) == (
        "opened",
        chat.agent_name,
        chat.agent.user,
    )


def test_a_customer_without_a_name_is_no_hindrance():
    chat = ChatFactory(assigned=True, customer=CustomerFactory(name="", email=""))

    assert "Customer: The printer" in opened(chat).description
