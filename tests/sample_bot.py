"""A small bot that does to Discord all that ours does; the stand-in is proved with it."""

import hashlib
import logging

import discord
from discord import app_commands, ui
from discord.ext import commands

bot = commands.AutoShardedBot(
    commands.when_mentioned, help_command=None, intents=discord.Intents(guilds=True)
)


def card(text: str) -> ui.LayoutView:
    """Return a Components V2 message with one line."""
    return ui.LayoutView(timeout=None).add_item(ui.Container(ui.TextDisplay(text)))


@bot.tree.command()
@app_commands.describe(prompt="What to show", image="Where to begin")
async def video(
    interaction: discord.Interaction, prompt: str, image: discord.Attachment | None = None
) -> None:
    """Make no video."""
    await interaction.response.defer(thinking=True)
    digest = hashlib.sha256(await image.read()).hexdigest() if image else "no image"
    original = await interaction.edit_original_response(view=card("working"))
    channel = bot.get_partial_messageable(original.channel.id, guild_id=interaction.guild_id)
    message = channel.get_partial_message(original.id)
    thread = await message.create_thread(name=prompt)
    place = bot.get_partial_messageable(thread.id, guild_id=interaction.guild_id)
    await place.send(f"{prompt}: {digest}", nonce=str(interaction.id))
    posted = [old.content async for old in place.history(limit=10)]
    await message.edit(view=card(f"done, {len(posted)} in the thread"))
    await (await bot.create_dm(interaction.user)).send(f"finished {prompt}")


@bot.event
async def setup_hook() -> None:
    """Register the command with Discord."""
    await bot.tree.sync()


if __name__ == "__main__":
    bot.run("token", log_level=logging.WARNING)
