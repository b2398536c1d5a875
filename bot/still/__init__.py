"""The last frame of a film, taken in a process of its own.

A decoder of films is half a million lines of C, and reads what came from outside. So it runs where
it learns no secret, gets a bounded share of memory and time, and can be killed.
"""

from pathlib import Path
from typing import IO, Final

from bot.child import output_of
from bot.errors import ChildFailed, OutputRefused

_CHILD: Final = Path(__file__).with_name("_child.py")
_PATIENCE_S: Final = 30.0


async def last_frame(film: IO[bytes]) -> bytes:
    """Return the last frame of a film as PNG. Raises OutputRefused when there is none to be had."""
    film.seek(0)
    try:
        return await output_of(_CHILD, film, patience_s=_PATIENCE_S)
    except ChildFailed as error:
        raise OutputRefused(f"no frame: {error}") from error
