"""Turnstile to identify: one at a time in a bucket, and never a bot that stays away."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from bot.shards import Turnstile
from bot.store import Store

EVERY_S = 0.3


@dataclass(frozen=True)
class Limits:
    max_concurrency: int


async def one() -> Limits:
    return Limits(1)


async def two() -> Limits:
    return Limits(2)


async def away(*_: object, **__: object) -> float:
    raise ConnectionError


async def unknown() -> Limits:
    raise ConnectionError


async def times(turns: Turnstile, *shards: int) -> list[float]:
    """Let shards identify together; return after how many seconds each did."""
    began_at = time.monotonic()

    async def identify(shard: int) -> float:
        await turns.wait(shard)
        return time.monotonic() - began_at

    return await asyncio.gather(*map(identify, shards))


async def test_shards_of_one_bucket_identify_one_after_the_other(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'bot.sqlite3'}")

    first, second, third = await times(
        Turnstile(ask=one, take=store.turns.take, every_s=EVERY_S), 0, 1, 2
    )

    assert first < EVERY_S <= second
    assert third >= 2 * EVERY_S
    store.close()


async def test_shards_of_different_buckets_do_not_wait_for_each_other(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'bot.sqlite3'}")

    first, second, third = await times(
        Turnstile(ask=two, take=store.turns.take, every_s=EVERY_S), 0, 1, 2
    )

    assert max(first, second) < EVERY_S <= third
    store.close()


async def test_two_processes_share_the_turns_of_one_database(database_url: str) -> None:
    url = database_url.replace("postgresql:", "postgresql+psycopg:")
    mine, theirs = Store(url), Store(url)
    await asyncio.gather(mine.open(), theirs.open())

    together = await asyncio.gather(
        *(
            times(Turnstile(ask=one, take=store.turns.take, every_s=1.0), 0)
            for store in (mine, theirs)
        )
    )

    first, second = sorted(at for (at,) in together)
    assert second - first >= 0.9
    for store in (mine, theirs):
        await asyncio.to_thread(store.close)


async def test_without_the_database_a_shard_waits_its_time_and_connects() -> None:
    first, second = await times(Turnstile(ask=one, take=away, every_s=EVERY_S), 0, 1)

    assert first >= EVERY_S
    assert second >= 2 * EVERY_S


async def test_without_discords_number_all_shards_share_one_bucket(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'bot.sqlite3'}")

    first, second = await times(
        Turnstile(ask=unknown, take=store.turns.take, every_s=EVERY_S), 0, 1
    )

    assert first < EVERY_S <= second
    store.close()
