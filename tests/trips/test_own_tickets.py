"""A customer's own ticket in the widget: it follows at once, has its files, takes answers once."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.trips.desk import Customer, make_desk
from tests.trips.test_hours import CLOSE, run

pytestmark = [pytest.mark.browser, pytest.mark.product]

#: A directory for pictures of what was passed on the way.
PICTURES = os.environ.get("TRIP_PICTURES", "")
#: Well within the seconds after which pages ask by themselves.
AT_ONCE = 5000
#: In a process of its own, which stays until it has told the others.
BEGIN = """
import time
from io import BytesIO
from tickets.models import ChatOutcome, Ticket, User
from tickets.services.activity import add_comment, add_work_note
from tickets.services.files import Limits, Upload, add_files, store_file
from tickets.services.lifecycle import resolve_ticket
noor, ticket = User.objects.get(name="Noor Haddad"), Ticket.objects.get()
"""
SAY = 'add_comment(ticket.pk, body="The crane has its own breaker.", by=noor)\n'
NOTE = 'add_work_note(ticket.pk, body="He calls every day.", by=noor)\n'
RESOLVE = """
resolve_ticket(ticket.pk, outcome=ChatOutcome.objects.usual("incident", "ended").pk, by=noor)
"""
FILE = """
sent = Upload("breakers of the crane.txt", "text/plain", 14, BytesIO(b"Left, top row."))
limits = Limits({"txt"}, 999)
file = store_file(sent, limits=limits, company=ticket.company, by=ticket.customer)
add_files(ticket.pk, files=[file.pk], by=noor)
"""
MANY = """
from tickets.models import Ticket
from tickets.services.lifecycle import open_ticket
owner = Ticket.objects.get().customer
for number in range(45):
    open_ticket("incident", customer=owner, values={"summary": f"Lamp {number}"}, source="widget")
"""
LONG = """
for number in range(100):
    add_comment(ticket.pk, body=f"Step {number}", by=noor)
