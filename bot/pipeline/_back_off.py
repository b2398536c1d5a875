"""How long to wait before trying again: a pure decision, chance given."""

from typing import Final

_BACK_OFF_FIRST_S: Final = 1.0
_BACK_OFF_MOST_S: Final = 30.0


def back_off(failures: int, *, asked_s: float, chance: float) -> float:
    """Return the seconds to wait after the nth failure in a row: doubling, bounded, jittered.

    `asked_s` is what the other side asked for, 0 for nothing; it is never undercut.
    """
    doubled_s = _BACK_OFF_FIRST_S * 2.0 ** min(failures - 1, 10)
    return max(asked_s, min(doubled_s, _BACK_OFF_MOST_S) * (0.5 + 0.5 * chance))
