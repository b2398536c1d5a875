"""Where commands come in: written down, acknowledged, handed on; turned away while we stop.

The first answer must reach Discord within three seconds of the event, so nothing but one bounded
write stands before it.
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import aiohttp
import discord
from discord import ui

from bot.buttons import Button, row
from bot.errors import UserError
from bot.language import language
from bot.model import Arrival, Reply, VideoId
from bot.pipeline import Doorkeeper, Intake
from bot.places import missing_rights, place_of, roles_of
from bot.prompt import keepable
from bot.recipe import Recipe
from bot.sentence import Sentence
from bot.source import FrameSource, Upload
from bot.store import Store, TooSlow
from bot.words import refusals

log = logging.getLogger(__name__)

_WRITE_WITHIN_S: Final = 1.0
_LOOK_WITHIN_S: Final = 0.5
_ANOTHER_MAY_TAKE_IT_S: Final = 0.5
_FINISH_WITHIN_S: Final = 1.0
_ACKNOWLEDGED_ALREADY: Final = 40060

UNREACHED: Final = (discord.HTTPException, aiohttp.ClientError, OSError)
"""What a call to Discord ends in that was refused, or had no answer in time."""


class Reception:
    """Takes commands in until it is closed."""

    def __init__(self, *, store: Store, intake: Intake, doorkeeper: Doorkeeper) -> None:
        self._store = store
        self._intake = intake
        self._doorkeeper = doorkeeper
        self._is_open = True
        self._is_gone = False
        self._guests = set[asyncio.Task[Any]]()

    async def receive(self, interaction: discord.Interaction, arrival: Arrival) -> None:
        """Make a video of a command, or answer why not; nothing once we have finished."""
        if self._is_gone:
            return
        with self._counted():
            if missing := missing_rights(interaction):
                await answer(interaction, refusals.missing_rights(missing))
            elif self._is_open:
                await self._take_in(interaction, arrival)
            else:
                await self._turn_away(interaction, arrival)

    async def apologise(self, interaction: discord.Interaction) -> None:
        """Let no member wait for an answer that will not come, after an error of ours."""
        if not interaction.response.is_done():
            await answer(interaction, refusals.BROKEN)
        elif not await self._store.is_accepted(VideoId(interaction.id)):
            said = language(interaction.locale.value).say(refusals.BROKEN)
            try:
                await interaction.edit_original_response(content=said)
            except UNREACHED as error:
                reason = type(error).__name__
                log.warning("error not shown id=%s reason=%s", interaction.id, reason)
                return
            await self._store.arrivals.answered(VideoId(interaction.id))

    async def show_form(self, interaction: discord.Interaction, form: ui.Modal) -> None:
        """Open a form, or say already now why it would be refused: nobody types in vain."""
        if missing := missing_rights(interaction):
            await answer(interaction, refusals.missing_rights(missing))
            return
        try:
            async with asyncio.timeout(_LOOK_WITHIN_S):
                await self._doorkeeper.let_in(
                    place_of(interaction),
                    roles=roles_of(interaction),
                    member_id=interaction.user.id,
                )
        except UserError as refusal:
            await answer(interaction, refusal.sentence)
            return
        except TimeoutError:
            log.info("form shown without a look at the rules id=%s", interaction.id)
        try:
            await interaction.response.send_modal(form)
        except UNREACHED as error:
            log.warning("form not shown id=%s reason=%s", interaction.id, type(error).__name__)

    async def close(self) -> None:
        """Take no more commands; those that were written down go on with the next start."""
        self._is_open = False
        await self._see_guests_out()

    async def finish(self) -> None:
        """End the answers to those who came too late, and answer no more."""
        self._is_gone = True
        await self._see_guests_out()

    async def _take_in(self, interaction: discord.Interaction, arrival: Arrival) -> None:
        try:
            if not await self._store.arrivals.add(arrival, within_s=_WRITE_WITHIN_S):
                return  # the same interaction, delivered a second time
        except TooSlow:
            log.warning("arrival not written id=%s", arrival.id)
            await answer(interaction, refusals.BUSY)
            return
        if await _acknowledge(interaction):
            await self._intake.accept(arrival)
        else:
            await self._intake.go_on(arrival)

    async def _turn_away(self, interaction: discord.Interaction, arrival: Arrival) -> None:
        """A process that goes on may have got the same command: it has the first choice."""
        await asyncio.sleep(_ANOTHER_MAY_TAKE_IT_S)
        try:
            is_ours = await self._store.arrivals.turn_away(
                arrival.id, asked_at=arrival.asked_at, within_s=_WRITE_WITHIN_S
            )
        except TooSlow:
            is_ours = True
        if is_ours:
            log.info("command turned away id=%s", arrival.id)
            await answer(interaction, refusals.RESTARTING)

    @contextmanager
    def _counted(self) -> Generator[None]:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a command runs in a task")
        self._guests.add(task)
        try:
            yield
        finally:
            self._guests.discard(task)

    async def _see_guests_out(self) -> None:
        """What is cut off here was written down before, and goes on with the next start."""
        if guests := set(self._guests):
            _, late = await asyncio.wait(guests, timeout=_FINISH_WITHIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def arrival_of(
    interaction: discord.Interaction,
    *,
    prompt: str,
    prompt_expansion: bool | None,
    first_frame: FrameSource | None = None,
    retry_of: VideoId | None = None,
    recipe: Recipe | None = None,
) -> Arrival:
    """Return what a member wishes, with all that is needed to answer later."""
    return Arrival(
        id=VideoId(interaction.id),
        asked_at=time.time(),
        member_id=interaction.user.id,
        place=place_of(interaction),
        reply=Reply(interaction.application_id, interaction.token),
        prompt=keepable(prompt),
        prompt_expansion=prompt_expansion,
        first_frame=first_frame,
        retry_of=retry_of,
        locale=interaction.locale.value,
        roles=roles_of(interaction),
        recipe=recipe or Recipe(),
    )


def arrival_again(interaction: discord.Interaction, wish: Arrival, *, upload: Upload) -> Arrival:
    """Return a wish that waited for a choice as a new one, with the picture that was chosen."""
    return replace(
        wish,
        id=VideoId(interaction.id),
        asked_at=time.time(),
        place=place_of(interaction),
        reply=Reply(interaction.application_id, interaction.token),
        first_frame=upload,
        locale=interaction.locale.value,
        draft_id=wish.id,
        roles=roles_of(interaction),
    )


async def answer(interaction: discord.Interaction, sentence: Sentence, *then: Button) -> None:
    """Say it, to the member alone, if that is possible: nothing was taken, so nothing is lost."""
    said = language(interaction.locale.value).say(sentence)
    try:
        await interaction.response.send_message(said, view=row(*then), ephemeral=True)
    except discord.HTTPException as error:
        is_second = error.code == _ACKNOWLEDGED_ALREADY  # the first delivery was answered
        level = logging.INFO if is_second else logging.WARNING
        log.log(level, "answer not shown id=%s reason=%s", interaction.id, error.code)
    except UNREACHED as error:
        log.warning("answer not shown id=%s reason=%s", interaction.id, type(error).__name__)


async def tell(interaction: discord.Interaction, work: Awaitable[Sentence]) -> None:
    """Say what comes of it, or why nothing does, in the place of "thinking…"."""
    try:
        said = await work
    except UserError as refusal:
        said = refusal.sentence
    await interaction.edit_original_response(content=language(interaction.locale.value).say(said))


async def acknowledge_press(interaction: discord.Interaction) -> bool:
    """Tell Discord that a press was heard; False when it comes a second time, or too late."""
    try:
        await interaction.response.defer()
    except discord.HTTPException as error:
        log.info("press left alone id=%s reason=%s", interaction.id, error.code)
        return False
    return True


async def _acknowledge(interaction: discord.Interaction) -> bool:
    """Show "thinking…"; False when it is not sure that the member sees it."""
    try:
        await interaction.response.defer(thinking=True)
    except discord.HTTPException as error:
        return error.code == _ACKNOWLEDGED_ALREADY  # our own, whose answer was lost on the way
    except UNREACHED:
        return False
    return True
