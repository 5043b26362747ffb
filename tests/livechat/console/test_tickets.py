"""Tickets beside a chat: made, filled in, settled with it, and what is shown of them."""

from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livechat.exceptions import ChatError
from livechat.models import Agent, Chat, ChatFile
from livechat.services.closing import end_chat
from livechat.services.ticketing import open_ticket_for
from tests.factories import (
    AssetFactory,
    ChatFactory,
    CompanyFactory,
    InvitationFactory,
    ServiceAlertFactory,
    ServiceFactory,
    StoredFileFactory,
    TicketFactory,
    TicketTemplateFactory,
)
from tickets.models import ChatOutcome, RequiredField, Ticket

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Parley-Fragment": "1"}


@pytest.fixture
def chat() -> Chat:
    made: Chat = ChatFactory(assigned=True)
    made.agent.user.companies.add(made.queue.company)
    return made


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent.user)
    return client


def address(name: str, chat: Chat) -> str:
    return reverse(f"console:{name}", args=[chat.public_id])


def page(chat: Chat) -> str:
    return signed_in(chat.agent).get(address("chat", chat), headers=FRAGMENT).text


def post(chat: Chat, name: str, **data: str) -> Any:
    return signed_in(chat.agent).post(address(name, chat), data, headers=FRAGMENT)


def ticket_of(chat: Chat) -> Ticket | None:
    return Chat.objects.select_related("ticket__status", "ticket__reason").get(pk=chat.pk).ticket


def resources(chat: Chat, **query: str) -> str:
    return signed_in(chat.agent).get(address("resources", chat), query, headers=FRAGMENT).text


def test_the_form_shows_the_files_that_its_ticket_will_have(chat: Chat) -> None:
    file = StoredFileFactory(customer=chat.customer, name="vpn.cfg")
    ChatFile.objects.create(chat=chat, file=file)
    ChatFile.objects.create(chat=ChatFactory(), file=StoredFileFactory(name="other.cfg"))

    form = signed_in(chat.agent).get(address("ticket", chat), {"kind": "incident"}).text

    assert f'href="/files/{file.public_id}/" dir="auto" download="vpn.cfg"' in form
    assert "other.cfg" not in form


# --- made at once --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["incident", "work_order"])
def test_a_ticket_is_made_at_once_when_nothing_required_is_blank(chat: Chat, kind: str) -> None:
    answer = post(chat, "ticket", kind=kind)

    made = ticket_of(chat)
    assert made
    assert made.kind == kind
    assert answer.status_code == 200
    assert f"{made.number}" in answer.text


def test_with_blanks_the_script_is_told_and_nothing_is_made(chat: Chat) -> None:
    RequiredField.objects.create(kind="incident", field="impact")

    answer = post(chat, "ticket", kind="incident")

    assert (answer.status_code, answer.json()["code"]) == (409, "fields_wrong")
    assert ticket_of(chat) is None


def test_and_whoever_has_none_is_taken_to_the_form(chat: Chat) -> None:
    RequiredField.objects.create(kind="incident", field="impact")
    template = TicketTemplateFactory()
    data = {"kind": "incident", "template": template.public_id}

    answer = signed_in(chat.agent).post(address("ticket", chat), data)

    expected = f"{address('ticket', chat)}?kind=incident&template={template.public_id}"
    assert answer["Location"] == expected


def test_a_second_click_gives_the_same_ticket(chat: Chat) -> None:
    post(chat, "ticket", kind="incident")
    post(chat, "ticket", kind="work_order")

    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("kind", ["", "problem", "incident\0"])
def test_a_kind_that_is_none_is_not_found(chat: Chat, kind: str) -> None:
    assert post(chat, "ticket", kind=kind).status_code == 404


def test_whoever_may_not_work_on_tickets_makes_none(chat: Chat) -> None:
    group = chat.agent.user.groups.get()
    group.permissions.remove(group.permissions.get(codename="work_on_tickets"))

    assert post(chat, "ticket", kind="incident").status_code == 403
    assert 'data-do="incident"' not in page(chat)


def test_who_was_asked_in_is_offered_none_and_refused() -> None:
    asked = InvitationFactory(accepted=True)
    client = signed_in(asked.agent)

    shown = client.get(address("chat", asked.chat), headers=FRAGMENT).text
    refused = client.post(address("ticket", asked.chat), {"kind": "incident"}, headers=FRAGMENT)

    assert 'data-do="incident"' not in shown
    assert refused.json()["code"] == "not_yours"


# --- the form ------------------------------------------------------------------------------------


