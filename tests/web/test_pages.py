"""Readiness names what is not ready, within two seconds; figures are for whom they are meant."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal

import aiohttp
import pytest

from bot.health import Health
from bot.metrics import Metrics
from bot.store import Figures
from bot.web import HealthPages, MetricsPage, Web


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


async def sick() -> bool:
    raise OSError("no route")


async def slow() -> bool:
    await asyncio.Event().wait()
    return True


async def count() -> Figures:
    return Figures(in_line=7, in_flight=3, spent_usd=Decimal("1.25"))


async def lost() -> Figures:
    raise OSError("no route")


@asynccontextmanager
async def served(*pages: HealthPages | MetricsPage) -> AsyncGenerator[str]:
    web = Web(*pages, port=0)
    await web.start()
    yield f"http://127.0.0.1:{web.port}"
    await web.close()


async def test_a_bot_whose_parts_are_ready_is_ready(session: aiohttp.ClientSession) -> None:
    async with (
        served(HealthPages(Health(gateway=yes, engine=yes))) as origin,
        session.get(f"{origin}/readyz") as answer,
    ):
        assert answer.status == 200
        assert await answer.json() == {"ready": True, "not_ready": []}


async def test_what_is_not_ready_is_named_in_time(session: aiohttp.ClientSession) -> None:
    health = Health(gateway=yes, database=slow, engine=no, others=sick)
    began = time.perf_counter()

    async with (
        served(HealthPages(health)) as origin,
        session.get(f"{origin}/readyz") as answer,
        session.get(f"{origin}/healthz") as alive,
    ):
        assert answer.status == 503
        assert await answer.json() == {
            "ready": False,
            "not_ready": ["database", "engine", "others"],
        }
        assert alive.status == 200
    await health.close()

    assert time.perf_counter() - began < 4


async def test_prometheus_reads_what_holds_now(session: aiohttp.ClientSession) -> None:
    page = MetricsPage(Metrics(), Health(engine=no), count=count)

    async with served(page) as origin, session.get(f"{origin}/metrics") as answer:
        text = await answer.text()

    assert answer.content_type == "text/plain"
    assert "\nfirstframe_videos_in_line 7.0\n" in text
    assert "\nfirstframe_videos_in_flight 3.0\n" in text
    assert "\nfirstframe_spent_today_usd 1.25\n" in text
    assert '\nfirstframe_ready{part="engine"} 0.0\n' in text
    assert "_created" not in text


async def test_what_nobody_knows_is_no_number(session: aiohttp.ClientSession) -> None:
    page = MetricsPage(Metrics(), Health(), count=lost)

    async with served(page) as origin, session.get(f"{origin}/metrics") as answer:
        assert answer.status == 200
        assert "\nfirstframe_videos_in_line NaN\n" in await answer.text()


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ("Bearer t0ken", 200),
        ("Bearer t0ke", 401),
        ("bearer", 401),
        ("Bearer tökén", 401),
        ("", 401),
    ],
)
async def test_figures_with_a_token_are_for_its_bearer(
    session: aiohttp.ClientSession, shown: str, status: int
) -> None:
    page = MetricsPage(Metrics(), Health(), count=count, token="t0ken")

    async with (
        served(page) as origin,
        session.get(f"{origin}/metrics", headers={"Authorization": shown}) as answer,
    ):
        assert answer.status == status
