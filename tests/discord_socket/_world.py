"""What exists in the stand-in: guilds, channels, members, messages, and what may befall them."""

import datetime as dt
from typing import Any, Final

import discord
from simcord._clock import Clock  # pyright: ignore[reportPrivateUsage] # Backend asks for one
from simcord.backend import Backend, serializers
from simcord.backend.models import Channel, Interaction, Overwrite
from simcord.enums import ChannelType, MessageType, OverwriteType

_RIGHTS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)


class _WallClock(Clock):
    """Real time: a bot in another process reads the age of an interaction from its id."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


class World:
    """A whole Discord without a wire; everything in it is named by its id."""

    def __init__(self) -> None:
        self.backend = Backend(clock=_WallClock())
        self.closed_dms: set[int] = set()
        self.upload_limit = 10 * 1024 * 1024
        self.application: dict[str, Any] = {}  # what the developer portal has beside the usual

    # ── to build it ───────────────────────────────────────────────────────────────────────────

    def guild(
        self, name: str = "Studio", *, has_bot: bool = True, shard: tuple[int, int] = (0, 1)
    ) -> int:
        """Make a guild whose bot has the rights that an invite link would ask for.

        `shard` is the number of the guild's shard, and how many there are.
        """
        number, count = shard
        guild = self.backend.create_guild(name, shard_id=number, shard_count=count)
        (role_id,) = guild.members[self.backend.bot_user.id].role_ids
        self.backend.edit_role(guild.id, role_id, {"permissions": _RIGHTS.value})
        if not has_bot:
            self.kick_bot(guild.id)
        return guild.id

    def member(self, guild: int, name: str = "ada") -> int:
        """Make a user who is in a guild."""
        user = self.backend.make_user(name)
        self.backend.add_member(guild, user.id, announce=True)
        return user.id

    def text_channel(self, guild: int, name: str = "videos") -> int:
        """Make a text channel."""
        return self.backend.create_channel(guild, name).id

    def voice_channel(self, guild: int, name: str = "lounge") -> int:
        """Make a voice channel; its chat takes messages but no threads."""
        return self.backend.create_channel(guild, name, type=ChannelType.VOICE).id

    def thread(self, channel: int, name: str = "talk") -> int:
        """Make a thread that the guild's owner opened."""
        guild_id = self.backend.get_channel(channel).guild_id
        if guild_id is None:
            raise ValueError("a direct message has no threads")
        owner = self.backend.get_guild(guild_id).owner_id
        thread = self.backend.create_thread(channel, name, owner, broadcast=False)
        self.backend.announce_thread_create(thread)
        return thread.id

    def forum_post(self, guild: int, name: str = "idea") -> int:
        """Make a forum with one post; return the post's thread."""
        forum = self.backend.create_channel(guild, "forum", type=ChannelType.FORUM)
        post = self.thread(forum.id, name)
        self.backend.create_message(post, self.backend.get_guild(guild).owner_id, name)
        return post

    def dm(self, member: int) -> int:
        """Return the channel between a member and the bot."""
        return self.backend.get_dm_channel(member).id

    # ── to disturb it ─────────────────────────────────────────────────────────────────────────

    def kick_bot(self, guild: int) -> None:
        """Take the bot out of a guild; an app that members installed still works there."""
        self.backend.remove_member(guild, self.backend.bot_user.id)
        self.backend.emit("GUILD_DELETE", {"id": str(guild)})

    def deny(self, channel: int, *rights: str) -> None:
        """Take rights from the bot in a channel and its threads: to post, if none is named."""
        named = dict.fromkeys(rights or ("send_messages", "send_messages_in_threads"), True)
        denied = discord.Permissions(**named).value
        bot = self.backend.bot_user.id
        self.backend.set_overwrite(channel, Overwrite(bot, OverwriteType.MEMBER, deny=denied))

    def allow(self, channel: int) -> None:
        """Give the rights back that `deny` took."""
        self.backend.delete_overwrite(channel, self.backend.bot_user.id)

    def close_dms(self, member: int) -> None:
        """Let a member refuse messages from the bot."""
        self.closed_dms.add(member)

    def open_dms(self, member: int) -> None:
        """Let a member take messages from the bot again."""
        self.closed_dms.discard(member)

    def delete_message(self, channel: int, message: int) -> None:
        """Delete a message, as a moderator would."""
        self.backend.delete_message(channel, message)

    def delete_thread(self, thread: int) -> None:
        """Delete a thread; the message it stood on stays."""
        self.backend.delete_channel(thread)

    def archive_thread(self, thread: int) -> None:
        """Archive a thread: the next post brings it back, an edit is refused."""
        self.backend.edit_channel(thread, {}, thread_metadata={"archived": True})

    def lock_thread(self, thread: int) -> None:
        """Lock a thread: a bot without Manage Threads can neither post nor edit."""
        self.backend.edit_channel(thread, {}, thread_metadata={"archived": True, "locked": True})

    def expire_token(self, interaction: int) -> None:
        """End the life of an interaction's token now instead of after 15 minutes."""
        self.backend.interactions[interaction].expires_at = self.backend.now_iso()

    # ── to look at it ─────────────────────────────────────────────────────────────────────────

    def messages(self, channel: int) -> list[dict[str, Any]]:
        """Return what was posted in a channel or thread, oldest first; nothing if it is gone."""
        found = sorted(self.backend.messages.get(channel, {}).values(), key=lambda m: m.id)
        return [
            dict(serializers.message_payload(self.backend, message))
            for message in found
            if message.type != MessageType.THREAD_CREATED
        ]

    def threads(self, channel: int) -> list[dict[str, Any]]:
        """Return the threads of a channel."""
        return [
            dict(serializers.thread_payload(self.backend, thread))
            for thread in self.backend.channels.values()
            if thread.is_thread and thread.parent_id == channel
        ]

    def commands(self) -> list[str]:
        """Return the names of the global commands that the bot registered."""
        return [name for name, _ in self.backend.commands.get(None, {})]

    def is_acknowledged(self, interaction: int) -> bool:
        """Tell whether the bot answered an interaction, if only by "thinking…"."""
        return self.backend.interactions[interaction].responded

    def original(self, interaction: int) -> dict[str, Any] | None:
        """Return the bot's answer to an interaction, None while there is none."""
        record = self.backend.interactions[interaction]
        message = self.backend.messages.get(record.channel_id, {}).get(record.message_id or 0)
        return message and dict(serializers.message_payload(self.backend, message))

    # ── for the parts of this package ─────────────────────────────────────────────────────────

    def has_bot(self, guild: int) -> bool:
        """Tell whether the bot is in a guild."""
        known = self.backend.guilds.get(guild)
        return known is not None and self.backend.bot_user.id in known.members

    def interaction_of(self, token: str) -> Interaction | None:
        """Return the interaction of a token, None for the token of something else."""
        interaction_id = self.backend.interaction_tokens.get(token)
        return None if interaction_id is None else self.backend.interactions[interaction_id]

    def channel(self, channel: int) -> Channel | None:
        """Return a channel, None if it is gone."""
        return self.backend.channels.get(channel)
