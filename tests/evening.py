"""An evening in which much goes wrong for a bot, and every word of it is kept.

Each secret is a word that nothing else could say.
"""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from sandbox.atlas import Fault, SimulatedAtlas
from tests.discord_socket import BotProcess, SocketDiscord
from tests.discord_socket import Fault as DiscordFault
from tests.stage import environ, picture, tiny_film, until
from tests.theatre import PATIENCE_S, Theatre
from tests.wiretap import Wiretap

KEY = "apikey-K1pperOfTheAccount"
TOKEN = "T0ken.OfTheB0t.InDiscord"
PASSWORD = "Passw0rdOfTheDatabase"
WISH = "whisperedwish"


@dataclass
class Evening:
    """A play whose every word is kept: logs, both wires, and the frames to the gateway."""

    play: Theatre
    to_discord: Wiretap
    to_atlas: Wiretap
    frames: list[str]
    folder: Path

    @property
    def log(self) -> str:
        """All that any process wrote to either of its outputs."""
        return (self.folder / "output").read_text()

    @property
    def interaction_tokens(self) -> list[str]:
        """The tokens of every command so far."""
        return list(self.play.discord.backend.interaction_tokens)

    def process(self, **more: str) -> BotProcess:
        """Return a bot of this evening, not yet started."""
        url = f"sqlite:///{self.folder / 'bot.sqlite3'}"
        secret = {"DISCORD_TOKEN": TOKEN, "ATLASCLOUD_API_KEY": KEY, "LOG_LEVEL": "DEBUG"}
        env = environ(self.to_atlas.base, url, **secret, **more)
        return BotProcess(self.to_discord.base, "bot", env=env, output=self.folder / "output")


@asynccontextmanager
async def open_evening(folder: Path, frames: list[str]) -> AsyncGenerator[Evening]:
    """Set the stage in a folder; the bot is not started yet."""
    async with (
        SimulatedAtlas(api_key=KEY, generation_s=0.2, film=tiny_film) as atlas,
        SocketDiscord() as discord,
        Wiretap(atlas.base_url) as to_atlas,
        Wiretap(discord.base) as to_discord,
    ):
        guild = discord.guild()
        channel, member = discord.text_channel(guild), discord.member(guild)
        nobody = BotProcess(discord.base, "bot")
        play = Theatre(discord, atlas, nobody, channel, member)
        evening = Evening(play, to_discord, to_atlas, frames, folder)
        play.bot = evening.process()
        try:
            yield evening
        finally:
            await play.bot.kill()


async def tell(play: Theatre, wish: str = "") -> None:
    """Tell one story to its end."""
    interaction = await play.video(f"{WISH} {wish}", attachment=picture()[1])
    await play.discord.until(lambda: play.has_ended(interaction), timeout_s=2 * PATIENCE_S)


async def trouble_atlas(play: Theatre) -> None:
    for fault in (Fault.HTTP_401, Fault.HTTP_400_POLICY, Fault.HTTP_503):
        play.atlas.fail_next("submit", fault)
        play.atlas.fail_next("upload", Fault.HTTP_500)
        await tell(play)
    for fault in (Fault.GARBAGE, Fault.TRUNCATED_BODY):
        play.atlas.fail_next("poll", fault)
    await tell(play)


async def trouble_discord(play: Theatre) -> None:
    discord = play.discord
    discord.fail_next("GET", "/attachments/*", status=404)
    await tell_refused(play)
    for path in ("*/messages/@original", "/channels/*/messages"):
        for status in (429, 500, None):
            discord.spoil(DiscordFault("*", path, status, after_effect=True, retry_after_s=0.05))
    await tell(play)
    discord.gateway.drop()
    await discord.until(lambda: discord.gateway.resumed == 1, timeout_s=PATIENCE_S)
    await discord.gateway.invalidate()
    await discord.until(lambda: discord.gateway.identified == 2, timeout_s=PATIENCE_S)


async def trouble_database(evening: Evening) -> None:
    """Keep it locked for longer than an arrival waits, and its tables away until that is felt."""
    play = evening.play
    path = evening.folder / "bot.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        await tell_refused(play)
        database.execute("ROLLBACK")
        database.execute("ALTER TABLE videos RENAME TO elsewhere")
        felt = evening.log.count("database away")
        waiting = await play.video(WISH)
        await until(lambda: evening.log.count("database away") > felt, "the outage")
        database.execute("ALTER TABLE elsewhere RENAME TO videos")
    await play.ended(waiting)


async def tell_refused(play: Theatre) -> None:
    """Let a member ask for what is answered by one sentence."""
    interaction = await play.video(WISH, attachment=picture()[1])
    await play.discord.until(
        lambda: (play.discord.original(interaction) or {}).get("content"), timeout_s=PATIENCE_S
    )


def cut_off(database: sa.URL) -> None:
    """End every connection to a database, as a server that restarts does."""
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
    with engine.connect() as connection:
        name = {"name": database.database}
        connection.execute(sa.text(f"{others} AND pid <> pg_backend_pid()"), name)
    engine.dispose()