def test_the_form_marks_what_is_blank_from_the_first(chat: Chat) -> None:
    RequiredField.objects.create(kind="incident", field="impact")
    RequiredField.objects.create(kind="incident", field="description")

    answer = signed_in(chat.agent).get(address("ticket", chat), {"kind": "incident"})

    assert "1 required field is blank" in answer.text
    assert "Choose an impact" in answer.text
    assert chat.subject in answer.text
    assert not Ticket.objects.exists()


def test_a_template_stands_in_it(chat: Chat) -> None:
    template = TicketTemplateFactory(summary="Remote access fault")
    query = {"kind": "incident", "template": template.public_id}

    answer = signed_in(chat.agent).get(address("ticket", chat), query)

    assert 'value="Remote access fault"' in answer.text


def test_what_was_filled_in_is_saved_with_the_transcript_below(chat: Chat) -> None:
    RequiredField.objects.create(kind="incident", field="impact")
    data = {"kind": "incident", "filled": "1", "summary": "VPN drops", "impact": "2"}

    answer = signed_in(chat.agent).post(address("ticket", chat), {**data, "description": "Look:"})

    made = ticket_of(chat)
    assert made
    assert (made.summary, made.impact) == ("VPN drops", 2)
    assert made.description.startswith("Look:\n\nChat transcript, times in UTC\n")
    assert answer.status_code == 302


def test_what_is_still_blank_is_shown_again_and_nothing_is_made(chat: Chat) -> None:
    RequiredField.objects.create(kind="incident", field="impact")
    data = {"kind": "incident", "filled": "1", "summary": "VPN <drops>"}

    answer = signed_in(chat.agent).post(address("ticket", chat), data)

    assert answer.status_code == 422
    assert "data-errors" in answer.text
    assert 'value="VPN &lt;drops&gt;"' in answer.text
    assert ticket_of(chat) is None


def test_a_chat_that_has_its_ticket_needs_no_form(chat: Chat) -> None:
    open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")

    answer = signed_in(chat.agent).get(address("ticket", chat), {"kind": "incident"})

    assert answer.status_code == 302


def test_a_template_that_is_not_offered_is_refused(chat: Chat) -> None:
    template = TicketTemplateFactory(company=CompanyFactory())

    answer = post(chat, "ticket", kind="incident", template=template.public_id)

    assert answer.json()["detail"] == "This template is not offered any more. Choose another one."


# --- the head ------------------------------------------------------------------------------------


def test_the_number_takes_the_place_of_the_button(chat: Chat) -> None:
    assert 'data-do="incident"' in page(chat)

    made = open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")

    shown = page(chat)
    assert 'data-do="incident"' not in shown
    assert made.number in shown
    assert f'data-ticket="{made.public_id}"' in shown


# --- the tabs ------------------------------------------------------------------------------------


def test_the_customers_tickets_and_assets_are_shown_and_counted(chat: Chat) -> None:
    for _ in range(6):
        TicketFactory(customer=chat.customer)
    TicketFactory(customer=chat.customer, summary="Mail stuck", status="Resolved")
    asset = {"company": chat.customer.company, "customer": chat.customer}
    AssetFactory(**asset, tag="LT-20417")
    AssetFactory(**asset, tag="LT-OLD", status="retired")

    shown = page(chat)

    assert "Mail stuck" in shown
    assert '<span class="count">7</span>' in shown
    assert "LT-20417" in shown
    assert "LT-OLD" not in shown


def test_tickets_of_companies_that_he_does_not_work_for_are_not_shown(chat: Chat) -> None:
    TicketFactory(customer=chat.customer, summary="Mail stuck")
    chat.agent.user.companies.clear()

    assert "Mail stuck" not in page(chat)


def test_the_activity_of_the_ticket_is_a_tab_when_there_is_one(chat: Chat) -> None:
    assert "panel-activity" not in page(chat)

    open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")

    shown = page(chat)
    assert "panel-activity" in shown


def test_a_ticket_that_he_may_not_open_leads_nowhere(chat: Chat) -> None:
    made = open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")
    chat.agent.user.companies.clear()

    shown = page(chat)

    assert made.number in shown
    assert reverse("tickets:ticket", args=[made.public_id]) not in shown
    assert "panel-activity" not in shown


def test_the_page_of_a_ticket_is_given_its_chat(chat: Chat) -> None:
    made = open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")
    place = reverse("console:chat_of_ticket", args=[made.public_id])

    card = signed_in(chat.agent).get(place, headers=FRAGMENT)
    stranger = signed_in(ChatFactory(assigned=True).agent).get(place, headers=FRAGMENT)

    assert address("chat", chat) in card.text
    assert stranger.status_code == 404


