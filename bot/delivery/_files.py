"""Files that lie at Discord, and those that are sent there."""

import io

import discord

from bot.attached import card_picture
from bot.delivery._calls import Calls, translated
from bot.errors import PlaceClosed
from bot.language import language
from bot.model import Access, Flagged, Nsfw, Outcome, Video, short_id
from bot.picture import Picture
from bot.source import Upload
from bot.words.cards import VIDEO_ALT


class Uploads:
    """The pictures that members attached."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def fetch(self, upload: Upload) -> bytes:
        """Return the bytes of a file that a member attached."""
        async with translated():
            return await self._calls.client.http.get_from_cdn(upload.url)

    async def on_card(self, video: Video) -> Upload:
        """Return where the picture on a card lies: its address is signed anew with each look."""
        if video.card_id is None or video.place.access is Access.REPLY:
            raise PlaceClosed("no card to look at")
        async with translated():
            channel = self._calls.channel(video.place.channel_id, video)
            picture = card_picture(await channel.fetch_message(video.card_id))
        if picture is None:
            raise PlaceClosed("no picture on the card")
        return picture


def picture_file(picture: Picture, description: str, *, name: str | None = None) -> discord.File:
    """Return a picture as a file to be sent, under its own name if there is no other."""
    name = name or picture.filename
    return discord.File(io.BytesIO(picture.content), name, description=description)


def film_file(reel: io.BufferedIOBase, video: Video, outcome: Outcome) -> discord.File:
    """Return a video as a file to be sent; hidden where the flagged is to be."""
    description = language(video.locale).say(VIDEO_ALT)
    is_hidden = isinstance(outcome, Flagged) and video.nsfw is not Nsfw.WARN
    name = f"{short_id(video.id)}.mp4"
    return discord.File(reel, name, description=description, spoiler=is_hidden)
