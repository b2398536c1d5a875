"""How long to wait before asking again: pure decisions, clock and chance given."""

from typing import Final

SETTLE_IN_S: Final = 120.0
"""The age at which polls reach their slowest; clips take one to five minutes (vendor's FAQ)."""

_BACK_OFF_FIRST_S: Final = 1.0
_BACK_OFF_MOST_S: Final = 30.0


def poll_pause(age_s: float, *, least_s: float, most_s: float, chance: float) -> float:
    """Return the seconds to the next poll: from `least_s` for a young video to `most_s`.

    `chance` in [0, 1) spreads polls that began together over a fifth of the pause.
    """
    share = min(1.0, age_s / SETTLE_IN_S)
    pause_s = least_s + (most_s - least_s) * share
    return max(least_s, pause_s * (0.8 + 0.2 * chance))


def back_off(failures: int, *, asked_s: float, chance: float) -> float:
    """Return the seconds to wait after the nth failure in a row: doubling, bounded, jittered.

    `asked_s` is what the other side asked for, 0 for nothing; it is never undercut.
    """
    doubled_s = _BACK_OFF_FIRST_S * 2.0 ** min(failures - 1, 10)
    return max(asked_s, min(doubled_s, _BACK_OFF_MOST_S) * (0.5 + 0.5 * chance))
