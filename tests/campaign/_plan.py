"""What will happen in a campaign, drawn from its seed before anything does."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from tests.campaign._troubles import Trouble, draw, step


class Death(StrEnum):
    """How a process ends."""

    KILL = "kill"
    KILL_AT_REQUEST = "kill at a request"
    KILL_AT_SUBMIT = "kill at a submit"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Life:
    """One run of a process, and the pause after it.

    `length_s` counts from the connection, or from the start of a process that `dies_young`.
    """

    dies_young: bool
    length_s: float
    death: Death
    method: str
    path: str
    after_effect: bool
    pause_s: float


@dataclass(frozen=True, slots=True)
class Ask:
    """A member's command, a while after the one before; aims in [0, 1) tell where and who."""

    pause_s: float
    place: float
    member: float
    ending: str
    has_picture: bool
    again_after_s: float | None
    """When the same interaction is delivered once more."""


@dataclass(frozen=True, slots=True)
class Strike:
    """Trouble, a while after the one before."""

    pause_s: float
    trouble: Trouble


_ENDINGS: Final = ("", "#flagged", "#refused", "#failed", "#slow", "#lost", "#stuck")
_ENDINGS_OFTEN: Final = (30, 4, 3, 3, 2, 2, 1)
_DEATHS_OFTEN: Final = (10, 4, 4, 2)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A plan: how often each of the `processes` dies, and all that happens meanwhile."""

    seed: int
    deaths: int
    processes: int = 1
    ask_s: float = 0.25
    """The mean pause between two commands."""
    strike_s: float = 0.25
    """The mean pause between two troubles."""

    def lives(self, process: int) -> list[Life]:
        """Return the runs of a process, in order."""
        chance = self._chance(f"process {process}")
        return [self._life(chance) for _ in range(self.deaths)]

    def asks(self) -> Iterator[Ask]:
        """Draw commands without end."""
        chance = self._chance("asks")
        while True:
            again = chance.random() < 0.15
            yield Ask(
                pause_s=chance.uniform(0, 2 * self.ask_s),
                place=chance.random(),
                member=chance.random(),
                ending=chance.choices(_ENDINGS, weights=_ENDINGS_OFTEN)[0],
                has_picture=chance.random() < 0.25,
                again_after_s=chance.uniform(0, 3) if again else None,
            )

    def strikes(self) -> Iterator[Strike]:
        """Draw troubles without end."""
        chance = self._chance("strikes")
        while True:
            yield Strike(chance.uniform(0, 2 * self.strike_s), draw(chance))

    def _life(self, chance: Random) -> Life:
        method, path = step(chance)
        dies_young = chance.random() < 0.15
        return Life(
            dies_young=dies_young,
            length_s=chance.uniform(0.3, 2.5) if dies_young else chance.uniform(0.2, 4.0),
            death=chance.choices(tuple(Death), weights=_DEATHS_OFTEN)[0],
            method=method,
            path=path,
            after_effect=chance.random() < 0.5,
            pause_s=chance.choice((0.0, 0.2, 1.0)),
        )

    def _chance(self, what: str) -> Random:
        return Random(f"{self.seed} {what}")
