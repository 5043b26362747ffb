"""Conversations through the whole product, from the sign-in page to the transcript."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.product import Product

pytestmark = pytest.mark.product

SAMPLE = Path(__file__).parents[1] / "delivery" / "conversations.jsonl"


@pytest.mark.parametrize(("processes", "database"), [(1, "sqlite"), (2, "postgresql")])
def test_conversations_come_back_byte_for_byte(
    product: Callable[..., Product], processes: int, database: str
) -> None:
    it = product(processes=processes, database=database)
    against = ",".join(it.direct_url(number) for number in range(processes))

    said = it.manage("replay", str(SAMPLE), "--against", against, "--at-once", "3", "--remove")

    assert said.splitlines()[-1] == "3 conversations, 15 messages, 0 differences"
