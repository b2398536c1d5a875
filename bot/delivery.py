"""The way to Discord: the card, the thread, the result; each call ends or is translated.

Everything after acceptance goes with the bot token to saved ids, because an interaction's token
dies after 15 minutes. Only a place that the bot itself cannot enter is reached by the token.
"""

import asyncio
import io
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Final

import aiohttp
import discord

from bot.attached import card_picture
from bot.cards import result_buttons, result_message, status_card
from bot.errors import DiscordUnavailable, PlaceClosed
from bot.language import language
from bot.model import (
    TOKEN_LIFE_S,
    Access,
    Arrival,
    Ending,
    Post,
    Reply,
    Status,
    Video,
    short_id,
)
from bot.picture import Picture
from bot.prompt import title_of
from bot.sentence import Sentence
from bot.source import Upload
from bot.words import endings
from bot.words.cards import PICTURE_ALT, UNTITLED

_CALL_TIMEOUT_S: Final = 45.0
_ARCHIVE_AFTER_MIN: Final = 1440
_MAY_STILL_COME_S: Final = 60.0
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

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def awaits_answer(self, arrival: Arrival) -> bool:
        """Tell whether Discord still shows "thinking…" for a command."""
        if not self._token_lives(arrival):
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

    async def show_card(self, video: Video, status: Status, picture: Picture | None) -> int:
        """Put the status card in the place of "thinking…"; return the message's id."""
        files = [] if picture is None else [_file(picture, language(video.locale).say(PICTURE_ALT))]
        view = status_card(video, status)
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
        view = status_card(shown, status, only_here=only_here or by_token)
        async with _translated():
            if by_token:
                return (await self._webhook(video.reply).edit_message(_ORIGINAL, view=view)).id
            if video.card_id is None:
                raise PlaceClosed("no card")
            channel = self._channel(video.place.channel_id, video)
            return (await channel.get_partial_message(video.card_id).edit(view=view)).id

    async def deliver(self, video: Video, ending: Ending, *, tried_before: bool) -> Post | None:
        """Show the outcome once, on the first way that is open; None when none is.

        With an earlier try whose end is not known, each place is searched before anything is
        posted in it. An edit shows a thing once, however often it is repeated: so the card is the
        first way where only it can answer, and the last one elsewhere.
        """
        if video.place.access is Access.REPLY and self._token_lives(video):
            with suppress(PlaceClosed):
                return await self._show_on_card(video, ending)
        async for channel in self._ways(video):
            with suppress(PlaceClosed):
                async with _translated():
                    earlier = await self._posted(channel, video) if tried_before else None
                    message = earlier or await self._post(channel, video, ending)
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

    async def _start_thread(self, video: Video, card_id: int, name: str) -> int:
        # PartialMessage.create_thread needs the guild in the cache, which fills after login.
        thread = await self._client.http.start_thread_with_message(
            video.place.channel_id, card_id, name=name, auto_archive_duration=_ARCHIVE_AFTER_MIN
        )
        return int(thread["id"])

    async def _show_on_card(self, video: Video, ending: Ending) -> Post:
        card_id = await self.update_card(video, ending.outcome, only_here=True)
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

    async def _post(
        self, channel: discord.abc.Messageable, video: Video, ending: Ending
    ) -> discord.Message:
        """Discord answers a repeated nonce with the first message that bore it."""
        return await channel.send(
            result_message(video, ending.outcome, took_s=ending.took_s),
            view=result_buttons(video, ending.outcome),
            nonce=str(video.notice.message_id if video.notice else video.id),
            allowed_mentions=discord.AllowedMentions(users=[discord.Object(video.member_id)]),
        )

    async def _posted(
        self, channel: discord.abc.Messageable, video: Video
    ) -> discord.Message | None:
        """Look for the result by our name and its id: a nonce is forgotten within minutes."""
        mark = f"id {short_id(video.id)}"
        since = discord.Object(video.notice.message_id if video.notice else video.id)
        try:
            async for message in channel.history(after=since, oldest_first=False, limit=_LOOK_AT):
                if message.author == self._client.user and message.content.endswith(mark):
                    return message
        except discord.Forbidden:
            return None  # the right to read was lost; the nonce is what remains
        return None

    def _channel(self, channel_id: int, video: Video) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel_id, guild_id=video.place.guild_id)

    def _webhook(self, reply: Reply) -> discord.Webhook:
        return discord.Webhook.partial(reply.application_id, reply.token, client=self._client)

    def _token_lives(self, asked: Arrival | Video) -> bool:
        return time.time() - asked.asked_at < TOKEN_LIFE_S


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
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise DiscordUnavailable(type(error).__name__) from error


def _file(picture: Picture, description: str) -> discord.File:
    return discord.File(io.BytesIO(picture.content), picture.filename, description=description)
