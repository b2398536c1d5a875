"""The one message that ends a video: posted once, found again, taken down."""

import io
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Final

import discord

from bot.cards import Carries, result_buttons, result_message
from bot.delivery._calls import Calls, token_lives, translated
from bot.delivery._cards import Cards
from bot.delivery._files import film_file
from bot.errors import DiscordUnavailable, PlaceClosed
from bot.language import language
from bot.model import (
    Access,
    Cancelled,
    Deleted,
    Ending,
    Flagged,
    Outcome,
    Post,
    Ready,
    Video,
    short_id,
)
from bot.places import is_age_restricted
from bot.reels import Reels
from bot.words import endings

_LOOK_AT: Final = 1000


class Results:
    """The outcomes of videos, as messages."""

    def __init__(self, calls: Calls, *, cards: Cards, reels: Reels) -> None:
        self._calls = calls
        self._cards = cards
        self._reels = reels

    async def deliver(
        self, video: Video, ending: Ending, *, tried_before: bool, attach: bool
    ) -> Post | None:
        """Show the outcome once, on the first way that is open; None when none is.

        With an earlier try whose end is not known, all places are searched before anything is
        posted in one. An edit shows a thing once, however often it is repeated: so the card is the
        first way where only it can answer, and the last one elsewhere. It is enough, too, for
        what the member did: nobody needs to be called. `attach` is for a first try only: a file
        that Discord does not take in time must not hold up the link.
        """
        is_for_card = video.place.access is Access.REPLY and token_lives(video)
        if is_for_card or isinstance(ending.outcome, Cancelled | Deleted):
            with suppress(PlaceClosed):
                return await self._show_on_card(video, ending, attach=attach and is_for_card)
        if tried_before and (post := await self._search(video)) is not None:
            return post
        async for channel in self._ways(video):
            with suppress(PlaceClosed):
                message = await self._post(channel, video, ending, attach=attach)
                return Post(message.channel.id, message.id)
        with suppress(PlaceClosed):
            return await self._show_on_card(video, ending)
        return None

    async def film(self, video: Video, post: Post) -> str | None:
        """Return where the film lies that a result brought; None where it brought a link."""
        async with translated():
            channel = self._calls.channel(post.channel_id, video)
            files = (await channel.fetch_message(post.message_id)).attachments
        return next((file.url for file in files if file.filename.endswith(".mp4")), None)

    async def withdraw_notice(self, video: Video) -> None:
        """Let the message that told of a loss say that the video came after all."""
        notice = video.notice
        if notice is None or notice.message_id == video.card_id:
            return  # there was none, or it is the card, which shows the outcome by itself
        channel = self._calls.channel(notice.channel_id, video)
        message = channel.get_partial_message(notice.message_id)
        async with translated():
            await message.edit(content=language(video.locale).say(endings.FOUND), view=None)

    async def take_down(self, video: Video, post: Post | None, deleted: Deleted) -> bool:
        """Delete a result, and empty its card and thread's name; False when something stays.

        What is gone already is as good as deleted.
        """
        works = list[Awaitable[object]]()
        if post is not None and post.message_id != video.card_id:
            works.append(self._delete(video, post))
        if video.card_id is not None:
            works.append(self._cards.update(video, deleted))
        if video.thread_id is not None:
            works.append(self._cards.rename_thread(video, video.thread_id))
        return all([await _is_done(work) for work in works])

    async def _delete(self, video: Video, post: Post) -> None:
        message = self._calls.channel(post.channel_id, video).get_partial_message(post.message_id)
        async with translated():
            await message.delete()

    async def _show_on_card(self, video: Video, ending: Ending, *, attach: bool = False) -> Post:
        """Show it with its film if that can be; what was flagged is never shown there."""
        outcome = _withheld(ending.outcome)
        async with self._reel(video, outcome, attach=attach) as reel:
            if reel is not None:
                film = film_file(reel, video, outcome)
                with suppress(PlaceClosed):
                    card_id = await self._cards.update(video, outcome, only_here=True, film=film)
                    return Post(video.place.channel_id, card_id)
        card_id = await self._cards.update(video, outcome, only_here=True)
        return Post(video.place.channel_id, card_id)

    async def _ways(self, video: Video) -> AsyncIterator[discord.abc.Messageable]:
        if video.place.access is not Access.REPLY:
            if video.thread_id is not None:
                yield self._calls.channel(video.thread_id, video)
            yield self._calls.channel(video.place.channel_id, video)
        with suppress(PlaceClosed):
            async with translated():
                direct = await self._calls.client.create_dm(discord.Object(video.member_id))
            yield direct

    def _as_shown_in(
        self, channel: discord.abc.Messageable, video: Video, ending: Ending
    ) -> Outcome:
        """Return what may be shown there: the flagged only where it was asked for, to adults."""
        there = self._calls.client.get_channel(video.place.channel_id)
        is_there = isinstance(channel, discord.PartialMessageable)  # and no direct message
        is_for_adults = is_there and is_age_restricted(there)
        return ending.outcome if is_for_adults else _withheld(ending.outcome)

    async def _post(
        self, channel: discord.abc.Messageable, video: Video, ending: Ending, *, attach: bool
    ) -> discord.Message:
        """Post with the file if that can be; what Discord refuses with it, it may take without."""
        outcome = self._as_shown_in(channel, video, ending)
        async with self._reel(video, outcome, attach=attach) as reel:
            if reel is not None:
                with suppress(PlaceClosed):
                    return await self._send(channel, video, ending, reel)
        return await self._send(channel, video, ending)

    @asynccontextmanager
    async def _reel(
        self, video: Video, outcome: Outcome, *, attach: bool
    ) -> AsyncGenerator[io.BufferedIOBase | None]:
        """Lend the file of what was made; None where there is none, or it is not wanted."""
        if not (attach and isinstance(outcome, Ready | Flagged)):
            yield None
            return
        most_bytes = self._file_limit(video)
        async with self._reels.lend(video, outcome.links, most_bytes=most_bytes) as reel:
            yield reel

    async def _send(
        self,
        channel: discord.abc.Messageable,
        video: Video,
        ending: Ending,
        reel: io.BufferedIOBase | None = None,
    ) -> discord.Message:
        """Discord answers a repeated nonce with the first message that bore it.

        What may be shown there is looked at last: a film takes its time.
        """
        outcome = self._as_shown_in(channel, video, ending)
        carries = Carries.LINK_INSTEAD if self._reels.is_promised(video) else Carries.LINK
        files = list[discord.File]()
        if reel is not None and outcome == ending.outcome:
            carries, files = Carries.FILE, [film_file(reel, video, outcome)]
        async with translated():
            return await channel.send(
                result_message(video, outcome, took_s=ending.took_s, carries=carries),
                view=result_buttons(video, outcome, carries=carries),
                files=files,
                nonce=str(_begun_at(video)),
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(video.member_id)]),
            )

    def _file_limit(self, video: Video) -> int:
        """Return how many bytes a file of ours may have where a video was asked for.

        A place that takes less than its server does says so.
        """
        guild = self._calls.client.get_guild(video.place.guild_id or 0)
        return guild.filesize_limit if guild else discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES

    async def _search(self, video: Video) -> Post | None:
        """Return the result that an earlier try posted, wherever that was; None without one."""
        async for channel in self._ways(video):
            with suppress(PlaceClosed):
                async with translated():
                    message = await self._posted(channel, video)
                if message is not None:
                    return Post(message.channel.id, message.id)
        return None

    async def _posted(
        self, channel: discord.abc.Messageable, video: Video
    ) -> discord.Message | None:
        """Look for the result by our name and its id: a nonce is forgotten within minutes."""
        mark = f"id {short_id(video.id)}"
        since = discord.Object(_begun_at(video))
        try:
            async for message in channel.history(after=since, oldest_first=False, limit=_LOOK_AT):
                if message.author == self._calls.client.user and message.content.endswith(mark):
                    return message
        except discord.Forbidden:
            return None  # the right to read was lost; the nonce is what remains
        return None


def _begun_at(video: Video) -> int:
    """Return the id of what stood there before this telling of the video: one of Discord's."""
    return video.notice.message_id if video.notice else video.id


def _withheld(outcome: Outcome) -> Outcome:
    """Return an outcome without the way to what was flagged."""
    return Flagged() if isinstance(outcome, Flagged) else outcome


async def _is_done(work: Awaitable[object]) -> bool:
    """Tell whether it was done, or had nothing to be done on."""
    try:
        await work
    except PlaceClosed as error:
        return isinstance(error.__cause__, discord.NotFound)
    except DiscordUnavailable:
        return False
    return True
