"""Camera moves, written in brackets in the prompt: `A boat [Pan left,Pedestal up] at dusk`.

Moves that share a bracket happen together; brackets follow each other in the order of the text.
https://platform.minimax.io/docs/api-reference/video-generation-t2v
"""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

MOST_AT_ONCE: Final = 3
"""Moves in one bracket; the vendor advises against more."""


class Move(StrEnum):
    """What the camera can do, in the vendor's exact words."""

    TRUCK_LEFT = "Truck left"
    TRUCK_RIGHT = "Truck right"
    PAN_LEFT = "Pan left"
    PAN_RIGHT = "Pan right"
    PUSH_IN = "Push in"
    PULL_OUT = "Pull out"
    PEDESTAL_UP = "Pedestal up"
    PEDESTAL_DOWN = "Pedestal down"
    TILT_UP = "Tilt up"
    TILT_DOWN = "Tilt down"
    ZOOM_IN = "Zoom in"
    ZOOM_OUT = "Zoom out"
    SHAKE = "Shake"
    TRACKING_SHOT = "Tracking shot"
    STATIC_SHOT = "Static shot"


_BRACKET: Final = re.compile(r"\[[^\[\]]*\]")
_NAME: Final = re.compile(r"[^\[\],]+")
_MOVES: Final = {move.lower(): move for move in Move}
_NEAR: Final = 0.8  # "zom in" is "zoom in"; "push out" is neither "push in" nor "pull out"
_NEAR_WORD: Final = 0.75
_SHORTEST_MISSPELT: Final = 3
_NOT_FOUND: Final = 3


def moves_in(prompt: str) -> tuple[tuple[Move, ...], ...]:
    """Return the moves of each bracket, in the order of the text.

    Case and spacing do not matter, a move counts once in its bracket, and a bracket without any
    known move is plain text.
    """
    brackets = (_moves_of(bracket) for bracket in _BRACKET.findall(prompt))
    return tuple(moves for moves in brackets if moves)


def spelt(prompt: str) -> str:
    """Return the prompt with the known moves of its brackets in the vendor's exact words."""
    return _respelt(prompt, move_named)


def misspelt(prompt: str) -> Iterator[tuple[str, str]]:
    """Yield each bracket in which something resembles a move, and what it seems to mean."""
    for bracket in _BRACKET.findall(prompt):
        meant = _respelt(bracket, move_like)
        if meant != spelt(bracket):
            yield bracket, meant


def move_named(name: str) -> Move | None:
    """Return the move of that name, whatever its case and spacing; None when there is none."""
    return _MOVES.get(_plain(name))


def move_like(name: str) -> Move | None:
    """Return the move of that name, also misspelt a little or cut short; None when none is near."""
    plain = _plain(name)
    whole = (move for known, move in _MOVES.items() if known.startswith(f"{plain} "))
    near = (_MOVES[known] for known in get_close_matches(plain, _MOVES, n=1, cutoff=_NEAR))
    return move_named(name) or next(whole, None) or next(near, None)


def found(query: str, described: Mapping[Move, str]) -> list[Move]:
    """Return the moves whose name or description has every word of a query, the best first.

    A word may be begun only, or misspelt a little.
    """
    ranks = {move: _rank(query.casefold().split(), move, text) for move, text in described.items()}
    return sorted((move for move in ranks if ranks[move] < _NOT_FOUND), key=lambda m: ranks[m])


def _rank(words: list[str], name: str, description: str) -> int:
    """Return 0 for a match in the name, 1 in the description, too, 2 when something is misspelt."""
    name, text = name.casefold(), f"{name} {description}".casefold()
    known = re.findall(r"\w+", text)
    if all(word in name for word in words):
        return 0
    if all(word in text for word in words):
        return 1
    return 2 if all(word in text or _is_near(word, known) for word in words) else _NOT_FOUND


def _is_near(word: str, known: list[str]) -> bool:
    is_long = len(word) >= _SHORTEST_MISSPELT
    return is_long and bool(get_close_matches(word, known, n=1, cutoff=_NEAR_WORD))


def _moves_of(bracket: str) -> tuple[Move, ...]:
    moves = map(move_named, _NAME.findall(bracket))
    return tuple(dict.fromkeys(move for move in moves if move is not None))


def _respelt(prompt: str, read: Callable[[str], Move | None]) -> str:
    """Return the prompt with each name in a bracket as it is read; what is not read stays."""

    def in_bracket(bracket: re.Match[str]) -> str:
        return _NAME.sub(lambda name: read(name[0]) or name[0], bracket[0])

    return _BRACKET.sub(in_bracket, prompt)


def _plain(name: str) -> str:
    return " ".join(name.lower().split())
