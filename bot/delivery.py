"""The way to Discord: the card, the thread, the result; each call ends or is translated.

Everything after acceptance goes with the bot token to saved ids, because an interaction's token
dies after 15 minutes. Only a place that the bot itself cannot enter is reached by the token.
"""

import asyncio
import io
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any, Final

import aiohttp
import discord

from bot.attached import card_picture
from bot.buttons import fit_button, row
from bot.cards import Carries, result_buttons, result_message, status_card
from bot.errors import DiscordUnavailable, PlaceClosed
from bot.language import language
from bot.model import (
    TOKEN_LIFE_S,
    Access,
    Arrival,
    Cancelled,
    Deleted,
    Ending,
    Flagged,
    Nsfw,
    Outcome,
    Post,
    Ready,
    Reply,
    Status,
    Video,
    short_id,
)
from bot.picture import Picture, PictureMisfits
from bot.places import is_age_restricted
from bot.prompt import title_of
from bot.reels import Reels
from bot.sentence import Sentence
from bot.source import Upload
from bot.words import endings, fits
from bot.words.cards import PICTURE_ALT, UNTITLED, VIDEO_ALT

_CALL_TIMEOUT_S: Final = 45.0
_ARCHIVE_AFTER_MIN: Final = 1440
_MAY_STILL_COME_S: Final = 20.0  # Discord takes a first answer for three seconds
_THREAD_EXISTS: Final = 160004
_BLOCKED_WORDS: Final = {200000, 200001}  # AutoMod disliked the thread's title
_TOO_MANY: Final = 429
_LOOK_AT: Final = 1000


class _Original(int):
    """The word that Discord takes in place of the id of an interaction's first answer."""

    def __str__(self) -> str:
        return "@original"

    def __format__(self, spec: str) -> str:
        return str(self)


_ORIGINAL: Final = _Original()


