"""Camera moves, written in brackets in the prompt: `A boat [Pan left,Pedestal up] at dusk`.

Moves that share a bracket happen together; brackets follow each other in the order of the text.
https://platform.minimax.io/docs/api-reference/video-generation-t2v
"""

import re
from enum import StrEnum
from typing import Final


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


_BRACKET: Final = re.compile(r"\[([^\[\]]*)\]")
_MOVES: Final = {move.lower(): move for move in Move}


def moves_in(prompt: str) -> tuple[tuple[Move, ...], ...]:
    """Return the moves of each bracket, in the order of the text.

    Case and spacing do not matter, a move counts once in its bracket, and a bracket without any
    known move is plain text.
    """
    brackets = (_moves_of(bracket) for bracket in _BRACKET.findall(prompt))
    return tuple(moves for moves in brackets if moves)


def _moves_of(bracket: str) -> tuple[Move, ...]:
    names = (" ".join(name.lower().split()) for name in bracket.split(","))
    return tuple(dict.fromkeys(_MOVES[name] for name in names if name in _MOVES))
