"""What may be spent in a day: pure decisions, and sums that no order of events breaks."""

import asyncio
import datetime as dt
import re
from collections.abc import Coroutine
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)

from bot.model import (
    Access,
    Cancelled,
    Cause,
    Charge,
    Deleted,
    Failed,
    Flagged,
    Outcome,
    Place,
    Post,
    Ready,
    Refused,
    TimedOut,
    Unknown,
    Video,
    VideoId,
)
from bot.money import (
    Budget,
    Hold,
    OverBudget,
    Scope,
    Spent,
    Unit,
    called_off,
    check_budgets,
    day_of,
    from_micro,
    hold_after,
    next_day_at,
    to_micro,
)
from bot.store import Store, open_engine
from tests.test_store import VIDEO

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC).timestamp()
DAY_S = 24 * 3600.0
READY = Ready(("https://a.example/v.mp4",))


def usd(scope: Scope, most: str) -> Budget:
    return Budget(scope, Unit.USD, Decimal(most))


# ── decisions ─────────────────────────────────────────────────────────────────────────────────


def test_a_budget_may_be_used_up_to_its_last_cent() -> None:
    check_budgets([usd(Scope.ALL, "1.00")], {Scope.ALL: Spent(Decimal("0.50"), 1)}, Decimal("0.50"))


def test_who_would_pass_a_budget_is_told_which_and_what_is_left() -> None:
    budget = usd(Scope.MEMBER, "1.00")

    with pytest.raises(OverBudget) as refused:
        check_budgets([budget], {Scope.MEMBER: Spent(Decimal("0.70"), 1)}, Decimal("0.50"))

    assert refused.value.budget == budget
    assert refused.value.left == Decimal("0.30")


def test_of_several_budgets_the_tightest_is_named() -> None:
    roomier, tighter = usd(Scope.ALL, "1.00"), Budget(Scope.MEMBER, Unit.VIDEOS, Decimal(2))
    spent = {Scope.ALL: Spent(Decimal("0.70"), 3), Scope.MEMBER: Spent(Decimal("0.70"), 2)}

    with pytest.raises(OverBudget) as refused:
        check_budgets([roomier, tighter], spent, Decimal("0.50"))

    assert refused.value.budget == tighter


def test_a_direct_message_has_no_servers_budget() -> None:
    check_budgets([usd(Scope.SERVER, "0")], {Scope.ALL: Spent()}, Decimal("0.50"))


@pytest.mark.parametrize(
    ("outcome", "hold"),
    [
        (READY, Hold.SETTLED),
        (Flagged(), Hold.SETTLED),
        (Failed(Cause.EMPTY), Hold.SETTLED),
        (Failed(Cause.LINK), Hold.SETTLED),
        (Failed(Cause.BROKEN), Hold.RELEASED),
        (Failed(Cause.CANCELLED), Hold.RELEASED),
        (Refused(Cause.BUSY), Hold.RELEASED),
        (Failed(Cause.BUG), Hold.HELD),
        (TimedOut(), Hold.HELD),
        (Unknown(), Hold.HELD),
        (Cancelled(Charge.NONE), Hold.RELEASED),
        (Cancelled(Charge.MAYBE), Hold.HELD),
        (Cancelled(Charge.SURE), Hold.SETTLED),
        (Deleted(), Hold.SETTLED),
    ],
)
def test_money_follows_the_outcome(outcome: Outcome, hold: Hold) -> None:
    assert hold_after(outcome) is hold


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (READY, Cancelled(Charge.SURE, READY.links)),
        (Flagged(), Cancelled(Charge.SURE)),
        (Failed(Cause.BROKEN), Cancelled(Charge.NONE)),
    ],
)
def test_what_was_called_off_costs_what_atlas_made_of_it(
    found: Outcome, outcome: Cancelled
) -> None:
    assert called_off(found) == outcome
    assert hold_after(outcome) is hold_after(found)


def test_days_are_days_in_utc() -> None:
    last_second = dt.datetime(2026, 11, 24, 23, 59, 59, tzinfo=dt.UTC).timestamp()

    assert day_of(last_second) == dt.date(2026, 11, 24)
    assert next_day_at(last_second) == last_second + 1


@given(st.decimals(min_value=0, max_value=10_000, places=6))
def test_millionths_are_exact(amount: Decimal) -> None:
    assert from_micro(to_micro(amount)) == amount


def test_there_is_no_float_in_money() -> None:
    for name in ("bot/money.py", "bot/store/_holds.py"):
        text = (ROOT / name).read_text(encoding="utf-8")

        assert not re.search(r"usd[a-z_]*: float|float\((?!\")|: float.*usd|Double", text), name


# ── every order of events ─────────────────────────────────────────────────────────────────────

BUDGETS = (
    usd(Scope.MEMBER, "1.20"),
    Budget(Scope.SERVER, Unit.VIDEOS, Decimal(5)),
    usd(Scope.ALL, "3.000001"),
)
ENDINGS = [READY, Flagged(), Refused(Cause.BUSY), Failed(Cause.BROKEN), Unknown(), TimedOut()]