def test_alerts_in_effect_for_the_company_are_shown(chat: Chat) -> None:
    service = ServiceFactory(name="Remote access")
    ServiceAlertFactory(title="Gateway is slow", service=service)
    elsewhere = ServiceAlertFactory(title="Elsewhere")
    elsewhere.companies.add(CompanyFactory())
    ServiceAlertFactory(title="Over", starts_at=timezone.now().replace(year=2020), ends_at=None)
    over = ServiceAlertFactory(title="Gone", starts_at=timezone.now().replace(year=2020))
    over.ends_at = timezone.now()
    over.save(update_fields=["ends_at"])

    shown = resources(chat)

    assert "Gateway is slow" in shown
    assert "Affects Remote access" in shown
    assert "Elsewhere" not in shown
    assert "Gone" not in shown


def test_templates_are_found_by_words(chat: Chat) -> None:
    TicketTemplateFactory(name="Remote access fault")
    TicketTemplateFactory(name="Badge request")

    assert "Badge request" in resources(chat)
    assert "Badge request" not in resources(chat, q="remote fault")
    assert "Nothing found" in resources(chat, q="printer\0")


def test_a_picked_template_says_what_it_fills_in_and_what_stays_blank(chat: Chat) -> None:
    for kind in ("incident", "work_order"):
        RequiredField.objects.create(kind=kind, field="impact")
    service = ServiceFactory(name="Remote access")
    template = TicketTemplateFactory(
        urgency=3, service=service, for_work_orders=True, description="Ask for the network."
    )

    shown = resources(chat, template=template.public_id)

    assert "<dd>3 Medium</dd>" in shown
    assert "<dd>Remote access</dd>" in shown
    assert "<span>Impact</span>" in shown
    assert "Create incident" in shown
    assert "Create work order" in shown


def test_once_there_is_a_ticket_none_is_offered_and_it_is_named(chat: Chat) -> None:
    template = TicketTemplateFactory()
    made = open_ticket_for(chat.pk, by=chat.agent_id, kind="incident", template=template.pk)

    shown = resources(chat, template=template.public_id)

    assert "Create incident" not in shown
    assert made.number in shown


@pytest.mark.parametrize("rows", [1, 20])
def test_the_page_takes_as_many_queries_for_one_ticket_as_for_twenty(
    chat: Chat, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        TicketFactory(customer=chat.customer)
        AssetFactory(company=chat.customer.company, customer=chat.customer)
    open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")
    client = signed_in(chat.agent)

    # As without a ticket, and: may it be opened, outcomes (2).
    with django_assert_num_queries(24):
        client.get(address("chat", chat), headers=FRAGMENT)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_resources_take_as_many_queries_for_one_template_as_for_twenty(
    chat: Chat, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        TicketTemplateFactory()
        ServiceAlertFactory(service=ServiceFactory())
    client = signed_in(chat.agent)

    # session, user, agent, rights (2), chat, others (2), chosen templates, alerts, templates (2),
    # whose articles (4), those of the chat, suggestions: switch, words said, two searches (3, 3)
    with django_assert_num_queries(26):
        client.get(address("resources", chat), headers=FRAGMENT)


def test_whoever_may_not_work_on_tickets_resolves_none_when_a_chat_ends(chat: Chat) -> None:
    open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")
    usual = ChatOutcome.objects.usual("incident", "ended")
    chosen = {"status": usual.status.public_id, "reason": usual.reason.public_id}
    group = Group.objects.get(name="Agent")
    group.permissions.remove(Permission.objects.get(codename="work_on_tickets"))

    assert post(chat, "end", answer="resolve", **chosen).status_code == 403

    assert ticket_of(chat).status.stage == "open"
    assert Chat.objects.get(pk=chat.pk).status == "assigned"


def test_the_form_of_a_chat_that_is_gone_leads_to_the_chat_and_says_why(chat: Chat) -> None:
    client, form = signed_in(chat.agent), address("ticket", chat) + "?kind=incident"
    end_chat(chat.pk, by=chat.agent_id)
    there = {"HTTP_REFERER": f"http://testserver{form}"}

    for answer in (client.get(form, **there), client.post(form, {"kind": "incident"}, **there)):
        assert (answer.status_code, answer["Location"]) == (302, address("chat", chat))
    assert "has ended" in client.get(address("chat", chat)).text


def test_a_page_that_is_refused_is_not_asked_for_again_and_again(chat: Chat) -> None:
    client = signed_in(chat.agent)
    with patch("livechat.console.views.tickets.template_of", side_effect=ChatError("No.")):
        form = address("ticket", chat) + "?kind=incident"
        answer = client.get(form, HTTP_REFERER=f"http://testserver{form}")

    assert (answer.status_code, answer["Location"]) == (302, reverse("console:inbox"))
