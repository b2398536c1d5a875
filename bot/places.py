"""Where a member asked, and what the bot may do there: decided before anything is spent.

Discord's rules: https://discord.com/developers/docs/topics/threads and /topics/permissions.
"""

from typing import Final

import discord

from bot.model import Access, Place

INVITE_RIGHTS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""All that the bot ever needs; the README's invite link asks for exactly these."""

_THREADED: Final = {discord.ChannelType.text, discord.ChannelType.news}
_THREADS: Final = {
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
}


def place_of(interaction: discord.Interaction) -> Place:
    """Return where an interaction came from and how it can be answered there."""
    channel = interaction.channel
    return Place(
        interaction.channel_id or 0,
        interaction.guild_id,
        _access(interaction),
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        is_age_restricted=is_age_restricted(channel),
        may_post=interaction.guild_id is None or interaction.app_permissions.send_messages,
    )


def roles_of(interaction: discord.Interaction) -> tuple[int, ...]:
    """Return the roles of a member in this server; none in direct messages."""
    user = interaction.user
    return tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()


def is_age_restricted(channel: object) -> bool:
    """Tell whether Discord shows a channel to adults alone; a thread is like its channel.

    What we do not see is not.
    """
    match channel:
        case discord.TextChannel() | discord.VoiceChannel() | discord.StageChannel():
            return channel.is_nsfw()
        case discord.Thread():
            return channel.is_nsfw()
        case _:
            return False


def missing_rights(interaction: discord.Interaction) -> list[str]:
    """Return the permissions without which a result could not be posted, by discord.py's names."""
    access, kind = _access(interaction), _kind(interaction)
    if access is Access.REPLY or interaction.guild_id is None:
        return []
    posting = "send_messages"
    if access is Access.THREAD or kind in _THREADS:
        posting = "send_messages_in_threads"
    needed = ("view_channel", posting, "read_message_history")
    return [right for right in needed if not getattr(interaction.app_permissions, right)]


def missing_rights_in(guild: discord.Guild, channel_id: int) -> list[str]:
    """Return the permissions that the bot lacks to post in a channel, by discord.py's names."""
    channel = guild.get_channel(channel_id)
    rights = channel.permissions_for(guild.me) if channel else discord.Permissions.none()
    return [right for right in ("view_channel", "send_messages") if not getattr(rights, right)]


def may_ask(interaction: discord.Interaction) -> bool:
    """Tell whether a member may use commands where they pressed a button.

    Discord hides commands from those who may not, but shows buttons to all. What a server's
    settings say of a single command is not told to bots.
    """
    return interaction.guild_id is None or interaction.permissions.use_application_commands


def is_manager(interaction: discord.Interaction) -> bool:
    """Tell whether a member may decide what the bot does in this server."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def is_moderator(interaction: discord.Interaction) -> bool:
    """Tell whether a member may delete what others wrote where they pressed a button."""
    rights = interaction.permissions
    return interaction.guild_id is not None and (rights.manage_messages or rights.manage_guild)


def _access(interaction: discord.Interaction) -> Access:
    kind, rights = _kind(interaction), interaction.app_permissions
    if interaction.guild_id is None:
        elsewhere = interaction.context.private_channel or kind is discord.ChannelType.group
        return Access.REPLY if elsewhere else Access.CHANNEL
    if interaction.client.get_guild(interaction.guild_id) is None:
        return Access.REPLY  # installed by the member alone: the bot is not in this server
    if kind in _THREADED and rights.create_public_threads and rights.send_messages_in_threads:
        return Access.THREAD
    return Access.CHANNEL


def _kind(interaction: discord.Interaction) -> discord.ChannelType | None:
    return interaction.channel and interaction.channel.type
