"""What all tests share."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage, storages

from tests.product import Database, Product, Workshop, workshop


def pytest_configure() -> None:
    """Cheap passwords, files in memory, static ones as they lie there, SQLite in a file.

    In memory SQLite's connections share one cache, which locks whole tables and knows no WAL.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain, "default": memory}
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without.
    database = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        database.setdefault("TEST", {})["NAME"] = str(settings.VAR / "test.sqlite3")


@pytest.fixture(scope="session")
def product_workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with workshop(tmp_path_factory.mktemp("products")) as shared:
        yield shared


@pytest.fixture
def product(product_workshop: Workshop) -> Iterator[Callable[..., Product]]:
    """`product(processes=1, database="sqlite", env=None)` starts the product on a fresh database.

    Several processes get a Redis of their own. What the servers wrote is shown when a test fails.
    """
    with ExitStack() as running:

        def start(
            *,
            processes: int = 1,
            database: Database = "sqlite",
            env: Mapping[str, str] | None = None,
        ) -> Product:
            made = Product(product_workshop, processes=processes, database=database, env=env or {})
            running.callback(show_logs, made)
            return running.enter_context(made)

        yield start


def show_logs(made: Product) -> None:
    for number in range(len(made.servers)):
        print(f"--- server {number}\n{made.logs(number)}")


@pytest.fixture
def file_storage() -> Callable[[], dict[str, bytes]]:
    """`file_storage()`: what lies in the storage of files now, by name. Nothing at first."""
    storages["default"].__init__()  # type: ignore[misc]

    def everything(folder: str = "") -> dict[str, bytes]:
        folders, names = default_storage.listdir(folder)
        found = {}
        for name in names:
            path = f"{folder}/{name}" if folder else name
            with default_storage.open(path) as file:
                found[path] = file.read()
        for each in folders:
            found |= everything(f"{folder}/{each}" if folder else each)
        return found

    return everything
