"""`/desk test`: would the operator's list let this prompt through?"""

from functools import partial
from typing import Any, Final

import discord
from discord import app_commands

from bot.app import Firstframe
from bot.blocklist import Line
from bot.model import PROMPT_LIMIT
from bot.prompt import quoted
from bot.sentence import Sentence
from bot.words import commands as names
from bot.words import moderation as words
from cogs.desk._managers import check_manager
from cogs.desk._work import carry_out

_LINES_SHOWN: Final = 20
_TEXT_SHOWN: Final = 60


@app_commands.describe(prompt=names.PROMPT.text)
async def _test(
    interaction: discord.Interaction[Any], prompt: app_commands.Range[str, 1, PROMPT_LIMIT]
) -> None:
    """Tell which lines speak against it; what these say is for the operator alone."""
    await carry_out(interaction, partial(_look, interaction, prompt))


test: Final = app_commands.Command[Any, ..., None](
    name="test", description=names.DESK_TEST.text, callback=_test
)


async def _look(interaction: discord.Interaction[Any], prompt: str) -> Sentence:
    bot: Firstframe = interaction.client
    check_manager(interaction)
    if not (found := bot.settings.blocklist.found_in(prompt)[:_LINES_SHOWN]):
        return words.ALLOWED
    is_operator = await bot.is_owner(interaction.user)
    return words.found(tuple(_named(line, with_text=is_operator) for line in found))


def _named(line: Line, *, with_text: bool) -> str:
    return f"{line.number} ({quoted(line.text, _TEXT_SHOWN)})" if with_text else str(line.number)
