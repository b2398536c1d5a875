"""The rows' way to values and back."""

from typing import Any

import sqlalchemy as sa

from bot.model import (
    ENGLISH_LOCALE,
    Access,
    Deliver,
    Ending,
    Nsfw,
    Place,
    Post,
    Record,
    Reply,
    Submission,
    Video,
    VideoId,
    outcome_from_plain,
)
from bot.recipe import terms_from_plain


def row_of(video: Video) -> dict[str, Any]:
    return {
        "id": video.id,
        "member_id": video.member_id,
        "guild_id": video.place.guild_id,
        "channel_id": video.place.channel_id,
        "access": video.place.access.value,
        "application_id": video.reply.application_id,
        "token": video.reply.token,
        "prompt": video.prompt,
        "prompt_expansion": video.prompt_expansion,
        "model": video.model,
        "asked_at": video.asked_at,
        "accepted_at": video.accepted_at,
        "first_frame": video.first_frame,
        "retry_of": video.retry_of,
        "locale": video.locale,
        "deliver": video.deliver,
        "nsfw": video.nsfw,
        "terms": video.terms and video.terms.to_plain(),
    }


def video_of(row: sa.Row[Any]) -> Video:
    return Video(
        id=VideoId(row.id),
        member_id=row.member_id,
        place=Place(row.channel_id, row.guild_id, Access(row.access)),
        reply=Reply(row.application_id, row.token),
        prompt=row.prompt,
        prompt_expansion=row.prompt_expansion,
        model=row.model,
        asked_at=row.asked_at,
        accepted_at=row.accepted_at,
        first_frame=row.first_frame,
        retry_of=row.retry_of and VideoId(row.retry_of),
        card_id=row.card_id,
        thread_id=row.thread_id,
        notice=Post(row.notice_channel_id, row.notice_id) if row.notice_id else None,
        locale=row.locale or ENGLISH_LOCALE,
        deliver=row.deliver and Deliver(row.deliver),
        nsfw=Nsfw(row.nsfw or Nsfw.BLOCK),
        terms=row.terms and terms_from_plain(row.terms),
    )


def taken(prediction_id: str, *, now: float, patience_s: float) -> dict[str, Any]:
    """Return what is noted when Atlas has taken a video, or is known to have."""
    return {
        "prediction_id": prediction_id,
        "submitted_at": now,
        "deadline_at": now + patience_s,
    }


def submission_of(row: sa.Row[Any]) -> Submission | None:
    if row.prediction_id is None:
        return None
    return Submission(row.prediction_id, row.submitted_at, row.deadline_at)


def ending_of(row: sa.Row[Any]) -> Ending | None:
    if row.outcome is None:
        return None
    began = row.submitted_at or row.begun_at or row.accepted_at
    outcome = outcome_from_plain(row.outcome)
    post = Post(row.shown_channel_id, row.shown_id) if row.delivered_at else None
    return Ending(outcome, row.settled_at, row.settled_at - began, post)


def record_of(row: sa.Row[Any]) -> Record:
    begun_at = row.begun_at or row.accepted_at
    return Record(video_of(row), begun_at, submission_of(row), ending_of(row))
