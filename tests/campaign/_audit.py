"""Reads the books of a play: its database, its Atlas, its Discord."""

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bot.model import Access
from bot.store._schema import schema, videos
from sandbox.atlas import Prediction
from tests.campaign._books import Books, Command, Entry, Made
from tests.campaign._play import Play


def audit(play: Play) -> Books:
    """Return the books as they stand now."""
    holds = _holds(play)
    return Books(
        entries=tuple(_entry(play, row, holds) for row in play.database.rows(videos)),
        commands=tuple(_command(play, interaction) for interaction in play.town.asked),
        told=tuple(play.town.told()),
        made=tuple(_made(prediction) for prediction in play.atlas.predictions),
        said="\n".join(str(request.body) for request in play.discord.requests),
    )


def _holds(play: Play) -> Mapping[int, str]:
    holds = schema.tables["holds"]
    return {row.video_id: row.state for row in play.database.rows(holds)}


def _entry(play: Play, row: sa.Row[Any], holds: Mapping[int, str]) -> Entry:
    outcome: dict[str, Any] = row.outcome or {}
    return Entry(
        id=row.id,
        prompt=row.prompt,
        is_told_by_card=row.shown_id == play.discord.backend.interactions[row.id].message_id,
        outcome=outcome.get("kind"),
        links=tuple(outcome.get("links", ())),
        is_delivered=row.delivered_at is not None,
        could_be_reached=not _was_shut_out(play, row),
        notice_id=row.notice_id,
        deadline_at=row.deadline_at,
        card=play.town.card(row.id),
        hold=holds.get(row.id),
    )


def _was_shut_out(play: Play, row: sa.Row[Any]) -> bool:
    """Tell whether each way to the member was shut at some time since there was an outcome."""
    town, since = play.town, row.settled_at or 0.0
    direct = play.discord.dm(row.member_id)
    in_place = row.access == Access.REPLY or row.channel_id == direct
    return town.was_closed(row.member_id, since) and (
        in_place or town.was_closed(row.channel_id, since)
    )


def _command(play: Play, interaction: int) -> Command:
    return Command(
        id=interaction,
        is_acknowledged=play.discord.is_acknowledged(interaction),
        is_thinking=play.town.is_thinking(interaction),
        is_excused=interaction in play.town.excused,
    )


def _made(prediction: Prediction) -> Made:
    since_boot_s = time.time() - time.monotonic()
    written = prediction.wire(now=time.monotonic(), base_url="", output_url="link")
    is_good = prediction.finished and written["outputs"] is not None
    return Made(
        id=prediction.id,
        prompt=prediction.prompt,
        is_flagged=written["has_nsfw_contents"] is not None,
        ready_at=prediction.due_at + since_boot_s if is_good else None,
    )
