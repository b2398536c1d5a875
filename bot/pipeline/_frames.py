"""Where first frames come from: an upload, a pick, an earlier video's card, or its last frame.

All of it happens after the acknowledgement and before anything is spent, and may happen again.
"""

import asyncio
import logging
from tempfile import TemporaryFile
from typing import Final

from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.delivery import Delivery
from bot.errors import (
    AtlasUnavailable,
    DiscordUnavailable,
    OutputGone,
    OutputRefused,
    OutputUnavailable,
    PlaceClosed,
    UserError,
)
from bot.model import (
    Arrival,
    Place,
    Ready,
    Standing,
    Submission,
    Video,
    VideoId,
)
from bot.picture import LARGEST_MENDED, Darkroom, Picture
from bot.source import CardPicture, LastFrame, Pick, Upload
from bot.still import last_frame
from bot.store import Store
from bot.words import refusals

log = logging.getLogger(__name__)

_UPLOADS_AT_ONCE: Final = 4
_LARGE: Final = 5_000_000  # bytes; larger ones, and those of unknown size, come one by one
_FILMS_AT_ONCE: Final = 2
_LARGEST_FILM: Final = 200_000_000  # bytes, on disk


class Frames:
    """Fetches the first frame that an arrival speaks of. All methods raise UserError."""

    def __init__(
        self,
        *,
        store: Store,
        delivery: Delivery,
        atlas: AtlasClient,
        outputs: Outputs,
        darkroom: Darkroom,
    ) -> None:
        self._store = store
        self._delivery = delivery
        self._atlas = atlas
        self._outputs = outputs
        self._darkroom = darkroom
        self._few_uploads = asyncio.Semaphore(_UPLOADS_AT_ONCE)
        self._one_large = asyncio.Semaphore(1)
        self._few_films = asyncio.Semaphore(_FILMS_AT_ONCE)

    async def first_frame(self, arrival: Arrival) -> Picture | None:
        """Return the picture that a video starts from, checked; None for words alone."""
        if arrival.retry_of is not None:
            return await self._of_lost(arrival.retry_of)
        match arrival.first_frame:
            case None:
                return None
            case Upload() as upload:
                return await self._uploaded(upload)
            case Pick() as pick:
                return await self._uploaded(await self._picked(pick, arrival.member_id))
            case CardPicture(id=earlier):
                return await self._on_card(await self.earlier(earlier, arrival))
            case LastFrame(id=earlier):
                return await self._last_of(await self.earlier(earlier, arrival))

    async def lender(self, earlier: VideoId, *, member_id: int, place: Place) -> Video:
        """Return an earlier video, if it is theirs or of that place.

        A form's name comes back from the member's machine, so the video in it may be any.
        """
        try:
            video = await self._store.video(earlier)
        except LookupError as error:
            raise UserError(refusals.FORGOTTEN) from error
        if video.member_id != member_id and not _is_of(place, video):
            raise UserError(refusals.FORGOTTEN)
        return video

    async def earlier(self, earlier: int, arrival: Arrival) -> Video:
        """Return an earlier video that an arrival leans on."""
        return await self.lender(VideoId(earlier), member_id=arrival.member_id, place=arrival.place)

    async def _uploaded(self, upload: Upload) -> Picture:
        if upload.size > LARGEST_MENDED:
            raise UserError(refusals.picture_too_large(upload.size))
        is_small = 0 < upload.size <= _LARGE
        async with self._few_uploads if is_small else self._one_large:
            try:
                content = await self._delivery.uploads.fetch(upload)
            except (DiscordUnavailable, PlaceClosed) as error:
                raise UserError(refusals.PICTURE_LOST) from error
            return await self._darkroom.check(content)

    async def _picked(self, pick: Pick, member_id: int) -> Upload:
        upload = await self._store.picks.find(pick, member_id=member_id)
        if upload is None:
            raise UserError(refusals.PICTURE_LOST)
        return upload

    async def _of_lost(self, lost: VideoId) -> Picture | None:
        picture = await self._store.picture(lost)
        try:
            if picture is None and (await self._store.video(lost)).first_frame is not None:
                raise UserError(refusals.PICTURE_GONE)
        except LookupError as error:  # forgotten since the button was pressed
            raise UserError(refusals.not_lost(Standing.GONE)) from error
        return picture

    async def _on_card(self, video: Video) -> Picture | None:
        """Its card in Discord shows the picture long after we have let it go."""
        if video.first_frame is None:
            return None
        try:
            upload = await self._delivery.uploads.on_card(video)
        except DiscordUnavailable as error:
            raise UserError(refusals.CARD_AWAY) from error
        except PlaceClosed as error:
            raise UserError(refusals.CARD_GONE) from error
        return await self._uploaded(upload)

    async def _last_of(self, video: Video) -> Picture:
        async with self._few_films:
            try:
                png = await self._last_frame(video.id)
            except (AtlasUnavailable, OutputUnavailable) as error:
                raise UserError(refusals.FILM_AWAY) from error
            except (OutputGone, OutputRefused) as error:
                log.info("no last frame id=%s reason=%s", video.id, error)
                raise UserError(refusals.FILM_GONE) from error
            return await self._darkroom.check(png)

    async def _last_frame(self, video_id: VideoId) -> bytes:
        """Raises OutputGone, OutputRefused, OutputUnavailable or AtlasUnavailable."""
        record = await self._store.record(video_id)
        ending = record.ending
        if ending is None or not isinstance(ending.outcome, Ready):
            raise OutputGone("never shown")
        try:
            return await self._cut(ending.outcome.links[0])
        except OutputGone:
            return await self._cut(await self._fresh_link(record.submission))

    async def _fresh_link(self, submission: Submission | None) -> str:
        """Ask Atlas, whose links may die before its films do. Raises OutputGone."""
        found = submission and await self._atlas.prediction(submission.prediction_id)
        if not isinstance(found, Ready):
            raise OutputGone("no longer at Atlas")
        return found.links[0]

    async def _cut(self, link: str) -> bytes:
        with TemporaryFile() as film:
            async with self._outputs.open(link, most_bytes=_LARGEST_FILM) as output:
                async for chunk in output.chunks():
                    await asyncio.to_thread(film.write, chunk)
            film.flush()
            return await last_frame(film)


def _is_of(place: Place, video: Video) -> bool:
    """Tell whether it was asked for there, or told there: who sees a place sees its videos."""
    return place.channel_id in (video.place.channel_id, video.thread_id)
