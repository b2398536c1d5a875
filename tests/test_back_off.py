"""How long the bot waits before it tries again."""

from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline._back_off import back_off

chances = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 10_000), chances)
def test_backing_off_is_bounded(failures: int, chance: float) -> None:
    assert 0.5 <= back_off(failures, asked_s=0, chance=chance) <= 30


@given(st.integers(1, 100), st.floats(0, 86_400), chances)
def test_what_the_other_side_asks_is_never_undercut(
    failures: int, asked_s: float, chance: float
) -> None:
    assert back_off(failures, asked_s=asked_s, chance=chance) >= asked_s


def test_backing_off_doubles() -> None:
    assert [back_off(n, asked_s=0, chance=0) for n in (1, 2, 3, 4)] == [0.5, 1, 2, 4]
