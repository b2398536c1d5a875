"""Makes videos of commands: checked, paid from a hold, shown on a card, and put in line."""

import asyncio
import logging
import time
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from bot.delivery import Delivery
from bot.errors import DatabaseAway, DiscordUnavailable, PlaceClosed, PromptBlocked, UserError
from bot.metrics import Metrics
from bot.model import (
    Access,
    Arrival,
    Place,
    Standing,
    Video,
    VideoId,
    Waiting,
    short_id,
)
from bot.money import Budget, OverBudget, next_day_at
from bot.offer import Offer
from bot.order import Order, order_of
from bot.picture import Picture, PictureMisfits
from bot.pipeline._budget_watch import BudgetWatch
from bot.pipeline._doorkeeper import Doorkeeper
from bot.pipeline._engine import Engine
from bot.pipeline._excuses import Excuses
from bot.pipeline._frames import Frames
from bot.pipeline._log_book import LogBook
from bot.pipeline._patience import patiently
from bot.policy import Policy
from bot.recipe import Recipe
from bot.shelf import Shelf
from bot.store import DraftTaken, NotLost, Store
from bot.words import fits, refusals

log = logging.getLogger(__name__)

_QUEUE_PAUSE_S: Final = 2.0
_READ_WITHIN_S: Final = 1.5


