"""Products that the tests of one file share."""

from collections.abc import Iterator

import pytest

from tests.conftest import show_logs
from tests.delivery.office import Premises
from tests.product import Product, Workshop


@pytest.fixture(scope="module")
def one(product_workshop: Workshop) -> Iterator[Premises]:
    """One process, on SQLite."""
    with Product(product_workshop, processes=1, database="sqlite", env={}) as product:
        yield Premises(product)
        show_logs(product)


#: One agent writes for many here; what is too much is the business of `test_limits.py`.
GENEROUS = {
    f"PARLEY_{what}_{name}": number
    for what in ("FRAMES", "MESSAGES")
    for name, number in (("PER_SECOND", "200"), ("BURST", "1000"))
}


@pytest.fixture(scope="module")
def two(product_workshop: Workshop) -> Iterator[Premises]:
    """Two processes, on PostgreSQL and Redis."""
    with Product(product_workshop, processes=2, database="postgresql", env=GENEROUS) as product:
        yield Premises(product)
        show_logs(product)
