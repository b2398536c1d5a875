"""First frames: kept from the acceptance of a video until Atlas has them."""

from typing import Final

import sqlalchemy as sa

from bot.model import VideoId
from bot.picture import Picture
from bot.store._schema import pictures

_LET_GO: Final = pictures.delete().where(pictures.c.video_id == sa.bindparam("of"))


def keep_picture(connection: sa.Connection, picture: Picture, video_id: VideoId) -> None:
    """Write the first frame of a video."""
    row = {
        "video_id": video_id,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "content": picture.content,
    }
    connection.execute(pictures.insert(), row)


def read_picture(connection: sa.Connection, video_id: VideoId) -> Picture | None:
    """Return the first frame of a video; None when it has none, or it was let go."""
    query = sa.select(pictures).where(pictures.c.video_id == video_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Picture(row.content, row.media_type, row.width, row.height)


def let_picture_go(connection: sa.Connection, video_id: VideoId) -> None:
    connection.execute(_LET_GO, {"of": video_id})
