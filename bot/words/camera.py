"""What each camera move does, and what is said when a move was not understood."""

from collections.abc import Mapping
from typing import Final

from bot.camera import MOST_AT_ONCE, Move
from bot.prompt import quoted
from bot.sentence import Sentence, say

_SHOWN: Final = 100

MOVES: Final[Mapping[Move, Sentence]] = {
    Move.TRUCK_LEFT: say("the camera glides to the left"),
    Move.TRUCK_RIGHT: say("the camera glides to the right"),
    Move.PAN_LEFT: say("the camera turns to the left"),
    Move.PAN_RIGHT: say("the camera turns to the right"),
    Move.PUSH_IN: say("the camera comes closer"),
    Move.PULL_OUT: say("the camera draws back"),
    Move.PEDESTAL_UP: say("the camera rises"),
    Move.PEDESTAL_DOWN: say("the camera sinks"),
    Move.TILT_UP: say("the camera looks up"),
    Move.TILT_DOWN: say("the camera looks down"),
    Move.ZOOM_IN: say("the lens magnifies the scene"),
    Move.ZOOM_OUT: say("the lens shows more of the scene"),
    Move.SHAKE: say("the camera trembles in the hand"),
    Move.TRACKING_SHOT: say("the camera follows what moves"),
    Move.STATIC_SHOT: say("the camera stands still"),
}

INTRODUCTION: Final = say(
    "These are the camera moves. Choose up to three with the option **camera** of /video, "
    "or write them in brackets in your prompt: `A boat [Pan left,Zoom in] at dusk`. "
    "Moves in one bracket happen together, brackets one after the other."
)


def misspelt_bracket(typed: str, meant: str) -> Sentence:
    """Return why a prompt is refused in which a bracket resembles camera moves."""
    return say(
        "I do not know the camera move in {typed}: did you mean {meant}? Nothing was spent. "
        "Correct it and try again, or leave out the brackets if it is no camera move.",
        typed=quoted(typed, _SHOWN),
        meant=quoted(meant, _SHOWN),
    )


def crowded_bracket(number: int) -> Sentence:
    """Return why a prompt is refused in which a bracket has that many moves."""
    return say(
        "A bracket has {number} camera moves, and up to {most} go well together. "
        "Nothing was spent. Leave some out, or put them in a bracket of their own: "
        "brackets follow each other.",
        number=number,
        most=MOST_AT_ONCE,
    )


def unknown_move(typed: str, meant: Move | None) -> Sentence:
    """Return why an option is refused; `meant` is the move that it resembles, if any."""
    name = quoted(typed, _SHOWN)
    if meant is None:
        return say(
            "I do not know the camera move {name}. Nothing was spent. "
            "Choose one of the list, or look at them all with /camera.",
            name=name,
        )
    return say(
        "I do not know the camera move {name}: did you mean {meant}? Nothing was spent. "
        "Correct it and try again.",
        name=name,
        meant=meant.value,
    )


def too_many_moves(number: int) -> Sentence:
    """Return why an option with that many moves is refused."""
    return say(
        "You chose {number} camera moves, and up to {most} go well together. Nothing was spent. "
        "Leave some out and try again.",
        number=number,
        most=MOST_AT_ONCE,
    )


def no_room(length: int) -> Sentence:
    """Return why a prompt of `length` characters, its moves included, is refused."""
    return say(
        "The prompt and its camera moves have {length} characters together: "
        "the limit is 2,000, so shorten the prompt.",
        length=length,
    )
