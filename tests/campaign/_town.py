"""Where a campaign plays: servers, members, what befalls them, and what they were told."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from tests.campaign._troubles import Mischief, PlaceTrouble
from tests.discord_socket import SocketDiscord
from tests.stage import texts

T = TypeVar("T")

_MEMBERS: Final = 6
_NEWEST: Final = 8
_DM: Final = 0
_RIGHTS: Final = {
    Mischief.DENY_POSTS: ("send_messages", "send_messages_in_threads"),
    Mischief.DENY_THREADS: ("create_public_threads",),
    Mischief.DENY_VIEW: ("view_channel",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A message of the bot that ends a video; `id` is that of the message."""

    id: int
    channel_id: int
    content: str
    is_gone: bool = False
    """Somebody deleted it, or the place where it stood."""


class Town:
    """The members and places of one Discord.

    `closed` keeps when each way to a member was shut last: a channel's id or the member's own.
    """

    def __init__(self, discord: SocketDiscord, *, shards: int) -> None:
        self.discord = discord
        self.asked: list[int] = []
        self.excused = set[int]()
        """Interactions that nothing can answer any more."""
        self.closed: dict[int, float] = {}
        self._gone: list[Told] = []
        self._cards: dict[int, str] = {}
        guilds = [discord.guild(f"Studio {n}", shard=(n, shards)) for n in range(shards)]
        elsewhere = discord.guild("Elsewhere", has_bot=False)
        self._members = [discord.member(guilds[0], f"member{n}") for n in range(_MEMBERS)]
        for guild in (*guilds[1:], elsewhere):
            for member in self._members:
                discord.backend.add_member(guild, member)
        self._channels = [discord.text_channel(guild) for guild in guilds for _ in range(2)]
        self._places = [
            *self._channels * 3,
            *(discord.voice_channel(guild) for guild in guilds),
            *(discord.thread(channel) for channel in self._channels),
            *(discord.forum_post(guild) for guild in guilds),
            discord.text_channel(elsewhere),
            _DM,
        ]

    def person(self, aim: float) -> int:
        """Return a member."""
        return _pick(self._members, aim)

    def place(self, aim: float, member: int) -> int:
        """Return a place where a member may ask."""
        return _pick(self._places, aim) or self.discord.dm(member)

    # ── what befalls it ───────────────────────────────────────────────────────────────────────

    async def suffer(self, trouble: PlaceTrouble) -> bool:
        """Do the mischief, to its end; False when there is nothing to do it to."""
        match trouble.mischief:
            case Mischief.DELETE_THREAD | Mischief.ARCHIVE_THREAD | Mischief.LOCK_THREAD:
                return self._spoil_thread(trouble)
            case Mischief.DELETE_CARD | Mischief.EXPIRE_TOKEN:
                return self._spoil_interaction(trouble)
            case Mischief.CLOSE_DMS:
                await self._close_dms(self.person(trouble.aim), trouble.seconds)
            case _:
                channel = _pick(self._channels, trouble.aim)
                await self._deny(channel, _RIGHTS[trouble.mischief], trouble.seconds)
        return True

    def heal(self) -> None:
        """Give everything back that can be given back."""
        for channel in self._channels:
            self.discord.allow(channel)
        for member in self._members:
            self.discord.open_dms(member)

    def _spoil_thread(self, trouble: PlaceTrouble) -> bool:
        me = self.discord.backend.bot_user.id
        threads = [
            thread.id
            for thread in self.discord.backend.channels.values()
            if thread.is_thread and thread.owner_id == me
        ]
        if not threads:
            return False
        thread = _pick(threads[-_NEWEST:], trouble.aim)
        if trouble.mischief is Mischief.ARCHIVE_THREAD:
            self.discord.archive_thread(thread)
        elif trouble.mischief is Mischief.LOCK_THREAD:
            self.discord.lock_thread(thread)
        else:
            self._gone += self._told_in(thread, is_gone=True)
            self.discord.delete_thread(thread)
        return True

    def _spoil_interaction(self, trouble: PlaceTrouble) -> bool:
        if not self.asked:
            return False
        interaction = _pick(self.asked[-_NEWEST:], trouble.aim)
        record = self.discord.backend.interactions[interaction]
        if trouble.mischief is Mischief.EXPIRE_TOKEN:
            self.discord.expire_token(interaction)
        elif record.message_id is not None and self.discord.original(interaction):
            self._cards[interaction] = self.card(interaction)
            self.discord.delete_message(record.channel_id, record.message_id)
        else:
            return False
        self.excused.add(interaction)
        return True

    async def _close_dms(self, member: int, seconds: float) -> None:
        self.discord.close_dms(member)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.discord.open_dms(member)
            self.closed[member] = time.time()

    async def _deny(self, channel: int, rights: tuple[str, ...], seconds: float) -> None:
        self.discord.deny(channel, *rights)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.discord.allow(channel)
            self.closed[channel] = time.time()

    # ── what was told ─────────────────────────────────────────────────────────────────────────

    def told(self) -> list[Told]:
        """Return every message that ends a video, also those that were deleted."""
        places = list(self.discord.backend.messages)
        return [*self._gone, *(told for place in places for told in self._told_in(place))]

    def card(self, interaction: int) -> str:
        """Return what the bot's first answer says, or said; nothing when there was none."""
        original = self.discord.original(interaction)
        if original is None:
            return self._cards.get(interaction, "")
        return f"{original['content']}\n{texts(original['components'])}"

    def is_thinking(self, interaction: int) -> bool:
        """Tell whether a member still sees "thinking…"."""
        return self.discord.backend.interactions[interaction].loading

    def was_closed(self, channel: int, since: float) -> bool:
        """Tell whether a channel, or the one that a thread is in, was shut after a time."""
        known = self.discord.channel(channel)
        ways = {channel, known.parent_id} if known else {channel}
        return any(self.closed.get(way or 0, 0) >= since for way in ways)

    def _told_in(self, channel: int, *, is_gone: bool = False) -> list[Told]:
        me = self.discord.backend.bot_user.id
        return [
            Told(message.id, channel, message.content, is_gone)
            for message in self.discord.backend.messages.get(channel, {}).values()
            if message.author_id == me and message.content.startswith("<@")
        ]


def _pick(things: Sequence[T], aim: float) -> T:
    return things[int(aim * len(things))]