class Delivery:
    """Sends what was decided elsewhere.

    All methods raise PlaceClosed when asking again would not help, and DiscordUnavailable when
    it would.
    """

    def __init__(self, client: discord.Client, reels: Reels) -> None:
        self._client = client
        self._reels = reels

    async def awaits_answer(self, arrival: Arrival) -> bool:
        """Tell whether Discord still shows "thinking…" for a command."""
        if not _token_lives(arrival):
            return False
        try:
            async with _translated():
                original = await self._webhook(arrival.reply).fetch_message(_ORIGINAL)
        except PlaceClosed as error:
            if time.time() - arrival.asked_at < _MAY_STILL_COME_S:
                raise DiscordUnavailable("not acknowledged yet") from error
            return False
        return original.flags.loading

    async def fetch(self, upload: Upload) -> bytes:
        """Return the bytes of a file that a member attached."""
        async with _translated():
            return await self._client.http.get_from_cdn(upload.url)

    async def picture_on_card(self, video: Video) -> Upload:
        """Return where the picture on a card lies: its address is signed anew with each look."""
        if video.card_id is None or video.place.access is Access.REPLY:
            raise PlaceClosed("no card to look at")
        async with _translated():
            channel = self._channel(video.place.channel_id, video)
            picture = card_picture(await channel.fetch_message(video.card_id))
        if picture is None:
            raise PlaceClosed("no picture on the card")
        return picture

    async def refuse(self, arrival: Arrival, sentence: Sentence) -> None:
        """Answer a command that became no video."""
        said = language(arrival.locale).say(sentence)
        async with _translated():
            await self._webhook(arrival.reply).edit_message(_ORIGINAL, content=said)

    async def offer(self, arrival: Arrival, misfit: PictureMisfits) -> None:
        """Answer a command by what could be made of its picture, with a button for each.

        A plain message: what components show is missing among the attachments of a message, where
        the chosen picture is fetched from.
        https://discord.com/developers/docs/resources/message#message-object
        """
        say = language(arrival.locale).say
        choices = [*(fitted.fit for fitted in misfit.fits), None]
        files = [
            _file(fitted.picture, say(fits.PREVIEW_ALTS[fitted.fit]), name=fitted.filename)
            for fitted in misfit.fits
        ]
        async with _translated():
            await self._webhook(arrival.reply).edit_message(
                _ORIGINAL,
                content=say(fits.choice(misfit.sentence)),
                attachments=files,
                view=row(*(fit_button(arrival.id, fit, arrival.locale) for fit in choices)),
            )

    async def close_offer(self, arrival: Arrival, message_id: int) -> None:
        """Take the buttons off an offer, by its own token while that lives, then by the bot's."""
        async with _translated():
            if _token_lives(arrival):
                await self._webhook(arrival.reply).edit_message(_ORIGINAL, view=None)
            else:
                channel = self._channel(arrival.place.channel_id, arrival)
                await channel.get_partial_message(message_id).edit(view=None)

    async def show_card(self, video: Video, status: Status, picture: Picture | None) -> int:
        """Put the status card in the place of "thinking…"; return the message's id.

        Without the picture, that may have been let go meanwhile, the card shows none.
        """
        alt = language(video.locale).say(PICTURE_ALT)
        files = [] if picture is None else [_file(picture, alt)]
        view = status_card(video if files else replace(video, first_frame=None), status)
        async with _translated():
            message = await self._webhook(video.reply).edit_message(
                _ORIGINAL, view=view, attachments=files
            )
        return message.id

    async def open_thread(self, video: Video, card_id: int) -> int:
        """Open the thread on the card; return its id, also when it was open already."""
        untitled = language(video.locale).say(UNTITLED)
        async with _translated():
            try:
                title = title_of(video.prompt, otherwise=untitled)
                return await self._start_thread(video, card_id, title)
            except discord.HTTPException as error:
                if error.code == _THREAD_EXISTS:
                    return card_id  # a thread has the id of the message it stands on
                if error.code not in _BLOCKED_WORDS:
                    raise
            return await self._start_thread(video, card_id, untitled)

    async def update_card(self, video: Video, status: Status, *, only_here: bool = False) -> int:
        """Show another status on the card, and the video itself where only the card can.

        Returns the message's id.
        """
        by_token = video.place.access is Access.REPLY
        shown = video if video.card_id else replace(video, first_frame=None)  # it has no file
        card: dict[str, Any] = {"view": status_card(shown, status, only_here=only_here or by_token)}
        if isinstance(status, Deleted):
            card["attachments"] = []
        async with _translated():
            if by_token:
                return (await self._webhook(video.reply).edit_message(_ORIGINAL, **card)).id
            if video.card_id is None:
                raise PlaceClosed("no card")
            channel = self._channel(video.place.channel_id, video)
            return (await channel.get_partial_message(video.card_id).edit(**card)).id

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
        is_for_card = video.place.access is Access.REPLY and _token_lives(video)
        if is_for_card or isinstance(ending.outcome, Cancelled | Deleted):
            with suppress(PlaceClosed):
                return await self._show_on_card(video, ending)
        if tried_before and (post := await self._search(video)) is not None:
            return post
        async for channel in self._ways(video):
            with suppress(PlaceClosed):
                there = self._as_shown_in(channel, video, ending)
                message = await self._post(channel, video, there, attach=attach)
                return Post(message.channel.id, message.id)
        with suppress(PlaceClosed):
            return await self._show_on_card(video, ending)
        return None

    async def withdraw_notice(self, video: Video) -> None:
        """Let the message that told of a loss say that the video came after all."""
        notice = video.notice
        if notice is None or notice.message_id == video.card_id:
            return  # there was none, or it is the card, which shows the outcome by itself
        message = self._channel(notice.channel_id, video).get_partial_message(notice.message_id)
        async with _translated():
            await message.edit(content=language(video.locale).say(endings.FOUND), view=None)

    async def take_down(self, video: Video, post: Post | None) -> bool:
        """Delete a result, and empty its card and thread's name; False when something stays.

        What is gone already is as good as deleted.
        """
        works = list[Awaitable[object]]()
        if post is not None and post.message_id != video.card_id:
            works.append(self._delete(video, post))
        if video.card_id is not None:
            works.append(self.update_card(video, Deleted()))
        if video.thread_id is not None:
            works.append(self._rename(video, video.thread_id))
        return all([await _is_done(work) for work in works])

    async def _delete(self, video: Video, post: Post) -> None:
        message = self._channel(post.channel_id, video).get_partial_message(post.message_id)
        async with _translated():
            await message.delete()

    async def _rename(self, video: Video, thread_id: int) -> None:
        """Whoever opened a thread may name it."""
        untitled = language(video.locale).say(UNTITLED)
        async with _translated():
            await self._client.http.edit_channel(thread_id, name=untitled)

    async def _start_thread(self, video: Video, card_id: int, name: str) -> int:
        # PartialMessage.create_thread needs the guild in the cache, which fills after login.
        thread = await self._client.http.start_thread_with_message(
            video.place.channel_id, card_id, name=name, auto_archive_duration=_ARCHIVE_AFTER_MIN
        )
        return int(thread["id"])

    async def _show_on_card(self, video: Video, ending: Ending) -> Post:
        card_id = await self.update_card(video, _withheld(ending).outcome, only_here=True)
        return Post(video.place.channel_id, card_id)

    async def _ways(self, video: Video) -> AsyncIterator[discord.abc.Messageable]:
        if video.place.access is not Access.REPLY:
            if video.thread_id is not None:
                yield self._channel(video.thread_id, video)
            yield self._channel(video.place.channel_id, video)
        with suppress(PlaceClosed):
            async with _translated():
                direct = await self._client.create_dm(discord.Object(video.member_id))
            yield direct

    def _as_shown_in(
        self, channel: discord.abc.Messageable, video: Video, ending: Ending
    ) -> Ending:
        """Return what may be shown there: the flagged only where it was asked for, to adults."""
        there = self._client.get_channel(video.place.channel_id)
        is_there = isinstance(channel, discord.PartialMessageable)  # and no direct message
        return ending if is_there and is_age_restricted(there) else _withheld(ending)

    async def _post(
        self, channel: discord.abc.Messageable, video: Video, ending: Ending, *, attach: bool
    ) -> discord.Message:
        """Post with the file if that can be; what Discord refuses with it, it may take without."""
        if attach and isinstance(ending.outcome, Ready | Flagged):
            links, most_bytes = ending.outcome.links, self._file_limit(video)
            async with self._reels.lend(video, links, most_bytes=most_bytes) as reel:
                if reel is not None:
                    with suppress(PlaceClosed):
                        return await self._send(channel, video, ending, reel)
        return await self._send(channel, video, ending)

    async def _send(
        self,
        channel: discord.abc.Messageable,
        video: Video,
        ending: Ending,
        reel: io.BufferedIOBase | None = None,
    ) -> discord.Message:
        """Discord answers a repeated nonce with the first message that bore it."""
        carries = Carries.LINK_INSTEAD if self._reels.is_promised(video) else Carries.LINK
        files = list[discord.File]()
        if reel is not None:
            carries, files = Carries.FILE, [_film(reel, video, ending.outcome)]
        async with _translated():
            return await channel.send(
                result_message(video, ending.outcome, took_s=ending.took_s, carries=carries),
                view=result_buttons(video, ending.outcome, carries=carries),
                files=files,
                nonce=str(_begun_at(video)),
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(video.member_id)]),
            )

    def _file_limit(self, video: Video) -> int:
        """Return how many bytes a file of ours may have where a video was asked for.

        A place that takes less than its server does says so.
        """
        guild = self._client.get_guild(video.place.guild_id or 0)
        return guild.filesize_limit if guild else discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES

    async def _search(self, video: Video) -> Post | None:
        """Return the result that an earlier try posted, wherever that was; None without one."""
        async for channel in self._ways(video):
            with suppress(PlaceClosed):
                async with _translated():
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
                if message.author == self._client.user and message.content.endswith(mark):
                    return message
        except discord.Forbidden:
            return None  # the right to read was lost; the nonce is what remains
        return None

    def _channel(self, channel_id: int, asked: Arrival | Video) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel_id, guild_id=asked.place.guild_id)

    def _webhook(self, reply: Reply) -> discord.Webhook:
        return discord.Webhook.partial(reply.application_id, reply.token, client=self._client)


