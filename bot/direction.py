"""What members wish of the camera: suggested while they type, checked, and put in the prompt."""

import re
from collections.abc import Iterator
from typing import Final

from bot.camera import MOST_AT_ONCE, Move, found, misspelt, move_like, move_named, moves_in
from bot.errors import UserError
from bot.language import Language
from bot.model import PROMPT_LIMIT
from bot.prompt import one_line
from bot.words import camera as words

CAMERA_LIMIT: Final = 100
"""Characters of Discord's choices, both of what is shown and of what is sent."""

_COMMA: Final = re.compile("[,，、]")  # also those of Chinese and Japanese keyboards


def directed(prompt: str, camera: str) -> str:
    """Return the prompt with the moves that a member chose. Raises UserError."""
    moves = list(dict.fromkeys(_chosen(camera)))
    if len(moves) > MOST_AT_ONCE:
        raise UserError(words.too_many_moves(len(moves)))
    if not moves or not prompt.strip():
        return prompt
    # Behind the words, as in the vendor's examples: so the first words go on naming the thread.
    whole = f"{prompt} [{','.join(moves)}]"
    if len(whole) > PROMPT_LIMIT:
        raise UserError(words.no_room(len(whole)))
    return whole


def check_brackets(prompt: str) -> None:
    """Raise UserError where a bracket seems to mean what the vendor would not understand."""
    for typed, meant in misspelt(prompt):
        raise UserError(words.misspelt_bracket(typed, meant))
    most = max(map(len, moves_in(prompt)), default=0)
    if most > MOST_AT_ONCE:
        raise UserError(words.crowded_bracket(most))


def suggestions(typed: str, language: Language) -> dict[str, str]:
    """Return what may be chosen: each choice, and how it is shown in that language.

    What stands before the last comma is kept; a finished move is offered with others beside it.
    """
    *before, last = _COMMA.split(typed[:CAMERA_LIMIT])
    if is_finished := move_named(last) is not None:
        before, last = [*before, last], ""
    kept = list(dict.fromkeys(move for name in before if (move := move_like(name))))[:MOST_AT_ONCE]
    told = {move: language.say(text) for move, text in words.MOVES.items()}
    choices = [kept] if is_finished or len(kept) == MOST_AT_ONCE else []
    if len(kept) < MOST_AT_ONCE:
        choices += [[*kept, move] for move in found(last, told) if move not in kept]
    return {", ".join(moves): _shown(moves, told[moves[-1]]) for moves in choices}


def _shown(moves: list[Move], description: str) -> str:
    return one_line(f"{', '.join(moves)} – {description}", CAMERA_LIMIT)


def _chosen(camera: str) -> Iterator[Move]:
    """Yield the moves in what a member typed. Raises UserError."""
    for name in filter(str.strip, _COMMA.split(camera)):
        move = move_named(name.strip(" []"))
        if move is None:
            raise UserError(words.unknown_move(name.strip(), move_like(name)))
        yield move
