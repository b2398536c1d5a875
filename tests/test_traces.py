"""With a collector each story is sent as a trace, without any words; without one nothing is."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.settings import Settings
from sandbox.atlas import SimulatedAtlas
from tests.stage import stage
from tests.theatre import PATIENCE_S, theatre

WISH = "whisperedwish"


class Collector:
    """A real HTTP server that keeps what is sent to it."""

    def __init__(self) -> None:
        self.paths = set[str]()
        self.content = b""

    async def take(self, request: web.Request) -> web.Response:
        self.paths.add(request.path)
        self.content += await request.read()
        return web.Response()


@pytest.fixture
async def collector() -> Collector:
    return Collector()


@pytest.fixture
async def collector_url(collector: Collector) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{path:.*}", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{site.port}"
    await runner.cleanup()


async def test_each_step_of_a_story_is_sent_with_its_id_and_no_words(
    atlas: SimulatedAtlas, tmp_path: Path, collector: Collector, collector_url: str
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with theatre(atlas, url, OTEL_EXPORTER_OTLP_ENDPOINT=collector_url) as play:
        interaction = await play.video(WISH)
        await play.ended(interaction)
        assert await play.bot.terminate() == 0

    assert collector.paths == {"/v1/traces"}
    for told in (b"firstframe", b"make_video", b"submit", b"wait", b"settle", b"%d" % interaction):
        assert told in collector.content
    assert WISH.encode() not in collector.content


async def send_a_failure(url: str, folder: Path) -> int | None:
    """Let a process of its own send a span that failed for a reason; return its exit code."""
    fail = (
        "import asyncio, sys; from bot.traces import Traces; from opentelemetry import trace;"
        "traces = Traces(sys.argv[1], process_name='test');"
        "span = trace.get_tracer('test').start_span('failing');"
        "span.set_status(trace.StatusCode.ERROR, sys.argv[2]); span.end();"
        "asyncio.run(asyncio.wait_for(traces.close(), 2))"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", fail, url, WISH),
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    return await asyncio.wait_for(process.wait(), PATIENCE_S)


async def test_the_text_of_an_error_is_not_sent(
    collector: Collector, collector_url: str, tmp_path: Path
) -> None:
    assert await send_a_failure(collector_url, tmp_path) == 0
    assert b"failing" in collector.content
    assert WISH.encode() not in collector.content


async def test_a_collector_that_is_away_holds_nothing_up(tmp_path: Path) -> None:
    assert await send_a_failure("http://127.0.0.1:1", tmp_path) == 0


async def test_without_a_collector_its_libraries_are_not_even_imported(
    settings: Settings, atlas: SimulatedAtlas
) -> None:
    async with stage(settings) as play:
        await play.video(WISH)
        await play.result(await play.thread())

    assert "dbos" in sys.modules
    assert [name for name in sys.modules if name.startswith("opentelemetry.sdk")] == []
