"""Where a first frame comes from: what an arrival says of it, until it is fetched.

What is kept somewhere is known by a short name like `card:1456074443980800008`, which fits into the
name of a form, too.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that Discord says the member attached: claims, until its bytes were read."""

    url: str = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True)
class Pick:
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


Kept = Pick | CardPicture | LastFrame
FrameSource = Upload | Kept

NAME: Final = r"(?:pick|card|last):[0-8]?[0-9]{1,18}"
"""What every short name looks like; a number stays under 2**63, as databases want it."""

_KINDS: Final[dict[str, type[Kept]]] = {"pick": Pick, "card": CardPicture, "last": LastFrame}


def name_of(kept: Kept) -> str:
    """Return the short name; `kept_as` reads it back."""
    (kind,) = (kind for kind, each in _KINDS.items() if isinstance(kept, each))
    return f"{kind}:{kept.id}"


def kept_as(name: str) -> Kept:
    """Read what `name_of` wrote. Raises LookupError or ValueError for another text."""
    kind, _, number = name.partition(":")
    return _KINDS[kind](int(number))


def source_to_plain(source: FrameSource | None) -> dict[str, Any] | str | None:
    """Return JSON-ready values; `source_from_plain` reads them back."""
    match source:
        case None:
            return None
        case Upload():
            return asdict(source)
        case _:
            return name_of(source)


def source_from_plain(plain: dict[str, Any] | str | None) -> FrameSource | None:
    """Read what `source_to_plain` wrote, in this version or an earlier one."""
    match plain:
        case None:
            return None
        case str():
            return kept_as(plain)
        case _:
            return Upload(**plain)