class Intake:
    """The way from an acknowledged command into the line.

    Every part of it may be done again: by a resumed process, or by two at once.
    """

    def __init__(
        self,
        *,
        store: Store,
        delivery: Delivery,
        frames: Frames,
        log_book: LogBook,
        watch: BudgetWatch,
        doorkeeper: Doorkeeper,
        engine: Engine,
        shelf: Shelf,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._delivery = delivery
        self._excuses = Excuses(store=store, delivery=delivery)
        self._frames = frames
        self._log_book = log_book
        self._watch = watch
        self._doorkeeper = doorkeeper
        self._engine = engine
        self._shelf = shelf
        self._metrics = metrics

    async def go_on(self, arrival: Arrival) -> None:
        """Accept a command whose member still waits; let one go that nobody waits for."""
        try:
            still_waits = await patiently(partial(self._delivery.answers.is_awaited, arrival))
        except DiscordUnavailable:
            return  # the caretaker asks again
        if still_waits:
            await self.accept(arrival)
        else:
            await self._store.arrivals.answered(arrival.id)

    async def accept(self, arrival: Arrival) -> None:
        """Make an acknowledged command a video in line, or answer why not."""
        try:
            policy = await self._doorkeeper.admit(arrival)
            offer, recipe = await self._wanted(arrival, policy)
            if arrival.retry_of is None:  # whether that has a picture is not known here
                _order(arrival, offer, recipe, has_picture=arrival.first_frame is not None)
            picture = await self._frames.first_frame(arrival)
            order = _order(arrival, offer, recipe, has_picture=picture is not None)
            video = _video(arrival, picture, order, policy)
            is_ours = await self._take(
                video,
                picture,
                price_usd=self._shelf.price(order),
                budgets=policy.budgets,
                draft_id=arrival.draft_id,
            )
        except PictureMisfits as misfit:
            await self._excuses.offer(arrival, misfit)
            return
        except UserError as refusal:
            await self._excuses.refuse(arrival, refusal.sentence)
            if isinstance(refusal, PromptBlocked):
                await self._log_book.enter_blocked(arrival)
            return
        if not is_ours:
            return
        self._metrics.accepted(video.model)
        log.info("video accepted id=%s short_id=%s", video.id, short_id(video.id))
        await self.put_in_line(video, picture)
        await self._watch.look(video, policy.budgets)

    async def lost_video(self, lost: VideoId, *, member_id: int) -> Video:
        """Return the video that this member may try again. Raises UserError."""
        try:
            async with asyncio.timeout(_READ_WITHIN_S):
                standing = await self._store.doubts.standing(lost)
                if standing is not Standing.LOST:
                    raise UserError(refusals.not_lost(standing))
                video = await self._store.video(lost)
        except TimeoutError as error:
            raise UserError(refusals.BUSY) from error
        if video.member_id != member_id:
            raise UserError(refusals.NOT_YOURS)
        return video

    async def earlier_video(self, earlier: VideoId, *, member_id: int, place: Place) -> Video:
        """Return a video of which this member may make another there. Raises UserError."""
        try:
            async with asyncio.timeout(_READ_WITHIN_S):
                return await self._frames.lender(earlier, member_id=member_id, place=place)
        except TimeoutError as error:
            raise UserError(refusals.BUSY) from error

    async def put_in_line(self, video: Video, picture: Picture | None) -> None:
        """Hand an accepted video to the engine in the end, whatever becomes of its card."""
        try:
            await self._show(video, picture)
        except (DiscordUnavailable, PlaceClosed) as error:
            log.warning("no card or thread id=%s reason=%s", video.id, error)
        except Exception:  # a sick card must not keep a paid video out of the line
            log.exception("card is sick id=%s", video.id)
        while True:
            try:
                await self._engine.begin(video.id, member_id=video.member_id)
                return await self._store.queued(video.id)
            except DatabaseAway as error:
                log.warning("video not queued yet id=%s reason=%s", video.id, error)
            except Exception:  # an accepted video is tried until it is in line
                log.exception("video not queued yet id=%s", video.id)
            await asyncio.sleep(_QUEUE_PAUSE_S)

    async def _wanted(self, arrival: Arrival, policy: Policy) -> tuple[Offer, Recipe]:
        """Return what a member chose, or what an earlier video was made with. Raises UserError."""
        recipe = arrival.recipe
        if recipe.like is not None:
            recipe = (await self._frames.earlier(recipe.like, arrival)).recipe
        return self._shelf.offer(recipe.model, only=policy.models), recipe

    async def _take(
        self,
        video: Video,
        picture: Picture | None,
        *,
        price_usd: Decimal,
        budgets: Sequence[Budget],
        draft_id: VideoId | None,
    ) -> bool:
        """Write the video down and hold its money; False when its command was answered otherwise.

        Raises UserError.
        """
        try:
            return await self._store.accept(
                video,
                picture,
                price_usd=price_usd,
                budgets=budgets,
                draft_id=draft_id,
            )
        except OverBudget as error:
            resets_at = next_day_at(video.accepted_at)
            raise UserError(refusals.over_budget(error, resets_at=resets_at)) from error
        except NotLost as error:
            raise UserError(refusals.not_lost(error.standing)) from error
        except DraftTaken as error:
            raise UserError(fits.CHOSEN) from error

    async def _show(self, video: Video, picture: Picture | None) -> None:
        """Show the card and, where one can be, open the thread."""
        status = Waiting(await self._store.line.ahead_of(video))
        card_id = await patiently(partial(self._delivery.cards.show, video, status, picture))
        record = await self._store.shown(video.id, card_id=card_id)
        if (ending := record.ending) is not None:  # we were slow to show it
            await self._delivery.cards.update(
                record.video, ending.outcome, only_here=record.is_told_on_card
            )
        if video.place.access is Access.THREAD:
            thread_id = await patiently(partial(self._delivery.cards.open_thread, video, card_id))
            await self._store.shown(video.id, card_id=card_id, thread_id=thread_id)


def _order(arrival: Arrival, offer: Offer, recipe: Recipe, *, has_picture: bool) -> Order:
    """Return how a wish is fulfilled. Raises UserError."""
    return order_of(
        offer,
        recipe,
        prompt=arrival.prompt,
        has_picture=has_picture,
        expand=arrival.prompt_expansion,
    )


def _video(arrival: Arrival, picture: Picture | None, order: Order, policy: Policy) -> Video:
    """Return a wish as it is accepted, with what holds of it from now on, whatever is changed."""
    return Video(
        id=arrival.id,
        asked_at=arrival.asked_at,
        member_id=arrival.member_id,
        place=policy.place_for(arrival.place),
        reply=arrival.reply,
        prompt=order.prompt,
        prompt_expansion=order.is_expanded,
        model=order.model.id,
        accepted_at=time.time(),
        first_frame=picture and picture.filename,
        retry_of=arrival.retry_of,
        locale=arrival.locale,
        deliver=policy.deliver,
        nsfw=policy.nsfw_in(arrival.place),
        terms=order.terms,
    )
