"""Cancel and Delete mine: the buttons by which members take something back.

They are known by their names, so they work after a restart and as long as their message stands.
"""

from typing import Any

import discord

from bot import buttons
from bot.app import Firstframe
from bot.buttons import Button, row
from bot.errors import UserError
from bot.language import language
from bot.named import Named
from bot.reception import acknowledge_press
from bot.sentence import Sentence
from bot.words import buttons as words
from bot.words.endings import ending


class Cancel(Named[Button], template=buttons.CANCEL):
    """Calls a video off; when it was sent already, only once the member is sure."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Call it off, ask, or say why not; the card shows the rest."""
        bot: Firstframe = interaction.client
        if not await acknowledge_press(interaction):
            return
        try:
            outcome = await bot.returns.call_off(
                self.video_id, member_id=interaction.user.id, is_sure=self.is_sure
            )
        except UserError as refusal:
            await _say(interaction, refusal.sentence, is_asked=self.is_sure)
            return
        if outcome is None:
            button = buttons.sure_cancel_button(self.video_id, interaction.locale.value)
            await _ask(interaction, words.CONFIRM_CANCEL, button)
        elif self.is_sure:
            await _say(interaction, ending(outcome), is_asked=True)


class Delete(Named[Button], template=buttons.DELETE):
    """Deletes a finished video once the member is sure."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Ask, delete it, or say why not."""
        bot: Firstframe = interaction.client
        if not await acknowledge_press(interaction):
            return
        member_id = interaction.user.id
        try:
            if self.is_sure:
                said = await bot.returns.delete(self.video_id, member_id=member_id)
                await _say(interaction, said, is_asked=True)
            else:
                await bot.returns.offer_deletion(self.video_id, member_id=member_id)
                button = buttons.sure_delete_button(self.video_id, interaction.locale.value)
                await _ask(interaction, words.CONFIRM_DELETE, button)
        except UserError as refusal:
            await _say(interaction, refusal.sentence, is_asked=self.is_sure)


async def _ask(interaction: discord.Interaction[Any], question: Sentence, button: Button) -> None:
    said = language(interaction.locale.value).say(question)
    await interaction.followup.send(said, view=row(button), ephemeral=True)


async def _say(
    interaction: discord.Interaction[Any], sentence: Sentence, *, is_asked: bool
) -> None:
    """Say it to the member alone; in the place of the question, if one was asked."""
    said = language(interaction.locale.value).say(sentence)
    if is_asked:
        await interaction.edit_original_response(content=said, view=None)
    else:
        await interaction.followup.send(said, ephemeral=True)


async def setup(bot: Firstframe) -> None:
    """Hear the buttons; called by discord.py."""
    bot.add_dynamic_items(Cancel, Delete)


async def teardown(bot: Firstframe) -> None:
    """Hear them no more; called by discord.py."""
    bot.remove_dynamic_items(Cancel, Delete)
