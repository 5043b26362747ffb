"""The throw-away PostgreSQL and Redis do what the fault tests ask of them."""

from collections.abc import Iterator

import psycopg
import pytest
import redis as redis_client

from tests.services import Postgres, Redis, postgres, redis


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres() as service:
        yield service


@pytest.fixture(scope="module")
def bus() -> Iterator[Redis]:
    with redis() as service:
        yield service


def test_a_database_is_copied_from_a_template(database: Postgres) -> None:
    with psycopg.connect(database.create_database("pattern")) as connection:
        connection.execute("CREATE TABLE kept (id int)")

    url = database.create_database("copy", template="pattern")

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@pytest.mark.parametrize("end", [Postgres.stop, Postgres.kill])
def test_postgresql_comes_back_at_its_address_with_its_rows(database: Postgres, end) -> None:
    url = database.create_database(end.__name__)

    end(database)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    database.start()

    psycopg.connect(url).close()


def test_a_paused_postgresql_goes_on_where_it_was(database: Postgres) -> None:
    with psycopg.connect(database.url) as connection:
        database.pause()
        with pytest.raises(psycopg.errors.ConnectionTimeout):
            psycopg.connect(database.url, connect_timeout=2)

        database.resume()

        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_durable_postgresql_writes_as_in_production() -> None:
    with postgres(durable=True) as service, psycopg.connect(service.url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_redis_forgets_when_flushed(bus: Redis) -> None:
    with bus.client() as client:
        client.set("name", "value")

        bus.flush()

        assert client.get("name") is None


def test_redis_comes_back_at_its_address(bus: Redis) -> None:
    bus.stop()
    with bus.client() as client, pytest.raises(redis_client.ConnectionError):
        client.ping()

    bus.start()

    with bus.client() as client:
        assert client.ping()


def test_a_paused_redis_says_nothing(bus: Redis) -> None:
    bus.pause()
    with bus.client() as client, pytest.raises(redis_client.TimeoutError):
        client.ping()

    bus.resume()

    with bus.client() as client:
        assert client.ping()
