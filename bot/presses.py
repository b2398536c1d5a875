"""Buttons that must not act twice on a double click."""

import time
from collections.abc import Callable
from typing import Final

AGAIN_AFTER_S: Final = 10.0


class Presses:
    """The last presses of each member, in the memory of the process that hears their server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known = dict[tuple[int, str], tuple[float, int]]()

    def is_first(self, press_id: int, *, member_id: int, button: str) -> bool:
        """Tell whether a member presses that button for the first time in ten seconds.

        The same press, delivered a second time, is as first as it was.
        """
        now = self._clock()
        self._known = {
            key: (at, press) for key, (at, press) in self._known.items() if now < at + AGAIN_AFTER_S
        }
        _, first = self._known.setdefault((member_id, button), (now, press_id))
        return first == press_id
