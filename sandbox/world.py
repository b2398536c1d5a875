"""The small Discord that the demo plays in, with the real bot and a simulated Atlas inside."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import discord
import simcord

from bot.app import Firstframe
from bot.policy import Part
from bot.settings import read_settings
from sandbox.atlas import SimulatedAtlas
from sandbox.film import render

DEADLINE_S: Final = 40
"""After this a video that never ends is called timed out; the real bot waits 15 minutes."""

ENGLISH: Final = "en-US"

Film = Callable[[str, bytes | None], bytes]
"""What makes the MP4 of a prompt and a picture."""

_CASES: Final = "cases"
_KEY: Final = "sandbox-key"
_MODELS: Final = (
    "minimax/hailuo-02/t2v-standard",
    "minimax/hailuo-02/i2v-standard",
    "tidewater/reel-3/text-to-video",
    "tidewater/reel-3/image-to-video",
)
_SETTLE_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Room:
    """A channel as one person sees it: members in a guild, the user in direct messages."""

    channel: simcord.ChannelHandle
    viewer: simcord.MemberActor | simcord.UserHandle


@dataclass(frozen=True, slots=True)
class World:
    """Where the demo takes place; `rooms` begins with the one for videos.

    `locale` is the language of everybody's Discord.
    """

    env: simcord.Env
    bot: Firstframe
    atlas: SimulatedAtlas
    member: simcord.MemberActor
    rooms: tuple[Room, ...]
    locale: str

    async def keep_time(self) -> None:
        """Bring Discord's clock, which stands still by itself, to the time of day."""
        behind_s = (datetime.now(UTC) - self.env.now()).total_seconds()
        await self.env.advance_time(max(0.0, behind_s))


@asynccontextmanager
async def open_world(
    *,
    generation_s: float,
    poll_s: float,
    tell: Callable[[str], None],
    locale: str = ENGLISH,
    film: Film = render,
) -> AsyncGenerator[World]:
    """Start everything in a temporary folder; leave nothing behind."""
    with TemporaryDirectory(prefix="firstframe-") as folder:
        async with SimulatedAtlas(
            api_key=_KEY, generation_s=generation_s, tell=_of_atlas(tell), film=film
        ) as atlas:
            environ = _environ(atlas.base_url, Path(folder), poll_s)
            bot = Firstframe(read_settings(environ, host="sandbox"))
            async with _discord(bot, locale) as env:
                try:
                    world = _populate(env, bot, atlas, locale)
                    await _hear_of_cases(world)
                    yield world
                finally:
                    await bot.close()


@asynccontextmanager
async def _discord(bot: Firstframe, locale: str) -> AsyncGenerator[simcord.Env]:
    """Start a Discord in which it is now, before the bot could see time pass."""
    env = simcord.Env(bot, shard_count=1, check_errors=False, settle_timeout=_SETTLE_WITHIN_S)
    env.backend.advance_clock((datetime.now(UTC) - env.now()).total_seconds())
    env.backend.subscribers.append(_in(locale))  # stands before the bot, which comes with the start
    await env.start()
    try:
        yield env
    finally:
        await env.shutdown()


def _in(locale: str) -> Callable[[str, Any], None]:
    """Return who tells with each act of a person what their language is: SimCord says English."""

    def tell(event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            payload["locale"] = locale

    return tell


def _of_atlas(tell: Callable[[str], None]) -> Callable[[str], None]:
    return lambda fact: tell(f"Atlas: {fact}")


def _environ(atlas_url: str, folder: Path, poll_s: float) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": "sandbox",
        "ATLASCLOUD_API_KEY": _KEY,
        "ATLAS_BASE_URL": atlas_url,
        "ATLAS_MODELS": ",".join(_MODELS),
        "DATABASE_URL": f"sqlite:///{folder / 'bot.sqlite3'}",
        "POLL_MIN_S": str(poll_s),
        "POLL_MAX_S": str(poll_s),
        "GENERATION_DEADLINE_S": str(DEADLINE_S),
        "ALLOW_PRIVATE_OUTPUTS": "1",
    }


def _populate(env: simcord.Env, bot: Firstframe, atlas: SimulatedAtlas, locale: str) -> World:
    env.backend.edit_bot_profile("Firstframe")
    guild = env.create_guild("Firstframe")
    user = env.create_user("robin", global_name="Robin")
    manager = guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    member = guild.add_member(user, roles=[manager])
    channels = (
        guild.create_text_channel("videos", topic="Type /video"),
        guild.create_text_channel(
            "no-threads",
            topic="The bot may not open threads here",
            overwrites={_me(guild): discord.PermissionOverwrite(create_public_threads=False)},
        ),
        guild.create_text_channel(_CASES, topic="What managers should look at"),
        guild.create_voice_channel("lounge"),
    )
    rooms = [Room(channel, member) for channel in channels]
    return World(env, bot, atlas, member, (*rooms, Room(user.dm_channel, user)), locale)


async def _hear_of_cases(world: World) -> None:
    """Set what a manager would set first: where flagged and reported videos are told of."""
    (cases,) = (room.channel for room in world.rooms if room.channel.name == _CASES)
    guild_id, policies = world.member.guild.id, world.bot.store.policies
    await policies.set(guild_id, None, Part.LOG, cases.id, member_id=world.member.id)


def _me(guild: simcord.GuildHandle) -> discord.Member:
    if guild.me is None:
        raise LookupError("the bot is not in its own guild")
    return guild.me
