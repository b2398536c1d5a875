"""A simple bot, well made: it asks Atlas for a video, looks again and again, and posts the link.

It waits `EVERY_S` before each look; where `MOST_S` is more, the pauses double from look to look
until they are as long as that. What is in work when it ends is lost.
"""

import asyncio
import logging
import os
from typing import Any

import aiohttp
import discord
from discord import app_commands

_DONE = "completed"
_LOST = {"failed", "timeout", "canceled", "cancelled"}


class Client(discord.AutoShardedClient):
    """A Discord client with one session to Atlas."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)
        self.every_s = float(os.environ["EVERY_S"])
        self.most_s = max(self.every_s, float(os.environ.get("MOST_S", "0")))

    async def setup_hook(self) -> None:
        """Register the command with Discord, and open the session."""
        key = os.environ["ATLASCLOUD_API_KEY"]
        self.atlas = aiohttp.ClientSession(
            os.environ["ATLAS_BASE_URL"] + "/",
            headers={"Authorization": f"Bearer {key}"},
            timeout=aiohttp.ClientTimeout(total=30),
        )
        await self.tree.sync()

    async def close(self) -> None:
        """Close the session, too."""
        await self.atlas.close()
        await super().close()

    async def submit(self, prompt: str) -> str:
        """Return the prediction's id."""
        body = {"model": "minimax/video-01", "prompt": prompt}
        async with self.atlas.post("model/generateVideo", json=body) as answer:
            answer.raise_for_status()
            return (await answer.json())["data"]["id"]

    async def ended(self, prediction_id: str) -> dict[str, Any]:
        """Look until a video has ended; an answer that is none is asked for again."""
        pause_s = self.every_s
        while True:
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self.most_s)
            async with self.atlas.get(f"model/prediction/{prediction_id}") as answer:
                if answer.status != 200:
                    continue
                prediction = (await answer.json())["data"]
            if prediction["status"] == _DONE or prediction["status"] in _LOST:
                return prediction


client = Client()


@client.tree.command()
async def video(interaction: discord.Interaction, prompt: str) -> None:
    """Make a video."""
    await interaction.response.defer(thinking=True)
    prediction = await client.ended(await client.submit(prompt))
    outputs = prediction["outputs"] or ["This video was not made."]
    await interaction.followup.send(outputs[0])


if __name__ == "__main__":
    client.run("token", log_level=logging.WARNING)
