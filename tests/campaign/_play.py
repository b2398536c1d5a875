"""The bots of a campaign, each in its process, between an Atlas and a Discord that can fail."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import yarl

from sandbox.atlas import SimulatedAtlas
from tests.campaign._database import Database
from tests.campaign._gate import Gate
from tests.campaign._town import Town
from tests.discord_socket import BotProcess, SocketDiscord
from tests.stage import KEY, environ, tiny_film

_GENERATION_S: Final = 0.3
_ENOUGH_USD: Final = Decimal(100_000)

_SETTINGS: Final = {
    "MAX_IN_FLIGHT": "24",
    "MAX_PER_USER": "8",
    "GENERATION_DEADLINE_S": "8",
    "PRICE_PER_VIDEO_USD": "0.50",
}


class Doom:
    """Kills a process after Atlas accepted a submit, and before anybody learns of it."""

    def __init__(self) -> None:
        self.victim: BotProcess | None = None

    def hear(self, line: str) -> None:
        if self.victim is not None and line.startswith("submitted"):
            self.victim.shoot()


@dataclass(frozen=True, slots=True)
class Play:
    """All that a campaign has in its hands."""

    atlas: SimulatedAtlas
    atlas_gate: Gate
    doom: Doom
    discord: SocketDiscord
    town: Town
    database: Database
    bots: tuple[BotProcess, ...]
    logs: tuple[Path, ...]


@asynccontextmanager
async def play(database: Database, folder: Path, *, processes: int) -> AsyncGenerator[Play]:
    """Open everything but the bots themselves; those that live at the end are killed."""
    names = ("one", "two", "three")[:processes]
    doom = Doom()
    async with AsyncExitStack() as opened:
        atlas = await opened.enter_async_context(
            SimulatedAtlas(
                api_key=KEY,
                generation_s=_GENERATION_S,
                film=tiny_film,
                balance_usd=_ENOUGH_USD,
                tell=doom.hear,
            )
        )
        base = yarl.URL(atlas.base_url)
        gate = await opened.enter_async_context(
            Gate(lambda: asyncio.open_connection(base.host, base.port))
        )
        discord = await opened.enter_async_context(
            SocketDiscord(shards=processes, max_concurrency=16)
        )
        url = str(base.with_port(gate.port))
        logs = tuple(folder / f"{name}.log" for name in names)
        bots = tuple(
            BotProcess(
                discord.base,
                "bot",
                env=environ(url, database.url, **_SETTINGS, **_process(number, name, processes)),
                output=log,
            )
            for number, (name, log) in enumerate(zip(names, logs, strict=True))
        )
        for bot in bots:
            opened.push_async_callback(bot.kill)
        town = Town(discord, shards=processes)
        yield Play(atlas, gate, doom, discord, town, database, bots, logs)


def _process(number: int, name: str, count: int) -> dict[str, str]:
    shards = {"SHARD_COUNT": str(count), "SHARD_IDS": str(number)} if count > 1 else {}
    return {"PROCESS_NAME": name} | shards
