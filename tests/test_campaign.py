"""Under faults of every kind nothing is lost, told twice or paid twice.

The tests play two short campaigns, and `make soak` many long ones. One is repeated by its seed:
`make soak ARGS='-k "sqlite and seed7-"'`.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.campaign import (
    Campaign,
    Database,
    Figures,
    Outage,
    PostgresBehindGate,
    SqliteFile,
    live_through,
    play,
)
from tests.stage import until

Record = Callable[[str, object], None]

pytestmark = pytest.mark.filterwarnings(
    "ignore:Unclosed file <tempfile"  # aiohttp's, of an upload that was cut
)


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    return SqliteFile(tmp_path / "bot.sqlite3")


@pytest.fixture
async def gated(database: sa.URL) -> AsyncGenerator[Database]:
    """A fresh PostgreSQL database behind a gate."""
    async with PostgresBehindGate(database) as behind:
        yield behind


def seeds(*numbers: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("seed", numbers, ids=lambda seed: f"seed{seed}-")


async def live(campaign: Campaign, database: Database, folder: Path, record: Record) -> Figures:
    """Play a campaign and report its figures; fail with all that does not add up."""
    figures, findings = await live_through(campaign, database, folder)
    record("figures", asdict(figures))
    if findings:
        pytest.fail("\n".join([str(campaign), *findings, str(figures)]), pytrace=False)
    return figures


@seeds(1)
async def test_a_short_campaign_on_sqlite(
    seed: int, sqlite: Database, tmp_path: Path, record_property: Record
) -> None:
    campaign = Campaign(seed, deaths=3, ask_s=0.15, strike_s=0.1)

    figures = await live(campaign, sqlite, tmp_path, record_property)

    assert (figures.lost, figures.doubled) == (0, 0)


@seeds(1)
async def test_a_short_campaign_on_postgres(
    seed: int, gated: Database, tmp_path: Path, record_property: Record
) -> None:
    campaign = Campaign(seed, deaths=1, processes=2, ask_s=0.1, strike_s=0.06)

    figures = await live(campaign, gated, tmp_path, record_property)

    assert (figures.lost, figures.doubled) == (0, 0)


@pytest.mark.soak
@seeds(*range(2, 10))
async def test_a_long_campaign_on_sqlite(
    seed: int, sqlite: Database, tmp_path: Path, record_property: Record
) -> None:
    campaign = Campaign(seed, deaths=25, strike_s=0.2)

    figures = await live(campaign, sqlite, tmp_path, record_property)

    assert (figures.lost, figures.doubled) == (0, 0)


@pytest.mark.soak
@seeds(*range(2, 10))
async def test_a_long_campaign_on_postgres(
    seed: int, gated: Database, tmp_path: Path, record_property: Record
) -> None:
    campaign = Campaign(seed, deaths=13, processes=2, ask_s=0.15, strike_s=0.2)

    figures = await live(campaign, gated, tmp_path, record_property)

    assert (figures.lost, figures.doubled) == (0, 0)


async def test_a_start_waits_for_a_database_that_goes_away(gated: Database, tmp_path: Path) -> None:
    async with play(gated, tmp_path, processes=1) as stage:
        await stage.bots[0].start()
        await until(lambda: stage.atlas.requests, "the start between the store and the engine")

        await gated.suffer(Outage.REFUSED, 3)

        await stage.discord.wait_connected(timeout_s=20)
