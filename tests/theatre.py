"""A bot in a process of its own, between a Discord and an Atlas that live in the test."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simcord.enums import InteractionType
from simcord.interactions import base_payload

from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess, SocketDiscord
from tests.furnished import furnish
from tests.stage import environ

PATIENCE_S = 20.0
ENDINGS = ("Ready.", "Withheld.", "Refused.", "Failed.", "Timed out.", "Lost track.", "Cancelled.")


@dataclass
class Theatre:
    """Where a story plays that a process may not survive."""

    discord: SocketDiscord
    atlas: SimulatedAtlas
    bot: BotProcess
    channel: int
    member: int

    async def start(self) -> None:
        """Start the bot, also after it was killed, and wait until it takes commands."""
        await self.discord.wait_disconnected(PATIENCE_S)
        await self.bot.start()
        await self.discord.wait_connected()

    async def video(self, prompt: str = "a paper boat", **more: Any) -> int:
        """Let the member type `/video`; return the interaction's id."""
        return await self.discord.slash(
            self.channel, self.member, "video", {"prompt": prompt}, **more
        )

    def press(self, name: str, message: Mapping[str, Any]) -> int:
        """Let the member press the button of that name; return the interaction's id."""
        backend = self.discord.backend
        record, payload = base_payload(
            backend,
            type=InteractionType.MESSAGE_COMPONENT,
            channel_id=int(message["channel_id"]),
            guild_id=backend.get_channel(self.channel).guild_id,
            user_id=self.member,
            data={"custom_id": name, "component_type": 2},
        )
        self.discord.gateway.send_interaction({**payload, "message": message})
        return record.id

    def results_in(self, place: int) -> list[str]:
        """Return the messages that end a video: with a mention first and an id last."""
        said = [str(message["content"]) for message in self.discord.messages(place)]
        return [content for content in said if content.startswith("<@") and "· id " in content]

    def results(self) -> list[str]:
        """Return those of the channel and of all its threads."""
        places = [self.channel, *(int(thread["id"]) for thread in self.threads())]
        return [result for place in places for result in self.results_in(place)]

    def threads(self) -> list[dict[str, Any]]:
        return self.discord.threads(self.channel)

    async def result(self) -> str:
        await self.discord.until(self.results, timeout_s=PATIENCE_S)
        return self.results()[0]

    def submits(self) -> int:
        return sum(request.path.endswith("/generateVideo") for request in self.atlas.requests)

    def card(self, interaction: int) -> str:
        return str(self.discord.original(interaction))

    def has_ended(self, interaction: int) -> bool:
        """Tell whether the card shows an outcome."""
        return any(f"**{word}**" in self.card(interaction) for word in ENDINGS)

    async def ended(
        self, interaction: int, word: str = "**Ready.**", *, patience_s: float = PATIENCE_S
    ) -> None:
        """Wait for the last thing that happens in a story: the card's last change."""
        await self.discord.until(lambda: word in self.card(interaction), timeout_s=patience_s)


@asynccontextmanager
async def theatre(
    atlas: SimulatedAtlas, database_url: str, *, output: Path | None = None, **more: str
) -> AsyncGenerator[Theatre]:
    """Open the curtain: the bot is connected; it is killed at the end if it still lives."""
    env = environ(atlas.base_url, database_url, **more)
    async with _theatre(atlas, "bot", env, output) as play:
        yield play


@asynccontextmanager
async def mortal_theatre(
    atlas: SimulatedAtlas, database_url: str, **death: str
) -> AsyncGenerator[Theatre]:
    """Open the curtain for a bot that will die around one of its writes."""
    env = environ(atlas.base_url, database_url, **death)
    async with _theatre(atlas, "tests.mortal", env, None) as play:
        yield play


@asynccontextmanager
async def _theatre(
    atlas: SimulatedAtlas, module: str, env: dict[str, str], output: Path | None
) -> AsyncGenerator[Theatre]:
    furnish(env["DATABASE_URL"])
    async with SocketDiscord() as discord:
        guild = discord.guild()
        async with BotProcess(discord.base, module, env=env, output=output) as bot:
            await discord.wait_connected()
            channel, member = discord.text_channel(guild), discord.member(guild)
            yield Theatre(discord, atlas, bot, channel, member)