class Purse(RuleBasedStateMachine):
    """Accepts, settles, crashes, finds and releases in any order; the books must hold."""

    running = Bundle("running")
    doubtful = Bundle("doubtful")

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory(prefix="purse-")
        self.url = f"sqlite:///{self.folder.name}/bot.sqlite3"
        self.now = NOON
        self.runner = asyncio.Runner()
        self.accepted: dict[VideoId, tuple[Video, Decimal]] = {}
        self.states: dict[VideoId, Hold] = {}
        self._open()

    def _open(self) -> None:
        self.store = Store(self.url, clock=lambda: self.now)
        self._do(self.store.open())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @rule(
        target=running,
        member=st.integers(1, 3),
        guild=st.sampled_from([None, 1, 2]),
        price=st.sampled_from(["0.50", "0.23", "0.000001", "0", "1.199999"]).map(Decimal),
        twice=st.booleans(),
    )
    def accept(self, member: int, guild: int | None, price: Decimal, twice: bool) -> Any:
        number = VideoId(len(self.accepted) + 1)
        place = Place(5, guild, Access.CHANNEL)
        video = replace(VIDEO, id=number, member_id=member, place=place, accepted_at=self.now)
        try:
            for _ in range(1 + twice):  # as after a lost answer to the commit
                self._do(self.store.accept(video, None, price_usd=price, budgets=BUDGETS))
        except OverBudget:
            return VideoId(0)
        self.accepted[number] = (video, price)
        self.states[number] = Hold.HELD
        return number

    @rule(video_id=running, outcome=st.sampled_from(ENDINGS), target=doubtful)
    def settle(self, video_id: VideoId, outcome: Outcome) -> Any:
        if video_id not in self.accepted:
            return VideoId(0)
        was_open = self._outcome(video_id) is None
        self._do(self.store.settle(video_id, outcome))
        if was_open:
            self._close(video_id, outcome)
        return video_id

    @rule(video_id=running, also_sent=st.booleans(), target=doubtful)
    def call_off(self, video_id: VideoId, also_sent: bool) -> Any:
        if video_id in self.accepted and self._do(
            self.store.regrets.call_off(video_id, also_sent=also_sent)
        ):
            self._close(video_id, self._outcome(video_id))
        return video_id

    @rule(video_id=doubtful, found=st.sampled_from([READY, Flagged(), Failed(Cause.BROKEN)]))
    def learn(self, video_id: VideoId, found: Outcome) -> None:
        """Hear what became at Atlas of a video that was called off."""
        if video_id in self.accepted:
            is_doubtful = self._outcome(video_id) == Cancelled(Charge.MAYBE)
            self._do(self.store.regrets.learn(video_id, called_off(found)))
            if is_doubtful:
                self._close(video_id, found)

    @rule(video_id=consumes(doubtful))
    def find(self, video_id: VideoId) -> None:
        """Learn the id of a lost submit, and let the story go on."""
        if video_id in self.accepted:
            self._do(self.store.submitted(video_id, f"p{video_id}", patience_s=60))
            if (ending := self._do(self.store.ending(video_id))) is not None:
                self._do(self.store.delivered(video_id, ending, Post(1, 1)))
            self._do(self.store.doubts.reopen(video_id))

    @rule(video_id=running)
    def release(self, video_id: VideoId) -> None:
        doubts = {doubt.video.id for doubt in self._do(self.store.doubts.all())}
        if video_id in doubts:
            self._do(self.store.doubts.release(video_id))
            self.states[video_id] = Hold.RELEASED

    @rule()
    def crash(self) -> None:
        self.store.close()
        self._open()

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += hours * 3600.0

    @invariant()
    def no_sum_passes_its_budget(self) -> None:
        if not hasattr(self, "store"):
            return
        for day in {day_of(video.accepted_at) for video, _ in self.accepted.values()}:
            today = [
                (video, price)
                for number, (video, price) in self.accepted.items()
                if day_of(video.accepted_at) == day and self.states[number] is not Hold.RELEASED
            ]
            assert sum(price for _, price in today) <= Decimal("3.000001")
            for member in range(1, 4):
                spent = sum(price for video, price in today if video.member_id == member)
                assert spent <= Decimal("1.20")
            for guild in (1, 2):
                assert sum(video.place.guild_id == guild for video, _ in today) <= 5

    @invariant()
    def the_books_are_as_told(self) -> None:
        if hasattr(self, "store"):
            told = {
                number: (to_micro(price), self.states[number].value)
                for number, (_, price) in self.accepted.items()
            }
            assert self._books() == told

    def _books(self) -> dict[int, tuple[int, str]]:
        return {
            row.video_id: (row.micro_usd, row.state)
            for row in self._rows("SELECT video_id, micro_usd, state FROM holds")
        }

    def _close(self, video_id: VideoId, outcome: Outcome | None) -> None:
        """Keep in mind what becomes of the money; what is settled stays so."""
        if outcome is not None and self.states[video_id] is not Hold.SETTLED:
            self.states[video_id] = hold_after(outcome)

    def _outcome(self, video_id: VideoId) -> Outcome | None:
        ending = self._do(self.store.ending(video_id))
        return ending and ending.outcome

    def _rows(self, query: str) -> list[Any]:
        engine = open_engine(self.url, connections=1)
        with engine.connect() as reader:
            rows = list(reader.execute(sa.text(query)).all())
        engine.dispose()
        return rows

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.runner.close()
            self.folder.cleanup()


TestPurse = Purse.TestCase
TestPurse.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, derandomize=True
)


async def test_two_processes_never_spend_the_same_money(database: sa.URL) -> None:
    url = database.render_as_string(hide_password=False)
    stores = [Store(url), Store(url)]
    for store in stores:
        await store.open()

    async def accept(number: int) -> bool:
        video = replace(VIDEO, id=VideoId(number), accepted_at=NOON)
        try:
            await stores[number % 2].accept(
                video, None, price_usd=Decimal("0.50"), budgets=[usd(Scope.ALL, "2.60")]
            )
        except OverBudget:
            return False
        return True

    accepted = await asyncio.gather(*map(accept, range(1, 31)))

    assert sum(accepted) == 5
    for store in stores:
        store.close()
