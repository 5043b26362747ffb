"""Files both ways: by button, drop and paste; shown, fetched again, and refused before they go."""

import base64

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.hostile_files import picture
from tests.trips.conftest import Conversation

pytestmark = [pytest.mark.browser, pytest.mark.product]

PNG = picture(size=(900, 600))
#: What a browser does with files that are dropped or pasted; they come as base64.
GIVE = """
(place, [how, name, type, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.codePointAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true };
  const event = how === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: dataTransfer })
    : new DragEvent(how, { ...options, dataTransfer });
  place.dispatchEvent(event);
}
"""


def give(place: Locator, how: str, name: str, kind: str, content: bytes) -> None:
    place.evaluate(GIVE, [how, name, kind, base64.b64encode(content).decode()])


def choose(page: Page, place: Page | FrameLocator, *files: tuple[str, str, bytes]) -> None:
    with page.expect_file_chooser() as chooser:
        place.get_by_role("button", name="Attach a file").click()
    chooser.value.set_files(
        [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    )


def drawn(place: Locator) -> None:
    """The thumbnail is there, and is no broken image."""
    expect(place).to_be_visible()
    expect(place).to_have_js_property("naturalWidth", 480)


def test_files_go_both_ways_and_stay(conversation: Conversation) -> None:
    customer, agent = conversation.customer, conversation.agent
    frame, page = customer.frame, agent.page

    choose(customer.page, frame, ("vpn-error.png", "image/png", PNG))
    drawn(agent.stream.locator(".shot img"))
    drawn(customer.stream.locator(".shot img"))
    give(customer.box, "paste", "pasted.png", "image/png", PNG)
    expect(agent.stream.locator(".shot")).to_have_count(2)
    give(page.locator(".conv"), "dragover", "a.cfg", "", b"remote vpn\n")
    expect(page.locator("[data-drop]")).to_be_visible()
    give(page.locator(".conv"), "drop", "vpn-profile-3.4.cfg", "", b"remote vpn\n")
    expect(page.locator("[data-drop]")).to_be_hidden()
    expect(customer.stream.locator(".filec")).to_contain_text("vpn-profile-3.4.cfg11 bytes")
    give(frame.locator(".wg"), "drop", "trace.log", "text/plain", b"dropped\n")
    expect(agent.stream.locator(".filec")).to_have_count(2)

    page.get_by_role("button", name="Create ticket", exact=True).click()
    page.locator(".toast", has_text="created").get_by_role("link").click()
    files = page.get_by_role("region", name="Files")
    expect(files.locator(".filec")).to_have_count(4)
    drawn(files.locator("img").first)
    choose(customer.page, frame, ("later.txt", "text/plain", b"later\n"))
    expect(files.locator(".filec").last).to_contain_text("later.txt6 bytes")
    expect(page.locator(".tl")).to_contain_text("added a file")
    with page.expect_download() as download:
        files.get_by_role("link", name="later.txt").click()
    assert download.value.path().read_bytes() == b"later\n"
    with page.expect_download() as download:
        files.get_by_role("link", name="Download vpn-error.png").click()
    assert download.value.suggested_filename == "vpn-error.png"
    page.get_by_role("link", name="Open", exact=True).click()

    page.reload()
    customer.page.reload()
    for side in (agent, customer):
        expect(side.stream.locator(".filec")).to_have_count(3)
        drawn(side.stream.locator(".shot img").first)
    expect(page.locator("[data-last]:visible").first).to_have_text("sent a file: later.txt")
    with page.expect_download() as download:
        agent.stream.locator(".filec", has_text="trace.log").click()
    assert download.value.suggested_filename == "trace.log"
    assert download.value.path().read_bytes() == b"dropped\n"
    with customer.page.expect_download() as download:
        customer.stream.locator(".filec", has_text="vpn-profile").click()
    assert download.value.path().read_bytes() == b"remote vpn\n"


def test_what_cannot_be_sent_says_so_and_what_failed_is_tried_again(
    conversation: Conversation,
) -> None:
    customer, agent = conversation.customer, conversation.agent
    uploads = customer.frame.locator(".upl")

    choose(
        customer.page,
        customer.frame,
        ("setup.exe", "application/octet-stream", b"MZ"),
        ("large.txt", "text/plain", b"a" * (10 * 1024 * 1024 + 1)),
        ("fake.png", "image/png", b"no picture"),
    )
    expect(uploads.nth(0)).to_contain_text("This type cannot be sent.")
    expect(uploads.nth(1)).to_contain_text("Larger than 10 MB.")
    expect(uploads.nth(2)).to_contain_text("This is no png file that can be read.")
    for _ in range(3):
        uploads.first.get_by_role("button", name="Do not send this file").click()
    expect(uploads).to_have_count(0)

    conversation.product.proxy().cut()
    choose(agent.page, agent.page, ("late.txt", "text/plain", b"late\n"))
    row = agent.page.locator(".upl")
    expect(row).to_contain_text("Not sent.")
    conversation.product.proxy().heal()
    row.get_by_role("button", name="Retry").click()
    expect(row).to_have_count(0)
    expect(customer.stream.locator(".filec")).to_contain_text("late.txt")

    conversation.product.proxy().stall()
    choose(agent.page, agent.page, ("given-up.txt", "text/plain", b"given up\n"))
    row.get_by_role("button", name="Do not send this file").click()
    expect(row).to_have_count(0)
    expect(agent.box).to_be_focused()
    conversation.product.proxy().heal()

    agent.page.get_by_role("tab", name="Note").click()
    clip = agent.page.get_by_role("button", name="Attach a file")
    expect(clip).to_have_attribute("aria-disabled", "true")
    clip.click(force=True)
    expect(agent.page.locator("[data-upload-note]")).to_have_text(
        "Files go to the customer. Choose Reply to send one."
    )
