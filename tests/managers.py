"""Those who manage a server on a stage, and what they do there."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import discord
from simcord import ChannelHandle, MemberActor
from simcord.backend.serializers import channel_payload

from bot.policy import Part
from tests.stage import Stage

MANAGER = 2**62 + 9


def manager(play: Stage, name: str = "mia") -> MemberActor:
    """Return a member with the right Manage Server."""
    right = discord.Permissions(manage_guild=True)
    role = play.guild.create_role(f"managers-{name}", permissions=right)
    return play.guild.add_member(play.env.create_user(name), roles=[role])


async def rule(play: Stage, part: Part, value: Any, *, at: ChannelHandle | None = None) -> None:
    """Set a part of the rules of the server, or of one channel."""
    channel_id = None if at is None else at.id
    policies = play.bot.store.policies
    await policies.set(play.guild.id, channel_id, part, value, member_id=MANAGER)


async def restrict(play: Stage, channel: ChannelHandle, *, is_restricted: bool = True) -> None:
    """Let a channel be age-restricted, which SimCord knows nothing of."""
    payload = dict(channel_payload(play.env.backend, play.env.backend.get_channel(channel.id)))
    play.env.backend.emit("CHANNEL_UPDATE", payload | {"nsfw": is_restricted})
    await play.env.settle()


@contextmanager
def away(path: Path) -> Generator[None]:
    """Take the rules away, as a database that is away does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("ALTER TABLE rules RENAME TO elsewhere")
        yield
        database.execute("ALTER TABLE elsewhere RENAME TO rules")
