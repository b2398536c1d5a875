"""How Discord is called: at saved ids, in time, with errors that say what to do next."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
import discord

from bot.errors import DiscordUnavailable, PlaceClosed
from bot.model import TOKEN_LIFE_S, Arrival, Reply, Video

_CALL_TIMEOUT_S: Final = 45.0
_TOO_MANY: Final = 429


class _Original(int):
    """The word that Discord takes in place of the id of an interaction's first answer."""

    def __str__(self) -> str:
        return "@original"

    def __format__(self, spec: str) -> str:
        return str(self)


ORIGINAL: Final = _Original()


class Calls:
    """The client, and what can be reached through it without a look at its cache."""

    def __init__(self, client: discord.Client) -> None:
        self.client = client

    def channel(self, channel_id: int, asked: Arrival | Video) -> discord.PartialMessageable:
        """Return a channel, or thread, in the server where something was asked for."""
        return self.client.get_partial_messageable(channel_id, guild_id=asked.place.guild_id)

    def webhook(self, reply: Reply) -> discord.Webhook:
        """Return the way by an interaction's token."""
        return discord.Webhook.partial(reply.application_id, reply.token, client=self.client)


def token_lives(asked: Arrival | Video) -> bool:
    """Tell whether the token of the command may still be used."""
    return time.time() - asked.asked_at < TOKEN_LIFE_S


@asynccontextmanager
async def translated() -> AsyncGenerator[None]:
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
