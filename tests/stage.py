"""A small Discord server with one member and the real bot in it."""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import aiohttp
import discord
from discord.http import Route
from PIL import Image
from simcord import ChannelHandle, GuildHandle, MemberActor
from simcord.env import Env
from simcord.results import InteractionResult

from bot.app import Firstframe
from bot.model import Access, Place, Reply, Video, VideoId
from bot.settings import Settings, read_settings
from sandbox.film import render
from tests.furnished import furnish

KEY = "apikey-test"
PATIENCE_S = 30.0


@cache
def _film() -> bytes:
    return render("a test", seconds=0.2, longest=160)


def tiny_film(prompt: str, picture: bytes | None) -> bytes:
    """Stand in for the long film: the same small real MP4 for everyone."""
    return _film()


def environ(atlas_url: str, database_url: str, **more: str) -> dict[str, str]:
    """Return the environment of a quick bot that talks to the simulated Atlas."""
    return {
        "DISCORD_TOKEN": "discord-token-of-the-test",
        "ATLASCLOUD_API_KEY": KEY,
        "ATLAS_BASE_URL": atlas_url,
        "DATABASE_URL": database_url,
        "POLL_MIN_S": "0.05",
        "POLL_MAX_S": "0.1",
        "POLLS_PER_S": "1000",
        "ALLOW_PRIVATE_OUTPUTS": "1",
        "DELIVER": "link",
        "PROCESS_NAME": "test",
    } | more


def settings_for(atlas_url: str, database_url: str, **more: str) -> Settings:
    """Return the settings of that bot."""
    return read_settings(environ(atlas_url, database_url, **more), host="test")


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def picture(width: int = 640, height: int = 400, form: str = "PNG") -> tuple[str, bytes]:
    """Return a real picture as Discord's members attach it: a name and bytes."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, form)
    return f"holiday.{form.lower()}", buffer.getvalue()


async def until(condition: Callable[[], Any], what: str = "it") -> None:
    """Wait until something is so, looking often. Raises AssertionError when it takes too long."""
    give_up_at = time.perf_counter() + PATIENCE_S
    while not condition():
        if time.perf_counter() > give_up_at:
            raise AssertionError(f"{what} did not happen within {PATIENCE_S} s")
        await asyncio.sleep(0.02)


def a_video(**traits: Any) -> Video:
    """Return a video that was asked for long ago in a direct message, or with other traits."""
    usual: dict[str, Any] = {
        "id": VideoId(2**62 + 1),
        "asked_at": 1_000.5,
        "member_id": 2**62 + 2,
        "place": Place(channel_id=3, guild_id=None, access=Access.CHANNEL),
        "reply": Reply(application_id=4, token="token"),
        "prompt": "a boat",
        "prompt_expansion": False,
        "model": "minimax/video-01",
        "accepted_at": 1_001.5,
        "first_frame": None,
    }
    return Video(**usual | traits)


@dataclass
class Stage:
    """Where a story plays."""

    env: Env
    bot: Firstframe
    guild: GuildHandle
    channel: ChannelHandle
    alice: MemberActor
    posts_lost: int = 0

    @property
    def me(self) -> discord.ClientUser:
        """The bot, as Discord knows it."""
        assert self.bot.user is not None
        return self.bot.user

    async def video(self, prompt: str, **options: Any) -> InteractionResult:
        """Let Alice type `/video`."""
        return await self.alice.slash(self.channel, "video", prompt=prompt, **options)

    async def thread(self) -> ChannelHandle:
        """Wait for the first thread and return it."""
        await until(lambda: self.channel.threads, "a thread")
        return self.channel.threads[0]

    async def result(self, place: ChannelHandle) -> discord.Message:
        """Wait for the message that ends a video, and return it."""
        await until(lambda: self.results(place), "a result")
        return self.results(place)[-1]

    def results(self, place: ChannelHandle) -> list[discord.Message]:
        """Return the messages that end a video: ours, with a mention and an id."""
        return [m for m in place.history() if m.content.startswith("<@") and "· id " in m.content]

    async def restart(self, settings: Settings | None = None) -> None:
        """Stop the bot as a deploy would, and start a new one, perhaps set up otherwise."""
        await self.bot.close()
        self.bot = Firstframe(settings or self.bot.settings)
        await self.env.restart_bot(self.bot)

    async def repeat_last_interaction(self) -> None:
        """Deliver an interaction a second time, as a gateway may after a resume."""
        seen = [entry for entry in self.env.backend.transcript if entry[1] == "INTERACTION_CREATE"]
        self.env.backend.emit("INTERACTION_CREATE", seen[-1][2])
        await self.env.settle()

    def lose_answer_of_next_post(self) -> None:
        """Let Discord take the bot's next message, and cut the connection instead of answering."""
        answer = self.bot.http.request
        self.posts_lost = 0

        async def lose(route: Route, **options: Any) -> Any:
            answered = await answer(route, **options)
            if self.posts_lost == 0 and route.method == "POST" and route.url.endswith("/messages"):
                self.posts_lost += 1
                raise aiohttp.ServerDisconnectedError
            return answered

        self.bot.http.request = lose

    def spoil_cards(self) -> None:
        """Let Discord answer each change of a message with what discord.py cannot read."""
        answer = self.bot.http.request

        async def spoil(route: Route, **options: Any) -> Any:
            answered = await answer(route, **options)
            return "<html>" if route.method == "PATCH" else answered

        self.bot.http.request = spoil

    def card(self, shown: InteractionResult) -> str:
        """Return all text on the status card."""
        assert shown.response is not None
        return texts(shown.response.components)


def texts(components: list[dict[str, Any]]) -> str:
    """Return the text displays in a tree of components."""
    found = [str(item["content"]) for item in components if "content" in item]
    inner = [texts(item["components"]) for item in components if "components" in item]
    return "\n".join(found + inner)


@asynccontextmanager
async def stage(settings: Settings) -> AsyncGenerator[Stage]:
    """Open the curtain: the bot is logged in, and stops cleanly at the end."""
    furnish(settings.database_url)
    bot = Firstframe(settings)
    env = Env(bot, shard_count=1, settle_timeout=PATIENCE_S)
    try:
        await env.start()
    except BaseException:
        await bot.close()
        raise
    guild = env.create_guild("Studio")
    channel = guild.create_text_channel("videos")
    alice = guild.add_member(env.create_user("alice"))
    play = Stage(env, bot, guild, channel, alice)
    try:
        yield play
    finally:
        await play.bot.close()
        await env.shutdown()
    env.raise_errors()
