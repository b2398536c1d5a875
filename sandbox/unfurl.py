"""Discord's part in showing a link: a bare .mp4 link in a message becomes a player.

Real Discord fetches the link and adds a `video` embed to the message, in the name of nobody:
https://discord.com/developers/docs/resources/message#embed-object-embed-types
"""

from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import simcord
from simcord.backend.serializers import message_payload

from sandbox.events import Post
from sandbox.window import Window


async def unfurl(
    env: simcord.Env, window: Window, post: Post, session: aiohttp.ClientSession
) -> None:
    """Add a player for every video that a message links to."""
    embeds: list[dict[str, Any]] = []
    for link in post.bare_links:
        name = PurePosixPath(urlsplit(link).path).name
        if not name.endswith(".mp4"):
            continue
        with suppress(aiohttp.ClientError):  # then the link stands alone, as in real Discord
            async with session.get(link, raise_for_status=True) as answer:
                window.lend(link, name, await answer.read())
            embeds.append({"type": "video", "url": link, "video": {"url": link}})
    if embeds:
        message = env.backend.get_message(post.channel_id, post.id)
        message.embeds = embeds
        env.backend.emit("MESSAGE_UPDATE", dict(message_payload(env.backend, message)))
