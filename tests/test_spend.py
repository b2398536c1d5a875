"""What was spent: exact sums, a file that spreadsheets read, and one warning a day."""

import asyncio
import csv
import datetime as dt
import io
from collections.abc import AsyncGenerator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.model import Cause, Failed, VideoId
from bot.money import Budget, Scope, Spent, Unit, day_of
from bot.spend import NOTHING, Amount, Entry, Names, Report, Span, csv_file
from bot.store import Store
from tests.shelf import ALICE, BOB, DAY_S, NOW, PRICE, VIDEO, Clock, ask, end, let_go, opened

TODAY = day_of(NOW)
HAILUO = "minimax/hailuo-02/t2v-standard"
ELSEWHERE = replace(VIDEO.place, guild_id=9)
DIRECT = replace(VIDEO.place, guild_id=None)


def settled(videos: int = 1) -> Amount:
    return Amount(videos, settled_usd=videos * PRICE)


def held(videos: int = 1) -> Amount:
    return Amount(videos, held_usd=videos * PRICE)


async def report(store: Store, span: Span = Span.WEEK, server_id: int | None = None) -> Report:
    return await store.spending.report(span.days(TODAY), server_id=server_id)


@pytest.fixture
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Store]:
    """A store on SQLite, or on what the test names."""
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("database").render_as_string(hide_password=False)
    async with opened(url, Clock()) as store:
        yield store


on_both = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)


# ── sums ──────────────────────────────────────────────────────────────────────────────────────


@on_both
async def test_sums_are_told_by_day_member_server_and_model(store: Store) -> None:
    await end(store, await ask(store, 1))
    await end(store, await ask(store, 2, member_id=BOB, model=HAILUO))
    await ask(store, 3, member_id=BOB, place=ELSEWHERE)
    await end(store, await ask(store, 4, at=NOW - 2 * DAY_S, place=DIRECT))
    await end(store, await ask(store, 5), Failed(Cause.BROKEN))
    await end(store, await ask(store, 6, at=NOW - 7 * DAY_S))

    week = await report(store)

    assert list(week.by_day) == [TODAY - dt.timedelta(days=ago) for ago in range(6, -1, -1)]
    assert {day: sum_ for day, sum_ in week.by_day.items() if sum_ != NOTHING} == {
        TODAY - dt.timedelta(days=2): settled(),
        TODAY: settled(2) + held(),
    }
    assert week.by_member == {ALICE: settled(2), BOB: settled() + held()}
    assert week.by_server == {5: settled(2), 9: held(), None: settled()}
    assert week.by_model == {VIDEO.model: settled(2) + held(), HAILUO: settled()}
    assert week.total == settled(3) + held()
    assert week.total.usd == Decimal(2)
    assert week.entries == (
        Entry(TODAY, 5, ALICE, VIDEO.model, settled()),
        Entry(TODAY, 5, BOB, HAILUO, settled()),
        Entry(TODAY, 9, BOB, VIDEO.model, held()),
        Entry(TODAY - dt.timedelta(days=2), None, ALICE, VIDEO.model, settled()),
    )
    assert (await report(store, Span.MONTH)).total == settled(4) + held()
    assert (await report(store, Span.TODAY)).total == settled(2) + held()


async def test_a_server_is_told_of_itself_only(store: Store) -> None:
    await end(store, await ask(store, 1))
    await ask(store, 2, member_id=BOB, place=ELSEWHERE)

    here = await report(store, server_id=5)

    assert here.total == settled()
    assert (here.by_member, here.by_server) == ({ALICE: settled()}, {5: settled()})
    assert [entry.server_id for entry in here.entries] == [5]


async def test_sums_outlive_the_video_and_name_no_forgotten_member(store: Store) -> None:
    await end(store, await ask(store, 1, at=NOW - 2 * DAY_S))
    await store.forgetting.begin(ALICE)
    assert await let_go(store.forgetting.of_leavers) == [VideoId(2)]

    week = await report(store)

    assert week.by_member == {None: settled()}
    assert week.by_model == {VIDEO.model: settled()}
    assert [entry.member_id for entry in week.entries] == [None]


