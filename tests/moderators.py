"""Those who look after a server on a stage, and the channel where they read of cases."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import ui
from simcord import ChannelHandle, MemberActor

from bot.policy import Part
from tests.managers import rule
from tests.stage import Stage


def member(play: Stage, name: str = "bob", **rights: bool) -> MemberActor:
    """Return another member, with some rights if need be."""
    role = play.guild.create_role(name, permissions=discord.Permissions(**rights))
    return play.guild.add_member(play.env.create_user(name), roles=[role])


def moderator(play: Stage, name: str = "mia") -> MemberActor:
    """Return a member who may delete the messages of others, and no more."""
    return member(play, name, manage_messages=True)


async def log_channel(play: Stage, **traits: Any) -> ChannelHandle:
    """Return a new channel that the managers chose for cases."""
    channel = play.guild.create_text_channel("log", **traits)
    await rule(play, Part.LOG, channel.id)
    return channel


def cards(channel: ChannelHandle) -> list[discord.Message]:
    """Return what the bot posted there."""
    return [message for message in channel.history() if message.components]


def said(card: discord.Message) -> str:
    """Return all words on a card."""
    return "\n".join(item.content for item in _items(card) if isinstance(item, ui.TextDisplay))


def names(card: discord.Message) -> list[str]:
    """Return the names of what can be pressed or chosen on a card."""
    items = _items(card)
    return [item.custom_id or "" for item in items if isinstance(item, ui.Button | ui.Select)]


def _items(card: discord.Message) -> Iterator[ui.Item[ui.LayoutView]]:
    view = ui.LayoutView.from_message(card)
    view.stop()
    return view.walk_children()
