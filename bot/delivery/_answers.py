"""The answers to commands that are not videos, or not yet."""

import time
from typing import Final

from bot.buttons import fit_button, row
from bot.delivery._calls import ORIGINAL, Calls, token_lives, translated
from bot.delivery._files import picture_file
from bot.errors import DiscordUnavailable, PlaceClosed
from bot.language import language
from bot.model import Arrival
from bot.picture import PictureMisfits
from bot.sentence import Sentence
from bot.words import fits

_MAY_STILL_COME_S: Final = 20.0  # Discord takes a first answer for three seconds


class Answers:
    """What stands in the place of "thinking…" until there is a card."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def is_awaited(self, arrival: Arrival) -> bool:
        """Tell whether Discord still shows "thinking…" for a command."""
        if not token_lives(arrival):
            return False
        try:
            async with translated():
                original = await self._calls.webhook(arrival.reply).fetch_message(ORIGINAL)
        except PlaceClosed as error:
            if time.time() - arrival.asked_at < _MAY_STILL_COME_S:
                raise DiscordUnavailable("not acknowledged yet") from error
            return False
        return original.flags.loading

    async def refuse(self, arrival: Arrival, sentence: Sentence) -> None:
        """Answer a command that became no video."""
        said = language(arrival.locale).say(sentence)
        async with translated():
            await self._calls.webhook(arrival.reply).edit_message(ORIGINAL, content=said)

    async def offer(self, arrival: Arrival, misfit: PictureMisfits) -> None:
        """Answer a command by what could be made of its picture, with a button for each.

        A plain message: what components show is missing among the attachments of a message, where
        the chosen picture is fetched from.
        https://discord.com/developers/docs/resources/message#message-object
        """
        say = language(arrival.locale).say
        choices = [*(fitted.fit for fitted in misfit.fits), None]
        files = [
            picture_file(fitted.picture, say(fits.PREVIEW_ALTS[fitted.fit]), name=fitted.filename)
            for fitted in misfit.fits
        ]
        async with translated():
            await self._calls.webhook(arrival.reply).edit_message(
                ORIGINAL,
                content=say(fits.choice(misfit.sentence)),
                attachments=files,
                view=row(*(fit_button(arrival.id, fit, arrival.locale) for fit in choices)),
            )

    async def close_offer(self, arrival: Arrival, message_id: int) -> None:
        """Take the buttons off an offer, by its own token while that lives, then by the bot's."""
        async with translated():
            if token_lives(arrival):
                await self._calls.webhook(arrival.reply).edit_message(ORIGINAL, view=None)
            else:
                channel = self._calls.channel(arrival.place.channel_id, arrival)
                await channel.get_partial_message(message_id).edit(view=None)
