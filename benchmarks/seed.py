"""Databases with many videos, at Atlas or in line, as a killed bot leaves them.

A real bot brings one video to Atlas, one to the entrance, where it waits, and one into the line,
and is killed. Then the rows of the first and the last are multiplied, in our tables and in the
engine's: each copy has an id, a prediction and, with one more, a member of its own; all share one
card at Discord.
"""

import asyncio
import base64
import itertools
import pickle
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from benchmarks.town import Town
from bot.store import open_engine

_PATIENCE_S: Final = 30.0
_LONG_S: Final = 86_400.0
_LOOK_S: Final = 0.05
_APART: Final = 1 << 22
"""Between the ids of two copies: a millisecond of Discord's clock."""
_PER_MEMBER: Final = 2
_OURS: Final = ("arrivals", "videos", "holds")
_ENGINES: Final = ("workflow_status", "workflow_input", "operation_outputs")
_KEYS: Final = ("id", "video_id", "workflow_uuid")
"""What the tables call a video's id."""

# When the bot noted these of a video.
_SUBMITTED: Final = "SELECT submitted_at FROM videos WHERE id = :id"
_QUEUED: Final = "SELECT queued_at FROM videos WHERE id = :id"
_FETCHED: Final = (
    "SELECT started_at_epoch_ms FROM {}workflow_status WHERE workflow_uuid = CAST(:id AS TEXT)"
)

Values = dict[str, Any]


async def seed(town: Town, *, at_atlas: int = 0, in_line: int = 0) -> None:
    """Leave so many videos in the fresh database of a town, and let its Atlas know them.

    None of those ends by itself.
    """
    discord, (channel, *_), (member, *_) = town.discord, town.channels, town.members
    await town.atlas.take(_LONG_S)
    database = open_engine(town.database_url, connections=1)
    bot = town.bot(MAX_IN_FLIGHT="1", MAX_PER_USER="1", GENERATION_DEADLINE_S=str(_LONG_S))
    async with town.running(bot):
        first, _ = await discord.command(channel, member, "a paper boat at Atlas")
        await _until(database, _SUBMITTED, first)
        await discord.until(lambda: (discord.original(first) or {}).get("edited_timestamp"))
        second, _ = await discord.command(channel, member, "a paper boat at the entrance")
        await _until(database, _FETCHED.format("dbos." if _has_schemas(database) else ""), second)
        third, _ = await discord.command(channel, member, "a paper boat in line")
        await _until(database, _QUEUED, third)
    try:
        wanted = {first: at_atlas, second: 0, third: in_line}
        predictions = await asyncio.to_thread(_multiply, database, wanted)
    finally:
        database.dispose()
    await town.atlas.know(dict.fromkeys(predictions[:at_atlas], _LONG_S))


async def _until(database: sa.Engine, query: str, video_id: int) -> None:
    """Wait until the bot has noted something of a video."""

    def look() -> object:
        with database.connect() as connection:
            return connection.scalar(sa.text(query), {"id": video_id})

    async with asyncio.timeout(_PATIENCE_S):
        while await asyncio.to_thread(look) is None:  # noqa: ASYNC110  # another process notes it
            await asyncio.sleep(_LOOK_S)


def _multiply(database: sa.Engine, wanted: Mapping[int, int]) -> list[str]:
    """Let so many be of each of these videos, perhaps none; return what Atlas calls them."""
    predictions, numbers = list[str](), itertools.count(1)
    with database.begin() as connection:
        tables = _tables(connection)
        for video_id, count in wanted.items():
            copies = [_traits(min(wanted), next(numbers)) for _ in range(count)]
            for table in tables:
                _copy(connection, table, video_id, copies)
                connection.execute(table.delete().where(_is_of(table, video_id)))
            predictions += [copy["prediction_id"] for copy in copies]
    return predictions


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables that tell of a video, ours and the engine's."""
    schema = "dbos" if _has_schemas(connection.engine) else None
    metadata = sa.MetaData()
    metadata.reflect(connection, only=_OURS)
    metadata.reflect(connection, only=_ENGINES, schema=schema)
    return metadata.sorted_tables


def _has_schemas(database: sa.Engine) -> bool:
    return database.dialect.name == "postgresql"


def _traits(first_id: int, number: int) -> Values:
    """Return what is a copy's own, by the names of columns; all are older than the first."""
    copy_id, member_id = first_id - number * _APART, first_id - number // _PER_MEMBER * _APART
    called = pickle.dumps({"args": (copy_id,), "kwargs": {}})
    return {
        **dict.fromkeys(("id", "video_id"), copy_id),
        "workflow_uuid": str(copy_id),
        "member_id": member_id,
        **dict.fromkeys(("queue_partition_key", "authenticated_user"), str(member_id)),
        "prediction_id": secrets.token_hex(16),
        "attempt": secrets.token_hex(16),
        "inputs": base64.b64encode(called).decode(),
    }


def _copy(
    connection: sa.Connection, table: sa.Table, video_id: int, copies: Sequence[Values]
) -> None:
    """Write a video's rows again for each copy; what a row lacks, its copies lack, too."""
    if copies:
        connection.execute(
            table.insert().from_select(
                table.c.keys(),
                sa.select(*(_copied(column, copies[0]) for column in table.c)).where(
                    _is_of(table, video_id)
                ),
            ),
            copies,
        )


def _copied(column: sa.Column[Any], traits: Values) -> sa.ColumnElement[Any]:
    if column.name not in traits:
        return column
    return sa.case((column.is_not(None), sa.bindparam(column.name, type_=column.type)))


def _is_of(table: sa.Table, video_id: int) -> sa.ColumnElement[bool]:
    key = next(table.c[name] for name in _KEYS if name in table.c)
    return key == (str(video_id) if isinstance(key.type, sa.Text) else video_id)
