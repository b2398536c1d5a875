"""First frames that are kept somewhere, each known by a short name like `card:1456074443980800008`.

The name goes where the picture cannot: into an arrival that must survive a restart, and into the
name of a form, which holds 100 characters.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Draft:
    """A picture that was chosen before its form was opened; `id` is that of its row."""

    id: int


@dataclass(frozen=True, slots=True)
class CardPicture:
    """What an earlier video started from, if anything; `id` is that of the video."""

    id: int


@dataclass(frozen=True, slots=True)
class LastFrame:
    """The last frame of a finished video; `id` is that of the video."""

    id: int


Kept = Draft | CardPicture | LastFrame

NAME: Final = r"(?:draft|card|last):[0-9]{1,20}"
"""What every short name looks like."""

_KINDS: Final[dict[str, type[Kept]]] = {"draft": Draft, "card": CardPicture, "last": LastFrame}


def name_of(kept: Kept) -> str:
    """Return the short name; `kept_as` reads it back."""
    (kind,) = (kind for kind, each in _KINDS.items() if isinstance(kept, each))
    return f"{kind}:{kept.id}"


def kept_as(name: str) -> Kept:
    """Read what `name_of` wrote. Raises LookupError or ValueError for another text."""
    kind, _, number = name.partition(":")
    return _KINDS[kind](int(number))
