"""The bot in a process of its own, killed at every step of the story: one submit, one result."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess, SocketDiscord
from tests.stage import environ

PATIENCE_S = 20.0


@dataclass
class Theatre:
    """A bot process between a Discord and an Atlas that live in the test."""

    discord: SocketDiscord
    atlas: SimulatedAtlas
    bot: BotProcess
    channel: int
    member: int

    async def start(self) -> None:
        """Start the bot, also after it was killed, and wait until it takes commands."""
        await self.discord.wait_disconnected()
        await self.bot.start()
        await self.discord.wait_connected()

    async def video(self, prompt: str = "a paper boat", **more: Any) -> int:
        return await self.discord.slash(
            self.channel, self.member, "video", {"prompt": prompt}, **more
        )

    def results(self) -> list[str]:
        """Return every message that ends a video, wherever it stands."""
        places = [self.channel, *(int(thread["id"]) for thread in self.threads())]
        said = [str(m["content"]) for place in places for m in self.discord.messages(place)]
        return [content for content in said if content.startswith("<@") and "· id " in content]

    def threads(self) -> list[dict[str, Any]]:
        return self.discord.threads(self.channel)

    async def result(self) -> str:
        await self.discord.until(self.results, timeout_s=PATIENCE_S)
        return self.results()[0]

    def submits(self) -> int:
        return sum(request.path.endswith("/generateVideo") for request in self.atlas.requests)

    def card(self, interaction: int) -> str:
        return str(self.discord.original(interaction))

    async def ended(self, interaction: int, word: str = "**Ready.**") -> None:
        """Wait for the last thing that happens in a story: the card's last change."""
        await self.discord.until(lambda: word in self.card(interaction), timeout_s=PATIENCE_S)


@asynccontextmanager
async def theatre(atlas: SimulatedAtlas, database_url: str) -> AsyncGenerator[Theatre]:
    async with SocketDiscord() as discord:
        guild = discord.guild()
        env = environ(atlas.base_url, database_url)
        async with BotProcess(discord.base, "bot", env=env) as bot:
            await discord.wait_connected()
            yield Theatre(discord, atlas, bot, discord.text_channel(guild), discord.member(guild))


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Theatre]:
    async with theatre(atlas, f"sqlite:///{tmp_path / 'bot.sqlite3'}") as play:
        yield play


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (640, 400), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def kill_at(play: Theatre, *, when: str, method: str, path: str) -> asyncio.Event:
    """Let the bot die of SIGKILL at its next request that matches; return when it happened.

    Killed before, the request never arrives; killed after, its answer never does.
    """
    died = asyncio.Event()

    async def strike(seen_method: str, seen_path: str) -> None:
        if not died.is_set() and seen_method == method and fnmatch(seen_path, path):
            died.set()
            if when == "before":
                play.discord.fail_next(method, path, status=None, after_effect=False)
            await play.bot.kill()

    setattr(play.discord, f"{when}_effect", strike)
    return died


CARD = ("PATCH", "*/messages/@original")
THREAD = ("POST", "*/threads")
RESULT = ("POST", "/channels/*/messages")
EDIT = ("PATCH", "/channels/*/messages/*")
PICTURE = ("GET", "/attachments/*")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("method", "path"), [PICTURE, CARD, THREAD, RESULT, EDIT], ids=lambda step: str(step)
)
async def test_killed_at_a_step_in_discord(
    play: Theatre, when: str, method: str, path: str
) -> None:
    died = kill_at(play, when=when, method=method, path=path)
    interaction = await play.video(attachment=picture())
    await asyncio.wait_for(died.wait(), PATIENCE_S)

    await play.start()

    await play.ended(interaction)
    assert len(play.results()) == 1
    assert play.submits() == 1
    assert len(play.threads()) == 1


async def test_killed_before_the_acknowledgement_nothing_is_made(play: Theatre) -> None:
    died = kill_at(play, when="before", method="POST", path="/interactions/*/callback")
    await play.video()
    await asyncio.wait_for(died.wait(), PATIENCE_S)

    await play.start()
    other = await play.video("another")

    await play.ended(other)
    assert [prediction.prompt for prediction in play.atlas.predictions] == ["another"]


async def test_killed_right_after_the_acknowledgement_the_command_goes_on(play: Theatre) -> None:
    died = kill_at(play, when="after", method="POST", path="/interactions/*/callback")
    interaction = await play.video()
    await asyncio.wait_for(died.wait(), PATIENCE_S)

    await play.start()

    await play.ended(interaction)
    assert play.submits() == 1


async def test_killed_while_waiting_the_video_is_delivered_after_the_restart(
    play: Theatre,
) -> None:
    play.atlas.generation_s = 1.5
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating**" in play.card(interaction))
    await play.bot.kill()

    await play.start()

    await play.ended(interaction)
    assert len(play.results()) == 1
    assert play.submits() == 1


async def test_a_deadline_counts_on_while_the_bot_is_down(play: Theatre, tmp_path: Path) -> None:
    interaction = await play.video("a boat #stuck")
    await play.discord.until(lambda: "**Generating**" in play.card(interaction))
    await play.bot.kill()
    with sqlite3.connect(tmp_path / "bot.sqlite3") as database:
        database.execute("UPDATE videos SET deadline_at = submitted_at")

    await play.start()

    await play.ended(interaction, "**Timed out.**")
    assert len(play.results()) == 1


async def test_sigterm_ends_the_bot_with_0_and_the_next_one_goes_on(play: Theatre) -> None:
    play.atlas.generation_s = 1.5
    interaction = await play.video()
    await play.discord.until(lambda: "**Generating**" in play.card(interaction))

    assert await play.bot.terminate(timeout_s=10) == 0

    await play.start()
    await play.ended(interaction)
    assert len(play.results()) == 1
    assert play.submits() == 1


async def test_an_interaction_sent_twice_makes_one_video(play: Theatre) -> None:
    interaction = await play.video()
    play.discord.resend(interaction)

    await play.ended(interaction)

    play.discord.resend(interaction)
    other = await play.video("another")
    await play.ended(other)
    assert play.submits() == 2
    assert len(play.results()) == 2
