"""The page without a chat hears that hours, alerts and own tickets changed, and nothing else."""

import pytest
from django.utils import timezone

from livechat import events, realtime
from livechat.consumers.process import process
from livechat.models import Chat, ChatHours
from livechat.services.configuration import announce
from tests.factories import (
    ChatFactory,
    ChatHoursFactory,
    CompanyFactory,
    CustomerFactory,
    ServiceAlertFactory,
    TicketFactory,
    UserFactory,
)
from tests.livechat.consumers.pages import in_thread
from tickets.models import Company, Customer
from tickets.services.activity import add_comment, add_work_note
from tickets.services.identity import customer_token

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]
COMMANDS = {
    "message.post": {"client_id": "client-0001", "body": "Hello"},
    "history": {"after": 0},
    "receipt": {"delivered": 1, "read": 1},
    "typing": {},
}


@pytest.fixture
def company() -> Company:
    return CompanyFactory()


def opened(open_page, company: str, token: str = ""):
    page = open_page("/ws/company/")
    page.send("hello", company=company, token=token)
    return page


async def test_it_is_welcomed_and_shown_no_chats(open_page, company):
    page = opened(open_page, company.public_id)

    assert (await page.next("welcome"))["chats"] == {}


@pytest.mark.parametrize("meant_for", ["company", "all"])
async def test_it_hears_at_once_that_hours_changed(open_page, company, meant_for):
    page = opened(open_page, company.public_id)
    await page.next("welcome")

    def change() -> None:
        own = company if meant_for == "company" else None
        announce(ChatHoursFactory(company=own, kind=ChatHours.Kind.CLOSED))

    await in_thread(change)

    assert await page.next("hours.changed") == {"type": "hours.changed"}


async def test_it_hears_at_once_that_alerts_changed(open_page, company):
    page = opened(open_page, company.public_id)
    await page.next("welcome")

    await in_thread(lambda: announce(ServiceAlertFactory()))

    assert await page.next("alerts.changed") == {"type": "alerts.changed"}


async def test_of_another_companys_hours_it_hears_nothing(open_page, company):
    page = opened(open_page, company.public_id)
    await page.next("welcome")

    await in_thread(lambda: announce(ChatHoursFactory(company=CompanyFactory())))
    await in_thread(lambda: announce(ChatHoursFactory(company=company)))

    await page.next("hours.changed")
    assert [frame["type"] for frame in page.frames] == ["welcome", "hours.changed"]


@pytest.mark.parametrize("command", COMMANDS)
async def test_it_may_do_nothing(open_page, company, chat, command):
    page = opened(open_page, company.public_id)
    await page.next("welcome")

    page.send(command, chat=chat.public_id, **COMMANDS[command])

    assert (await page.next("refused"))["code"] == "forbidden"
    assert await in_thread(lambda: Chat.objects.get(pk=chat.pk).last_seq) == chat.last_seq
    assert not process.receipts


async def test_a_heartbeat_tells_it_of_no_chat(open_page, chat):
    company = chat.customer.company
    page = opened(open_page, company.public_id)
    await page.next("welcome")

    page.send("heartbeat", applied={chat.public_id: 0})

    assert (await page.next("heartbeat"))["heads"] == {}


@pytest.mark.parametrize(("company", "code"), [("", 4401), ("x" * 22, 4403)])
async def test_without_a_company_of_ours_it_is_sent_away(open_page, company, code):
    assert await opened(open_page, company).closed() == code


async def test_once_its_company_is_retired_it_is_sent_away(open_page, company):
    page = opened(open_page, company.public_id)
    await page.next("welcome")

    await in_thread(lambda: Company.objects.update(retired_at=timezone.now()))

    assert await page.closed() == 4403


async def test_many_of_one_company_are_one_look_up(open_page, company, limits):
    limits["pages_per_person"] = 1
    pages = [opened(open_page, company.public_id) for _ in range(3)]

    for page in pages:
        await page.next("welcome")

    assert len({socket.credentials for socket in process.sockets}) == 1


async def test_on_the_customers_socket_a_company_is_nobody(open_page, company):
    page = open_page("/ws/customer/")
    page.send("hello", company=company.public_id)

    assert await page.closed() == 4401


# --- Whoever is known there -----------------------------------------------------------------------


@pytest.fixture
def ticket(company, monkeypatch):
    """Opened before anybody listens; told to nobody, as the bus may be late."""
    with monkeypatch.context() as patch:
        patch.setattr(realtime, "deliver", lambda deliveries: None)
        return TicketFactory(customer__company=company)


async def types_until_hours_change(page, company):
    """The frames that came before news which all pages hear."""
    await in_thread(lambda: announce(ChatHoursFactory(company=company)))
    await page.next("hours.changed")
    return [frame["type"] for frame in page.frames]


async def test_a_customer_hears_at_once_of_his_own_ticket_and_no_more_than_which(
    open_page, company, ticket
):
    page = opened(open_page, company.public_id, customer_token(ticket.customer))
    await page.next("welcome")

    await in_thread(lambda: add_comment(ticket.pk, body="A new fuse.", by=UserFactory()))

    assert await page.next("ticket.changed") == {
        "type": "ticket.changed",
        "ticket": ticket.public_id,
        "number": ticket.number,
    }


async def test_of_notes_and_of_others_tickets_he_hears_nothing(open_page, company, ticket):
    page = opened(open_page, company.public_id, customer_token(ticket.customer))
    await page.next("welcome")

    def note() -> None:
        another = TicketFactory(customer__company=company)
        add_work_note(ticket.pk, body="He calls every day.", by=UserFactory())
        add_comment(another.pk, body="Thank you.", by=another.customer)

    await in_thread(note)

    assert await types_until_hours_change(page, company) == ["welcome", "hours.changed"]


async def test_of_his_chats_he_hears_nothing_there(open_page, company, ticket):
    page = opened(open_page, company.public_id, customer_token(ticket.customer))
    await page.next("welcome")

    def change() -> None:
        events.publish_all([events.ChatChanged(ChatFactory(customer=ticket.customer))])

    await in_thread(change)

    assert await types_until_hours_change(page, company) == ["welcome", "hours.changed"]


@pytest.mark.parametrize("flaw", ["forged", "revoked", "of another company"])
async def test_with_a_token_that_is_not_good_there_he_is_nobody(open_page, company, ticket, flaw):
    token = customer_token(ticket.customer)
    if flaw == "forged":
        token = token[:-1]
    if flaw == "revoked":
        await in_thread(lambda: Customer.objects.update(token_epoch=7))
    if flaw == "of another company":
        company = await in_thread(CompanyFactory)
    page = opened(open_page, company.public_id, token)
    await page.next("welcome")

    await in_thread(lambda: add_comment(ticket.pk, body="A new fuse.", by=UserFactory()))

    assert await types_until_hours_change(page, company) == ["welcome", "hours.changed"]


async def test_once_his_token_is_revoked_he_hears_nothing_more(open_page, company, ticket):
    page = opened(open_page, company.public_id, customer_token(ticket.customer))
    await page.next("welcome")

    await in_thread(lambda: Customer.objects.update(token_epoch=7))
    await page.next("access.changed")
    await in_thread(lambda: add_comment(ticket.pk, body="A new fuse.", by=UserFactory()))

    assert "ticket.changed" not in await types_until_hours_change(page, company)


async def test_a_token_without_a_company_is_nobody(open_page):
    customer = await in_thread(CustomerFactory)

    assert await opened(open_page, "", customer_token(customer)).closed() == 4401