"""
STAY = "time.sleep(2)\n"
COUNT = """
from tickets.models import Activity
print("STOOD", Activity.objects.filter(kind="comment").count())
"""


class Rosa(Customer):
    """A customer who has left a ticket."""

    def leave(self, question: str) -> None:
        self.open()
        self.frame.locator("#question").fill(question)
        self.frame.get_by_role("button", name="Leave a ticket").click()
        expect(self.frame.locator("[data-left-ticket]")).to_have_text(re.compile(r"INC-\d+"))

    @property
    def own(self):
        """Where his tickets are listed."""
        return self.frame.locator("[data-own]").filter(visible=True)

    @property
    def answer(self):
        return self.frame.get_by_label("Write to the service desk")

    def send(self) -> None:
        self.frame.get_by_role("button", name="Send", exact=True).click()


def picture(page: Page, name: str) -> None:
    """At the sizes of the design, light and dark."""
    if not PICTURES:
        return
    for width, height, scheme in ((1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(400)
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="light")


@pytest.fixture
def left(person, host):
    """`left(server)`: Rosa, who has just left a ticket there."""

    def leave(server) -> Rosa:
        host.show(make_desk(server, host.origin))
        run(server, CLOSE)
        rosa = Rosa(person().new_page(), host)
        rosa.leave("The crane does not start")
        return rosa

    return leave


def test_it_follows_at_once_and_keeps_what_is_being_typed(product, left):
    server = product(database="postgresql", processes=2)
    rosa = left(server)
    expect(rosa.own).to_contain_text("New")
    rosa.page.wait_for_timeout(1500)

    run(server, BEGIN + RESOLVE + STAY)
    expect(rosa.own).to_contain_text("Resolved", timeout=AT_ONCE)
    picture(rosa.page, "left")

    rosa.own.get_by_role("button", name="The crane does not start").click()
    said = rosa.frame.locator("[data-said]")
    expect(rosa.frame.get_by_text("Nobody has answered yet.")).to_be_visible()
    rosa.answer.fill("It starts, but")
    run(server, BEGIN + NOTE + SAY + FILE + STAY)
    expect(said).to_contain_text("The crane has its own breaker.", timeout=AT_ONCE)
    expect(rosa.frame.locator("[data-filed]")).to_contain_text("breakers of the crane.txt")
    expect(said).not_to_contain_text("every day")
    expect(rosa.answer).to_be_focused()
    expect(rosa.answer).to_have_value("It starts, but")
    picture(rosa.page, "ticket")


def test_older_ones_and_older_answers_are_shown_page_by_page(product, left):
    server = product()
    rosa = left(server)
    server.run(MANY)
    rosa.page.reload()
    rows, more = rosa.own.locator("[data-id]"), rosa.own.get_by_role("button", name="Show older")

    expect(rows).to_have_count(20)
    more.focus()
    rosa.page.keyboard.press("Enter")
    expect(rows).to_have_count(40)
    expect(rows.nth(20)).to_be_focused()
    more.click()
    expect(rows).to_have_count(46)
    expect(more).to_be_hidden()
    expect(rows.last).to_contain_text("crane")

    run(server, BEGIN.replace("get()", "earliest('pk')") + SAY.replace("crane", "lamp") + LONG)
    rows.last.click()
    said, before = rosa.frame.locator("[data-said] .quote"), rosa.frame.locator("[data-earlier]")
    expect(said).to_have_count(100)
    expect(said.first).to_contain_text("Step 0")
    before.click()
    expect(said).to_have_count(101)
    expect(said.first).to_contain_text("The lamp has its own breaker.")
    expect(before).to_be_hidden()


def test_its_files_are_listed_and_fetched_with_the_customers_token(product, left):
    server = product()
    rosa = left(server)
    run(server, BEGIN + FILE)
    rosa.own.get_by_role("button", name="The crane does not start").click()
    file = rosa.frame.locator("[data-filed]").get_by_role("button", name="breakers of the crane")
    expect(file).to_contain_text("14 bytes")

    with rosa.page.expect_download() as download:
        file.click()

    assert download.value.suggested_filename == "breakers of the crane.txt"
    assert Path(download.value.path()).read_bytes() == b"Left, top row."


class Losing:
    """Answers arrive, and nobody hears that they did; what came meanwhile is not read either."""

    def __init__(self, page: Page, *, also_reading: bool) -> None:
        self.on = True
        self.tried: list[tuple[str, int]] = []
        page.route("**/comments/", self.lose)
        if also_reading:
            page.route(re.compile(r"/api/v1/tickets/[\w-]{22}/\?"), self.silence)

    def lose(self, route: Route) -> None:
        answer = route.fetch()
        self.tried.append((route.request.post_data_json["client_id"], answer.status))
        if self.on:
            route.abort()
        else:
            route.fulfill(response=answer)

    def silence(self, route: Route) -> None:
        if self.on:
            route.abort()
        else:
            route.continue_()


@pytest.fixture
def answering(product, left):
    """`answering(also_reading)`: Rosa has the ticket before her and sends; the answer is lost."""

    def answer(*, also_reading: bool):
        server = product()
        rosa = left(server)
        rosa.own.get_by_role("button", name="The crane does not start").click()
        expect(rosa.frame.get_by_text("Nobody has answered yet.")).to_be_visible()
        losing = Losing(rosa.page, also_reading=also_reading)
        rosa.answer.fill("It starts now")
        rosa.send()
        return server, rosa, losing

    return answer


def stands_once(server, rosa: Rosa) -> None:
    expect(rosa.frame.locator("[data-said] .own")).to_have_text(re.compile("It starts now"))
    expect(rosa.answer).to_have_value("")
    assert "STOOD 1" in server.run(COUNT)


def test_an_answer_that_is_heard_to_stand_is_not_sent_again(answering):
    server, rosa, losing = answering(also_reading=False)

    stands_once(server, rosa)
    rosa.page.wait_for_timeout(2000)
    expect(rosa.frame.locator("[data-wrong]")).to_be_empty()
    assert len(losing.tried) == 1


def test_sent_again_by_hand_it_stands_once(answering):
    server, rosa, losing = answering(also_reading=True)
    expect(rosa.frame.locator("[data-wrong]")).to_contain_text("cannot be reached", timeout=9000)
    expect(rosa.answer).to_have_value("It starts now")

    losing.on = False
    rosa.send()

    stands_once(server, rosa)
    expect(rosa.frame.locator("[data-wrong]")).to_be_empty()
    assert [status for _id, status in losing.tried] == [201, 200, 200, 200]
    assert len({client_id for client_id, _status in losing.tried}) == 1


def test_after_a_reload_an_answer_that_stands_is_not_offered_again(answering):
    server, rosa, losing = answering(also_reading=True)
    expect(rosa.frame.locator("[data-wrong]")).to_contain_text("cannot be reached", timeout=9000)

    losing.on = False
    rosa.page.reload()
    rosa.own.get_by_role("button", name="The crane does not start").click()

    stands_once(server, rosa)
