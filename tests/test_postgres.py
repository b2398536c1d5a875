"""The same stories on a real PostgreSQL; those of several processes are in test_several."""

import asyncio
from math import inf

import pytest
import sqlalchemy as sa

from bot.store import Store, TooSlow
from sandbox.atlas import SimulatedAtlas
from tests.conftest import order
from tests.evening import cut_off
from tests.stage import settings_for, stage, until
from tests.test_store import ARRIVAL, PRICE, VIDEO


async def test_words_become_a_video_in_a_thread(database_url: str, atlas: SimulatedAtlas) -> None:
    async with stage(settings_for(atlas.base_url, database_url)) as play:
        await play.video("a paper boat")

        result = await play.result(await play.thread())

    assert "**Ready.**" in result.content
    assert len(atlas.predictions) == 1


async def test_a_restart_in_the_middle_delivers_once(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 1.0
    async with stage(settings_for(atlas.base_url, database_url)) as play:
        await play.video("a paper boat")
        thread = await play.thread()

        await play.restart()

        assert "**Ready.**" in (await play.result(thread)).content
        assert len(play.results(thread)) == 1
        assert len(atlas.predictions) == 1


async def test_what_a_server_that_only_reads_refuses_is_written_when_it_writes_again(
    postgres: sa.URL, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(database_url.replace("postgresql://", "postgresql+psycopg://"))
    await store.open()
    await store.accept(VIDEO, None, price_usd=PRICE)
    order(postgres, "ALTER SYSTEM SET default_transaction_read_only = on")
    order(postgres, "SELECT pg_reload_conf()")

    try:
        writing = asyncio.create_task(store.submitted(VIDEO.id, "p1", patience_s=60))
        await until(lambda: "database away" in caplog.text, "a refusal")
    finally:
        order(postgres, "ALTER SYSTEM RESET default_transaction_read_only")
        order(postgres, "SELECT pg_reload_conf()")
    await writing

    submission = (await store.record(VIDEO.id)).submission
    store.close()
    assert submission is not None
    assert submission.prediction_id == "p1"


async def test_a_command_that_cannot_be_written_in_time_leaves_nothing(database_url: str) -> None:
    url = database_url.replace("postgresql://", "postgresql+psycopg://")
    store, blocker = Store(url), sa.create_engine(url)
    await store.open()
    with blocker.begin() as connection:
        connection.execute(sa.text("LOCK TABLE arrivals"))

        with pytest.raises(TooSlow):
            await store.arrivals.add(ARRIVAL, within_s=0.2)

    await asyncio.sleep(0.2)  # in which it would be written
    assert await store.arrivals.unanswered(before=inf) == []
    store.close()
    blocker.dispose()


async def test_a_command_is_taken_whose_connection_was_cut_a_moment_ago(database_url: str) -> None:
    url = database_url.replace("postgresql://", "postgresql+psycopg://")
    store = Store(url)
    await store.open()
    await store.line.waiting(1)
    cut_off(sa.make_url(url))

    assert await store.arrivals.add(ARRIVAL, within_s=1.0)

    assert await store.arrivals.unanswered(before=inf) == [ARRIVAL]
    store.close()
