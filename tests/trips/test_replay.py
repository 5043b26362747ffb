"""Conversations through the whole product, from the sign-in page to the transcript."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.product import Product

pytestmark = pytest.mark.product

SAMPLE = Path(__file__).parents[1] / "delivery" / "conversations.jsonl"
SAME = "3 conversations, 15 messages, 0 differences"


def replay(it: Product, *options: str) -> str:
    """The last line that the replay prints."""
    against = ",".join(it.direct_url(number) for number in range(len(it.servers)))
    said = it.manage("replay", str(SAMPLE), "--against", against, "--at-once", "3", *options)
    return said.splitlines()[-1]


def test_conversations_come_back_byte_for_byte_from_two_processes(
    product: Callable[..., Product],
) -> None:
    it = product(processes=2, database="postgresql")

    assert replay(it, "--remove") == SAME


def test_they_do_so_when_the_server_is_killed_meanwhile(product: Callable[..., Product]) -> None:
    it = product()

    with ThreadPoolExecutor(1) as thread:
        played = thread.submit(replay, it, "--speed", "60")  # Some seven seconds.
        for _ in range(2):
            time.sleep(3)
            it.kill()
            it.start()

    assert played.result() == SAME


def test_each_becomes_a_ticket_whose_transcript_is_the_messages(
    product: Callable[..., Product],
) -> None:
    it = product()

    assert replay(it, "--ticket", "--remove") == SAME
