"""The commands' names and descriptions in the languages of the members."""

from discord import Locale, app_commands

from bot.language import ENGLISH, language
from bot.sentence import Sentence


class Translator(app_commands.Translator):
    """Looks them up where all other sentences are; asked by discord.py for each locale."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002  # discord.py passes it
    ) -> str | None:
        """Return None where members read English."""
        spoken = language(locale.value)
        return None if spoken is ENGLISH else spoken.say(Sentence(string.message))
