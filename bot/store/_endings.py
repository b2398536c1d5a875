"""How an outcome is written: once, with what it means for the money and the picture."""

import sqlalchemy as sa

from bot.model import Outcome, Ready, Unknown, VideoId, outcome_to_plain
from bot.money import hold_after
from bot.store._holds import close_hold
from bot.store._pictures import let_picture_go
from bot.store._schema import videos


def end(
    connection: sa.Connection,
    video_id: VideoId,
    outcome: Outcome,
    *,
    at: float,
    only_if: sa.ColumnElement[bool] | None = None,
) -> bool:
    """Write an outcome, and close the hold of money by it.

    False when nothing was written: the video has ended, or is not as `only_if` says. The picture
    is let go, unless the member may want to try again with it.
    """
    unsettled = (videos.c.id == video_id) & videos.c.outcome.is_(None)
    which = unsettled if only_if is None else unsettled & only_if
    values = {"outcome": outcome_to_plain(outcome), "settled_at": at}
    if connection.execute(videos.update().where(which).values(values)).rowcount == 0:
        return False
    actual = outcome.micro_usd if isinstance(outcome, Ready) else None
    close_hold(connection, video_id, hold_after(outcome), micro_usd=actual)
    if not isinstance(outcome, Unknown):
        let_picture_go(connection, video_id)
    return True
