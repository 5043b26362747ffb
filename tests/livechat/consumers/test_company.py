"""The page on which nobody has asked yet hears that hours and alerts changed, and nothing else."""

import pytest
from django.utils import timezone

from livechat.consumers.process import process
from livechat.models import Chat, ChatHours
from livechat.services.configuration import announce
from tests.factories import ChatHoursFactory, CompanyFactory, ServiceAlertFactory
from tests.livechat.consumers.pages import in_thread
from tickets.models import Company

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


def opened(open_page, company: str):
    page = open_page("/ws/company/")
    page.send("hello", company=company)
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
