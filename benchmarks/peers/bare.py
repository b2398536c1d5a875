"""The floor: a bot of discord.py's own parts that says "thinking…" to `/video`, and no more."""

import logging

import discord
from discord import app_commands

client = discord.AutoShardedClient(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(client)


@tree.command()
async def video(interaction: discord.Interaction, prompt: str) -> None:  # noqa: ARG001
    """Make no video."""
    await interaction.response.defer(thinking=True)


@client.event
async def setup_hook() -> None:
    """Register the command with Discord."""
    await tree.sync()


if __name__ == "__main__":
    client.run("token", log_level=logging.WARNING)