async def test_the_model_of_an_amount_of_before_is_that_of_its_video(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with opened(url, Clock()) as store:
        await end(store, await ask(store, 1))
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE holds SET model = NULL"))
        assert (await report(store)).by_model == {VIDEO.model: settled()}

        with engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM videos"))
        engine.dispose()

        assert (await report(store)).by_model == {None: settled()}


async def test_the_largest_come_first_and_the_smallest_are_left_out(store: Store) -> None:
    for member in range(1, 11):
        await ask(store, member, member_id=member)
    await ask(store, 11, member_id=10)

    week = await report(store)

    assert list(week.by_member.items())[:2] == [(10, held(2)), (1, held())]
    assert len(week.by_member) == 8
    assert week.total == held(11)


# ── the file ──────────────────────────────────────────────────────────────────────────────────


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_file_has_a_row_for_each_and_means_nothing_to_a_spreadsheet() -> None:
    amount = Amount(3, settled_usd=Decimal("1.000000"), held_usd=Decimal("0.000001"))
    entries = [
        Entry(TODAY, 5, ALICE, VIDEO.model, amount),
        Entry(TODAY, None, BOB, "@evil/model", NOTHING),
        Entry(TODAY, 9, None, None, NOTHING),
    ]
    names = Names({ALICE: '=HYPERLINK("x"),\n"y"', BOB: "Bob, 海"}, {5: "+Studio"})

    content = csv_file(entries, names)

    assert content.startswith("\ufeffday,server_id,".encode())
    assert b"\r\n" in content
    day, alice, bob = TODAY.isoformat(), str(ALICE), str(BOB)
    quoted = '\'=HYPERLINK("x"),\n"y"'
    assert rows(content)[1:] == [
        [day, "5", "'+Studio", alice, quoted, VIDEO.model, "3", "1.000000", "0.000001"],
        [day, "", "", bob, "Bob, 海", "'@evil/model", "0", "0", "0"],
        [day, "9", "", "", "", "", "0", "0", "0"],
    ]


# ── the warning ───────────────────────────────────────────────────────────────────────────────

OF_SERVER = Budget(Scope.SERVER, Unit.VIDEOS, Decimal(5))
OF_ALL = Budget(Scope.ALL, Unit.USD, Decimal("2.50"))
OF_MEMBER = Budget(Scope.MEMBER, Unit.VIDEOS, Decimal(4))


@pytest.mark.parametrize(
    ("used", "is_near"), [("0", False), ("7.99", False), ("8", True), ("11", True)]
)
def test_a_budget_is_nearly_used_from_four_fifths_on(used: str, is_near: bool) -> None:
    budget = Budget(Scope.ALL, Unit.USD, Decimal(10))

    assert Spent(usd=Decimal(used)).nears(budget) is is_near
    assert not Spent().nears(replace(budget, most=Decimal(0)))


async def test_each_budget_is_warned_of_once_a_day(store: Store) -> None:
    budgets = (OF_SERVER, OF_ALL, OF_MEMBER)
    near = [await store.spending.newly_near(await ask(store, n), budgets) for n in range(1, 6)]
    later = await ask(store, 6, at=NOW + DAY_S)
    tomorrow = [await store.spending.newly_near(later, budgets)]
    for number in range(7, 10):
        video = await ask(store, number, at=NOW + DAY_S)
        tomorrow.append(await store.spending.newly_near(video, budgets))
    late = replace(VIDEO, id=VideoId(77))

    assert near == [[], [], [], [OF_SERVER, OF_ALL], []]
    assert tomorrow == [[], [], [], [OF_SERVER, OF_ALL]]
    assert await store.spending.newly_near(late, budgets) == []


@on_both
async def test_two_that_pass_at_once_warn_once(store: Store) -> None:
    videos = [await ask(store, number) for number in range(1, 5)]

    near = await asyncio.gather(
        *[store.spending.newly_near(video, (OF_SERVER,)) for video in videos]
    )

    assert sorted(map(len, near)) == [0, 0, 0, 1]
