"""Who watches over a bot learns what it does: by its figures, its readiness, and its log."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from bot.logs import JsonLines
from bot.model import VideoId, short_id
from bot.settings import Settings
from sandbox.atlas import Fault, SimulatedAtlas
from tests.discord_socket import BotProcess, SocketDiscord
from tests.discord_socket import Fault as DiscordFault
from tests.stage import environ, free_port, picture, stage, until
from tests.theatre import PATIENCE_S, Theatre, theatre

WISH = "whisperedwish"


class Watcher:
    """Asks a bot over HTTP, as Prometheus and a host's health check do."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._origin = f"http://127.0.0.1:{port}"

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return status and text; status 0 where nobody listens."""
        try:
            async with self._session.get(self._origin + path, headers=headers) as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientConnectionError:
            return 0, ""

    async def not_ready(self) -> list[str]:
        status, text = await self.get("/readyz")
        answer: dict[str, Any] = json.loads(text)
        assert (status == 200) == answer["ready"] == (answer["not_ready"] == [])
        return answer["not_ready"]

    async def figures(self) -> dict[str, float]:
        """Return the value of each series, named like `submits_total taken`."""
        _, text = await self.get("/metrics")
        families = text_string_to_metric_families(text)
        return {_name_of(sample): sample.value for each in families for sample in each.samples}

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something is so. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while not await condition():  # noqa: ASYNC110  # of another process
                await asyncio.sleep(0.05)

    async def is_alive(self) -> bool:
        return await self.get("/healthz") == (200, '{"alive": true}')

    async def is_ready(self) -> bool:
        return await self.not_ready() == []

    async def misses_the_gateway(self) -> bool:
        return await self.not_ready() == ["gateway"]


def _name_of(sample: Sample) -> str:
    return " ".join(
        filter(None, [sample.name.removeprefix("firstframe_"), *sample.labels.values()])
    )


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def watcher(port: int) -> AsyncIterator[Watcher]:
    async with aiohttp.ClientSession() as session:
        yield Watcher(session, port)


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path, port: int) -> AsyncIterator[Theatre]:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    atlas.generation_s = 0.5
    async with theatre(atlas, url, PORT=str(port)) as play:
        yield play


async def test_one_story_is_counted_once(play: Theatre, watcher: Watcher) -> None:
    await watcher.until(watcher.is_ready)
    before = await watcher.figures()
    play.atlas.fail_next("upload", Fault.HTTP_500)
    play.atlas.fail_next("poll", Fault.HTTP_503)
    play.discord.spoil(
        DiscordFault("POST", "/channels/*/messages", 429, after_effect=False, retry_after_s=0.05)
    )

    interaction = await play.video(WISH, attachment=picture()[1])
    await play.ended(interaction)
    figures = await watcher.figures()

    assert before["videos_in_flight"] == before["spent_today_usd"] == 0
    assert before["submits_total taken"] == before["outcomes_total Ready"] == 0
    assert figures["videos_accepted_total minimax/video-01"] == 1
    assert figures["submits_total taken"] == figures["submit_seconds_count"] == 1
    assert figures["polls_total put_off"] == 1
    assert figures["polls_total answered"] >= 1
    assert figures["atlas_errors_total prediction AtlasUnavailable"] == 1
    assert figures["atlas_errors_total upload AtlasError"] == 1
    assert 0.4 < figures["wait_seconds_sum"] < PATIENCE_S
    assert figures["wait_seconds_count"] == figures["delivery_seconds_count"] == 1
    assert figures["outcomes_total Ready"] == figures["deliveries_total told"] == 1
    assert figures["discord_rate_limits_total"] == 1
    assert figures["ready gateway"] == figures["ready database"] == figures["ready engine"] == 1
    assert sum(value for name, value in figures.items() if name.startswith("outcomes_")) == 1
    _, text = await watcher.get("/metrics")
    names = (WISH, interaction, play.member, play.channel)
    assert [name for name in names if str(name) in text] == []


async def test_one_id_leads_from_the_card_to_the_log_and_to_atlas(
    atlas: SimulatedAtlas, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    atlas.fail_next("submit", Fault.HTTP_503)

    async with stage(settings) as play:
        card = await play.video(WISH)
        shown = (await play.result(await play.thread())).content.rpartition("· id ")[2]
        await until(lambda: "**Ready.**" in play.card(card), "the card's last change")

    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    told = [line for line in lines if line.get("short_id") == shown]
    assert [line["message"] for line in told[:5]] == [
        "video accepted",
        "submit put off",
        "video submitted",
        "video settled",
        "video delivered",
    ]
    assert {short_id(VideoId(int(line["id"]))) for line in told} == {shown}
    assert told[1]["reason"].startswith("submit: 503 request=")
    assert [told[2]["prediction"]] == [made.id for made in atlas.predictions]
    assert told[3]["outcome"] == "Ready"


async def test_a_bot_lives_before_it_is_ready_and_names_what_it_waits_for(
    atlas: SimulatedAtlas, tmp_path: Path, port: int, watcher: Watcher
) -> None:
    path = tmp_path / "bot.sqlite3"
    env = environ(atlas.base_url, f"sqlite:///{path}", PORT=str(port))
    async with SocketDiscord() as discord:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            async with BotProcess(discord.base, "bot", env=env):
                await watcher.until(watcher.is_alive)

                assert await watcher.not_ready() == ["gateway", "database", "engine"]
                assert (await watcher.get("/metrics"))[0] == 200

                database.execute("ROLLBACK")
                await watcher.until(watcher.is_ready)

                await discord.gateway.invalidate()
                await watcher.until(watcher.misses_the_gateway)
                await watcher.until(watcher.is_ready)