def _token_lives(asked: Arrival | Video) -> bool:
    return time.time() - asked.asked_at < TOKEN_LIFE_S


def _begun_at(video: Video) -> int:
    """Return the id of what stood there before this telling of the video: one of Discord's."""
    return video.notice.message_id if video.notice else video.id


@asynccontextmanager
async def _translated() -> AsyncGenerator[None]:
    """End every call in time, and say by the error what to do next."""
    try:
        async with asyncio.timeout(_CALL_TIMEOUT_S):
            yield
    except (discord.DiscordServerError, discord.RateLimited) as error:
        raise DiscordUnavailable(type(error).__name__) from error
    except discord.HTTPException as error:
        if error.status == _TOO_MANY or error.code == 0:
            # Without a code of Discord's own it says nothing about the place: a dead bot token,
            # or a page of the edge.
            raise DiscordUnavailable(str(error.status)) from error
        raise PlaceClosed(f"{error.status}/{error.code}") from error
    except (aiohttp.ClientError, OSError) as error:
        raise DiscordUnavailable(type(error).__name__) from error


def _file(picture: Picture, description: str, *, name: str | None = None) -> discord.File:
    name = name or picture.filename
    return discord.File(io.BytesIO(picture.content), name, description=description)


def _film(reel: io.BufferedIOBase, video: Video, outcome: Outcome) -> discord.File:
    description = language(video.locale).say(VIDEO_ALT)
    is_hidden = isinstance(outcome, Flagged) and video.nsfw is not Nsfw.WARN
    name = f"{short_id(video.id)}.mp4"
    return discord.File(reel, name, description=description, spoiler=is_hidden)


def _withheld(ending: Ending) -> Ending:
    """Return an ending without the way to what was flagged."""
    return replace(ending, outcome=Flagged()) if isinstance(ending.outcome, Flagged) else ending


async def _is_done(work: Awaitable[object]) -> bool:
    """Tell whether it was done, or had nothing to be done on."""
    try:
        await work
    except PlaceClosed as error:
        return isinstance(error.__cause__, discord.NotFound)
    except DiscordUnavailable:
        return False
    return True
