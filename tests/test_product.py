"""The product starts, ends and comes back as the fault tests need it."""

import signal
import urllib.request
from collections.abc import Callable

import pytest

from tests.product import Product

pytestmark = pytest.mark.product

StartProduct = Callable[..., Product]


def status(url: str) -> int:
    with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
        return int(answer.status)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_it_serves_behind_its_proxy(product: StartProduct, database: str) -> None:
    it = product(database=database)

    assert status(it.url()) == status(it.direct_url()) == 200
    it.proxy().cut()
    with pytest.raises(OSError, match="refused"):
        status(it.url())
    assert status(it.direct_url()) == 200


def test_a_killed_process_comes_back_at_its_address(product: StartProduct) -> None:
    it = product(processes=2, database="postgresql")

    it.kill(0)

    assert status(it.url(1)) == 200
    with pytest.raises(OSError, match=r"reset|closed|refused"):
        status(it.url(0))
    it.start(0)
    assert status(it.url(0)) == 200


def test_it_ends_cleanly_when_asked(product: StartProduct) -> None:
    it = product()

    assert it.stop() in {0, -signal.SIGTERM, 128 + signal.SIGTERM}
    assert "Traceback" not in it.logs()


def test_each_product_has_rows_of_its_own(product: StartProduct) -> None:
    one, other = product(database="postgresql"), product(database="postgresql")

    one.run("from tickets.models import Company as C; C.objects.create(name='A')")

    count = "from tickets.models import Company as C; print('companies', C.objects.count())"
    assert "companies 1" in one.run(count)
    assert "companies 0" in other.run(count)


def test_code_runs_on_the_rows_of_one_product_and_leaves_nothing_to_the_next(
    product: StartProduct,
) -> None:
    one, other = product(), product()
    one.run("import builtins; builtins.left = 1; Company.objects.create(name='A')")

    count = "import builtins; print(Company.objects.count(), hasattr(builtins, 'left'))"
    assert one.run(count) == "1 False\n"
    assert other.run(count) == "0 False\n"


def test_code_that_fails_says_why(product: StartProduct) -> None:
    with pytest.raises(RuntimeError, match=r"before it\n(?s:.*)ZeroDivisionError"):
        product().run("print('before it'); 1 / 0")
