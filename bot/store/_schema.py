"""The tables, and how they grow."""

import sqlalchemy as sa

from bot.store._locks import MIGRATION, one_at_a_time

schema = sa.MetaData()

arrivals = sa.Table(
    "arrivals",
    schema,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("wish", sa.JSON(none_as_null=True)),  # null once it was answered
)

drafts = sa.Table(
    "drafts",
    schema,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("made_at", sa.Double, nullable=False, index=True),
    sa.Column("wish", sa.JSON(none_as_null=True)),  # null once it was taken
)

picks = sa.Table(
    "picks",
    schema,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("url", sa.Text, nullable=False),  # of a picture at Discord, signed for a day
    sa.Column("size", sa.BigInteger, nullable=False),
)

videos = sa.Table(
    "videos",
    schema,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("access", sa.String(16), nullable=False),
    sa.Column("application_id", sa.BigInteger, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("prompt", sa.Text, nullable=False),
    sa.Column("prompt_expansion", sa.Boolean, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("accepted_at", sa.Double, nullable=False, index=True),
    sa.Column("first_frame", sa.String(32)),
    sa.Column("card_id", sa.BigInteger),
    sa.Column("thread_id", sa.BigInteger),
    sa.Column("queued_at", sa.Double),
    sa.Column("begun_at", sa.Double),  # the first attempt to submit
    sa.Column("intent_at", sa.Double),  # a submit that is out, or whose answer is lost
    sa.Column("attempt", sa.String(32), index=True),  # its random name
    sa.Column("prediction_id", sa.Text),
    sa.Column("submitted_at", sa.Double),
    sa.Column("deadline_at", sa.Double),
    sa.Column("outcome", sa.JSON(none_as_null=True)),
    sa.Column("settled_at", sa.Double, index=True),
    sa.Column("delivering_at", sa.Double),
    sa.Column("delivered_at", sa.Double),
    sa.Column("given_up_at", sa.Double),  # there was no way to the member
    sa.Column("deleted_at", sa.Double, index=True),  # its member wanted it forgotten
    sa.Column("shown_channel_id", sa.BigInteger),  # the message that told the outcome
    sa.Column("shown_id", sa.BigInteger),
    sa.Column("notice_channel_id", sa.BigInteger),  # the one that told of a loss, before
    sa.Column("notice_id", sa.BigInteger),
    sa.Column("retry_of", sa.BigInteger),  # the lost video that this one replaces
    sa.Column("retry_id", sa.BigInteger),  # the video that replaces this lost one
    sa.Column("locale", sa.String(16)),
    sa.Column("logged_at", sa.Double),  # the managers were shown that it was flagged or refused
    sa.Column("deliver", sa.String(8)),  # what held when it was accepted, as the next one
    sa.Column("nsfw", sa.String(8)),
    sa.Column("terms", sa.JSON(none_as_null=True)),  # what Atlas is told beside prompt and picture
)

sa.Index(
    "videos_unfinished",
    videos.c.accepted_at,
    sqlite_where=videos.c.delivered_at.is_(None),
    postgresql_where=videos.c.delivered_at.is_(None),
)

sa.Index("videos_of_member", videos.c.member_id, videos.c.accepted_at)

holds = sa.Table(
    "holds",
    schema,
    sa.Column("video_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("model", sa.Text),  # outlives the video's row
    sa.Column("day", sa.String(10), nullable=False, index=True),  # in UTC, like 2026-11-24
    sa.Column("micro_usd", sa.BigInteger, nullable=False),  # millionths: sums stay exact
    sa.Column("state", sa.String(8), nullable=False, index=True),
)

sa.Index("holds_of_member", holds.c.member_id, holds.c.day)

leavers = sa.Table(  # who asked to be forgotten, with all that they asked for until then
    "leavers",
    schema,
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("left_at", sa.Double, nullable=False),
)

pictures = sa.Table(
    "pictures",
    schema,
    sa.Column("video_id", sa.BigInteger, sa.ForeignKey("videos.id"), primary_key=True),
    sa.Column("media_type", sa.String(16), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

notes = sa.Table(
    "notes",
    schema,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

turns = sa.Table(
    "turns",
    schema,
    sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("taken_at", sa.Double, nullable=False),
)

rules = sa.Table(  # what managers set for a server, or for a channel of it
    "rules",
    schema,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("channel_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("rules", sa.JSON, nullable=False),
)

changes = sa.Table(  # of rules: who, when, and what they are since
    "changes",
    schema,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("part", sa.String(16), nullable=False),
    sa.Column("rules", sa.JSON, nullable=False),
)

pauses = sa.Table(  # who makes no videos where; 0 is everybody, or everywhere
    "pauses",
    schema,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("by_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("ends_at", sa.Double),  # null: when somebody ends it
)

reports = sa.Table(  # whose report of which video the managers were shown
    "reports",
    schema,
    sa.Column("video_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("reported_at", sa.Double, nullable=False),
)


def migrate(connection: sa.Connection) -> None:
    """Create the tables and columns that are missing; nothing that is there is changed."""
    one_at_a_time(connection, MIGRATION)
    schema.create_all(connection)
    inspector = sa.inspect(connection)
    for table in schema.sorted_tables:
        there = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                kind = column.type.compile(connection.dialect)
                connection.execute(
                    sa.DDL(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")
                )
        for index in table.indexes:
            index.create(connection, checkfirst=True)
