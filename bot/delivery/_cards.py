"""The status card of a video, and the thread that stands on it."""

from dataclasses import replace
from typing import Any, Final

import discord

from bot.cards import status_card
from bot.delivery._calls import ORIGINAL, Calls, translated
from bot.delivery._files import picture_file
from bot.errors import PlaceClosed
from bot.language import language
from bot.model import Access, Deleted, Status, Video
from bot.picture import Picture
from bot.prompt import title_of
from bot.words.cards import PICTURE_ALT, UNTITLED

_ARCHIVE_AFTER_MIN: Final = 1440
_THREAD_EXISTS: Final = 160004
_BLOCKED_WORDS: Final = {200000, 200001}  # AutoMod disliked the thread's title


class Cards:
    """Where a member sees what becomes of a video."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def show(self, video: Video, status: Status, picture: Picture | None) -> int:
        """Put the status card in the place of "thinking…"; return the message's id.

        Without the picture, that may have been let go meanwhile, the card shows none.
        """
        alt = language(video.locale).say(PICTURE_ALT)
        files = [] if picture is None else [picture_file(picture, alt)]
        view = status_card(video if files else replace(video, first_frame=None), status)
        async with translated():
            message = await self._calls.webhook(video.reply).edit_message(
                ORIGINAL, view=view, attachments=files
            )
        return message.id

    async def open_thread(self, video: Video, card_id: int) -> int:
        """Open the thread on the card; return its id, also when it was open already."""
        untitled = language(video.locale).say(UNTITLED)
        async with translated():
            try:
                title = title_of(video.prompt, otherwise=untitled)
                return await self._start_thread(video, card_id, title)
            except discord.HTTPException as error:
                if error.code == _THREAD_EXISTS:
                    return card_id  # a thread has the id of the message it stands on
                if error.code not in _BLOCKED_WORDS:
                    raise
            return await self._start_thread(video, card_id, untitled)

    async def update(
        self,
        video: Video,
        status: Status,
        *,
        only_here: bool = False,
        film: discord.File | None = None,
    ) -> int:
        """Show another status on the card, and the video itself where only the card can.

        The film takes the place of the picture. Returns the message's id.
        """
        by_token = video.place.access is Access.REPLY
        has_picture = video.card_id is not None and film is None
        view = status_card(
            video if has_picture else replace(video, first_frame=None),
            status,
            only_here=only_here or by_token,
            film=film and film.filename,
        )
        card: dict[str, Any] = {"view": view}
        if film is not None or isinstance(status, Deleted):
            card["attachments"] = [] if film is None else [film]
        async with translated():
            if by_token:
                return (await self._calls.webhook(video.reply).edit_message(ORIGINAL, **card)).id
            if video.card_id is None:
                raise PlaceClosed("no card")
            channel = self._calls.channel(video.place.channel_id, video)
            return (await channel.get_partial_message(video.card_id).edit(**card)).id

    async def rename_thread(self, video: Video, thread_id: int) -> None:
        """Whoever opened a thread may name it."""
        untitled = language(video.locale).say(UNTITLED)
        async with translated():
            await self._calls.client.http.edit_channel(thread_id, name=untitled)

    async def _start_thread(self, video: Video, card_id: int, name: str) -> int:
        # PartialMessage.create_thread needs the guild in the cache, which fills after login.
        thread = await self._calls.client.http.start_thread_with_message(
            video.place.channel_id, card_id, name=name, auto_archive_duration=_ARCHIVE_AFTER_MIN
        )
        return int(thread["id"])
