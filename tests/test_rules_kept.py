"""The rules of servers and who changed them, as the store keeps them."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.model import Nsfw
from bot.policy import Change, Part, Rulebook, Rules
from bot.store import Store
from tests.shelf import ALICE, BOB, NOW, Clock, let_go, opened

GUILD, CHANNEL = 5, 7


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'bot.sqlite3'}", Clock()) as store:
        yield store


async def test_what_is_set_twice_is_noted_once_and_other_servers_know_nothing(
    store: Store,
) -> None:
    changes = [
        await store.policies.set(GUILD, CHANNEL, Part.OPEN, False, member_id=ALICE),
        await store.policies.set(GUILD, CHANNEL, Part.OPEN, False, member_id=BOB),
    ]

    assert changes == [Change(NOW, ALICE, CHANNEL, Part.OPEN, Rules(is_open=False)), None]
    assert await store.policies.changes(GUILD, limit=9) == changes[:1]
    assert await store.policies.rulebook(GUILD) == Rulebook(
        Rules(), {CHANNEL: Rules(is_open=False)}
    )
    assert await store.policies.rulebook(GUILD + 1) == Rulebook()


async def test_two_managers_at_once_do_not_undo_each_other(database_url: str) -> None:
    async with (
        opened(database_url.replace("postgresql", "postgresql+psycopg"), Clock()) as one,
        opened(database_url.replace("postgresql", "postgresql+psycopg"), Clock()) as two,
    ):
        await asyncio.gather(
            one.policies.set(GUILD, None, Part.OPEN, False, member_id=ALICE),
            two.policies.set(GUILD, None, Part.NSFW, Nsfw.BLOCK, member_id=BOB),
            one.policies.set(GUILD, None, Part.THREADS, False, member_id=ALICE),
            two.policies.set(GUILD, None, Part.ROLES, (1,), member_id=BOB),
        )

        rulebook = await one.policies.rulebook(GUILD)

    assert rulebook.server == Rules(is_open=False, nsfw=Nsfw.BLOCK, threads=False, roles=(1,))


async def test_managers_of_many_servers_at_once_are_all_heard_by_the_embedded_store(
    store: Store,
) -> None:
    guilds = range(1, 11)
    wanted = Rules(is_open=False, nsfw=Nsfw.BLOCK, threads=False, roles=(1,))
    parts = (Part.OPEN, Part.NSFW, Part.THREADS, Part.ROLES)

    await asyncio.gather(
        *(
            store.policies.set(guild, None, part, getattr(wanted, part), member_id=ALICE)
            for guild in guilds
            for part in parts
        )
    )

    assert [(await store.policies.rulebook(guild)).server for guild in guilds] == [wanted] * 10
    assert {len(await store.policies.changes(guild, limit=9)) for guild in guilds} == {4}


async def test_who_is_forgotten_leaves_the_change_without_a_name(store: Store) -> None:
    await store.policies.set(GUILD, None, Part.OPEN, False, member_id=ALICE)
    stored = await store.library.everything(ALICE)
    assert [(one["part"], one["member_id"]) for one in stored["changes"]] == [
        ("is_open", str(ALICE))
    ]

    await store.forgetting.begin(ALICE)
    await let_go(store.forgetting.of_leavers)

    (change,) = await store.policies.changes(GUILD, limit=9)
    assert change.member_id == 0
    assert (await store.policies.rulebook(GUILD)).server == Rules(is_open=False)
