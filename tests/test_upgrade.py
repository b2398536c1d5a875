"""A database that 0.1.0 left when it was killed goes on with this version: nothing is lost.

`released/` has it as that version wrote it, with five videos: ready, flagged, with a lost answer,
at Atlas, and in line with a picture. What has another number in each test stands there as `$name`.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from string import Template

import aiohttp
import psycopg
import sqlalchemy as sa

from bot.atlas.client import AtlasClient
from bot.store import open_engine
from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess, SocketDiscord
from tests.stage import KEY, a_video, environ, settings_for, until
from tests.theatre import Theatre

RELEASED = Path(__file__).parent / "released"
ENDED = ["a ready boat", "a flagged boat #flagged", "a lost boat"]
OPEN = ["a boat at Atlas", "a boat in line"]

Load = Callable[[str], None]


def released(name: str, **ids: object) -> str:
    return Template((RELEASED / name).read_text()).substitute(ids)


def videos(url: str) -> dict[str, dict[str, object]]:
    """Return all rows, by their prompts."""
    engine = open_engine(settings_for("https://api.example/v1", url).database_url, connections=1)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM videos")).mappings().all()
    engine.dispose()
    return {str(row["prompt"]): dict(row) for row in rows}


async def submitted(atlas: SimulatedAtlas) -> str:
    """Return the prediction that the old version had at Atlas."""
    async with aiohttp.ClientSession() as session:
        client = AtlasClient(session, base_url=atlas.base_url, api_key=KEY)
        video = a_video(prompt="a boat at Atlas")
        return await client.submit(video, image=None, webhook_url=None)


async def upgrade(atlas: SimulatedAtlas, url: str, name: str, load: Load) -> None:
    """Let this version start on the old database, and look at the books."""
    async with SocketDiscord() as discord:
        guild = discord.guild()
        channel, member = discord.text_channel(guild), discord.member(guild)
        ids = {"guild": guild, "channel": channel, "member": member}
        prediction, application = await submitted(atlas), discord.backend.application_id
        load(released(name, **ids, prediction=prediction, application=application))
        before = videos(url)
        bot = BotProcess(discord.base, "bot", env=environ(atlas.base_url, url))
        play = Theatre(discord, atlas, bot, channel, member)

        async with bot:
            await until(lambda: all(videos(url)[words]["delivered_at"] for words in OPEN))
            assert await bot.terminate() == 0

    after = videos(url)
    assert before.keys() == after.keys() == {*ENDED, *OPEN}
    assert [after[words] for words in ENDED] == [after[words] | before[words] for words in ENDED]
    assert ["**Ready.**" in result for result in play.results()] == [True] * len(OPEN)
    assert [prediction.prompt for prediction in atlas.predictions] == OPEN


async def test_an_sqlite_file_goes_on(atlas: SimulatedAtlas, tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"

    def load(script: str) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(script)

    await upgrade(atlas, f"sqlite:///{file}", "0.1.0.sqlite.sql", load)


async def test_a_postgresql_goes_on(atlas: SimulatedAtlas, database_url: str) -> None:
    def load(script: str) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(script.encode())

    await upgrade(atlas, database_url, "0.1.0.postgresql.sql", load)
