"""Several bots in processes of their own, around one Discord, one Atlas and one database."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess, SocketDiscord
from tests.stage import environ
from tests.theatre import Theatre

TOGETHER_S = 60.0
NONE: Final = MappingProxyType[str, str]({})


@dataclass
class Company:
    """Where stories play that several processes tell; a guild's place is `halls[shard]`."""

    discord: SocketDiscord
    atlas: SimulatedAtlas
    database_url: str
    halls: list[Theatre]

    def bot(
        self,
        name: str,
        settings: Mapping[str, str] = NONE,
        *,
        module: str = "bot",
        url: str | None = None,
        output: Path | None = None,
    ) -> BotProcess:
        """Return a bot that is not started yet, on the common database or at `url`."""
        env = environ(self.atlas.base_url, url or self.database_url, PROCESS_NAME=name, **settings)
        return BotProcess(self.discord.base, module, env=env, output=output)

    def of_shard(
        self,
        shard: int,
        settings: Mapping[str, str] = NONE,
        *,
        url: str | None = None,
        output: Path | None = None,
    ) -> BotProcess:
        """Return the bot of a shard, which is not started yet."""
        sharding = {"SHARD_COUNT": str(len(self.halls)), "SHARD_IDS": str(shard)}
        return self.bot(f"shard{shard}", {**sharding, **settings}, url=url, output=output)

    def members(self, count: int) -> list[tuple[Theatre, int]]:
        """Return so many new members with their places, spread over the shards."""
        halls = islice(cycle(self.halls), count)
        return [
            (hall, self.discord.member(self.guild_of(hall), f"m{n}"))
            for n, hall in enumerate(halls)
        ]

    def guild_of(self, hall: Theatre) -> int:
        channel = self.discord.channel(hall.channel)
        assert channel is not None
        assert channel.guild_id is not None
        return channel.guild_id

    async def ended(self, *interactions: int) -> None:
        """Wait until every video has an end on its card."""
        hall = self.halls[0]
        await self.discord.until(
            lambda: all(map(hall.has_ended, interactions)), timeout_s=TOGETHER_S
        )

    def check_the_books(self, videos: int) -> None:
        """Each video was paid and shown once, and none is left over."""
        results = [result for hall in self.halls for result in hall.results()]
        assert len(results) == len(set(results)) == videos
        assert all("**Ready.**" in result for result in results)
        assert self.halls[0].submits() == len(self.atlas.predictions) == videos

    def most_at_once(self, prompts: Iterable[str] | None = None) -> int:
        """Return how many videos were at Atlas at once, at most: of all, or with such prompts."""
        wanted = None if prompts is None else set(prompts)
        made = [p for p in self.atlas.predictions if wanted is None or p.prompt in wanted]
        return max(
            (sum(p.started_at <= at.started_at < p.due_at for p in made) for at in made), default=0
        )


@asynccontextmanager
async def company(
    atlas: SimulatedAtlas, database_url: str, *, shards: int = 1, max_concurrency: int = 1000
) -> AsyncGenerator[Company]:
    """Open the curtain over a place for each shard, with no bot yet."""
    async with SocketDiscord(shards=shards, max_concurrency=max_concurrency) as discord:
        idle = BotProcess(discord.base, "bot")
        halls: list[Theatre] = []
        for shard in range(shards):
            guild = discord.guild(shard=(shard, shards))
            channel, member = discord.text_channel(guild), discord.member(guild)
            halls.append(Theatre(discord, atlas, idle, channel, member))
        yield Company(discord, atlas, database_url, halls)
