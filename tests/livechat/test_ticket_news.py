"""What happens to a ticket reaches the agent of its chat, and its assignee's."""

import pytest

from livechat import events
from livechat.receivers import tell_of_ticket
from tests.factories import AgentFactory, ChatFactory, TicketFactory, UserFactory
from tickets.models import ChatOutcome
from tickets.services.activity import add_work_note
from tickets.services.lifecycle import resolve_ticket, save_ticket

pytestmark = pytest.mark.django_db


def told(published):
    [news] = [event for event in published if isinstance(event, events.TicketChanged)]
    return news.ticket, news.change, news.agents


def test_a_ticket_that_is_resolved_elsewhere_is_told_to_who_has_its_chat(published):
    chat = ChatFactory(with_ticket=True)
    published.clear()

    resolve_ticket(chat.ticket_id, outcome=ChatOutcome.objects.usual("incident", "ended").pk)

    assert told(published) == (chat.ticket, "resolved", {chat.agent_id})


def test_and_to_its_assignee_if_he_is_an_agent(published):
    assignee = AgentFactory()
    ticket = TicketFactory()
    assignee.user.companies.add(ticket.company)
    ticket.assignee = assignee.user
    ticket.save(update_fields=["assignee"])
    published.clear()

    note = add_work_note(ticket.pk, body="Look", by=UserFactory())

    assert told(published) == (note.ticket, "work_note", {assignee.pk})


def test_a_ticket_that_concerns_no_agent_is_told_to_nobody_of_them(published):
    TicketFactory()

    assert told(published)[2] == frozenset()


def test_which_fields_were_changed_is_told_with_it(published):
    ticket, worker = TicketFactory(), UserFactory(all_companies=True)
    published.clear()

    save_ticket(ticket.pk, by=worker, version=ticket.version, values={"resolution": "A new fuse."})
    save_ticket(ticket.pk, by=worker, version=2, values={"summary": "The crane"})

    assert [event.fields for event in published] == [{"resolution"}, {"summary"}]


def test_looking_for_whom_it_concerns_is_one_query(published, django_assert_num_queries):
    ticket = ChatFactory(with_ticket=True).ticket

    with django_assert_num_queries(1):
        tell_of_ticket(ticket=ticket, change="changed")
