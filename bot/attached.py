"""The picture of a message: attached, embedded, or a sticker.

Its address is always one of Discord's own: what others host is fetched through Discord's proxy.
"""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

import discord

from bot.source import Upload

_SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic"}
_STILL: Final = {discord.StickerFormatType.png, discord.StickerFormatType.apng}
_UNKNOWN: Final = 0  # bytes; what is really received is held to the limit

Shown = discord.Message | discord.MessageSnapshot


def picture_of(message: discord.Message) -> Upload | None:
    """Return the first picture of a message, or of one that it forwards; None without any."""
    shown: list[Shown] = [message, *message.message_snapshots]
    return next((picture for each in shown for picture in _pictures(each)), None)


def card_picture(message: discord.Message | None) -> Upload | None:
    """Return the first frame on a card of ours; None without one."""
    files = message.attachments if message is not None else []
    ours = (file for file in files if file.filename.startswith("first-frame."))
    return next((Upload(file.url, file.size) for file in ours), None)


def _pictures(shown: Shown) -> Iterator[Upload]:
    for file in shown.attachments:
        if _is_picture(file):
            yield Upload(file.url, file.size)
    for embed in shown.embeds:
        for media in (embed.image, embed.thumbnail):
            if media.proxy_url:
                yield Upload(media.proxy_url, _UNKNOWN)
    for sticker in shown.stickers:
        if sticker.format in _STILL:
            yield Upload(sticker.url, _UNKNOWN)


def _is_picture(file: discord.Attachment) -> bool:
    """Discord tells the type sometimes only."""
    if file.content_type is not None:
        return file.content_type.startswith("image/")
    return PurePath(file.filename).suffix.lower() in _SUFFIXES
