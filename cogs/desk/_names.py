"""What members and servers are called, as far as Discord tells within a moment."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

import discord

from bot.app import Firstframe
from bot.reception import UNREACHED
from bot.spend import Names, Report

Person = discord.User | discord.Member

_WITHIN_S: Final = 2.0


async def names_in(bot: Firstframe, report: Report, guild: discord.Guild | None) -> Names:
    """Return the names in a report that are at hand; Discord is asked for the largest members.

    Without the intent for members, the bot keeps few of them in mind.
    """
    members = {
        id_: _at_hand(bot, id_, guild) for id_ in _known(e.member_id for e in report.entries)
    }
    missing = [id_ for id_ in _known(report.by_member) if members.get(id_) is None]
    asked = await asyncio.gather(*[_fetched(bot, id_) for id_ in missing])
    servers = _known([*report.by_server, *(entry.server_id for entry in report.entries)])
    guilds = {id_: bot.get_guild(id_) for id_ in servers}
    return Names(
        members=_told(members | dict(zip(missing, asked, strict=True))),
        servers={id_: server.name for id_, server in guilds.items() if server},
    )


def _at_hand(bot: Firstframe, id_: int, guild: discord.Guild | None) -> Person | None:
    return (guild and guild.get_member(id_)) or bot.get_user(id_)


async def _fetched(bot: Firstframe, id_: int) -> Person | None:
    """Return a user; None when Discord does not tell in time."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            return await bot.fetch_user(id_)
    except UNREACHED:
        return None


def _told(people: Mapping[int, Person | None]) -> dict[int, str]:
    return {id_: person.display_name for id_, person in people.items() if person}


def _known(ids: Iterable[int | None]) -> set[int]:
    return {id_ for id_ in ids if id_ is not None}
