"""What members and servers are called, as far as Discord tells within a moment."""

import asyncio
from collections.abc import Iterable
from typing import Final

import aiohttp
import discord

from bot.app import Firstframe
from bot.spend import Names, Report

_WITHIN_S: Final = 2.0
_UNREACHED: Final = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)


async def names_in(bot: Firstframe, report: Report, guild: discord.Guild | None) -> Names:
    """Return the names in a report; Discord is asked for the largest members, the others lack one.

    Without the intent for members, the bot keeps few of them in mind.
    """
    members = _known(report.by_member)
    asked = await asyncio.gather(*[_name(bot, id_, guild) for id_ in members])
    servers = _known([*report.by_server, *(entry.server_id for entry in report.entries)])
    guilds = {id_: bot.get_guild(id_) for id_ in servers}
    return Names(
        members={id_: name for id_, name in zip(members, asked, strict=True) if name},
        servers={id_: server.name for id_, server in guilds.items() if server},
    )


async def _name(bot: Firstframe, id_: int, guild: discord.Guild | None) -> str | None:
    """Return what a member is called; None when Discord does not tell in time."""
    at_hand = (guild and guild.get_member(id_)) or bot.get_user(id_)
    try:
        async with asyncio.timeout(_WITHIN_S):
            return (at_hand or await bot.fetch_user(id_)).display_name
    except _UNREACHED:
        return None


def _known(ids: Iterable[int | None]) -> set[int]:
    return {id_ for id_ in ids if id_ is not None}
