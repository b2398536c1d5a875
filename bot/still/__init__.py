"""The last frame of a film, taken in a process of its own.

A decoder of films is half a million lines of C, and reads what came from outside. So it runs where
it learns no secret, gets a bounded share of memory and time, and can be killed; and the bot itself
keeps no memory for it.
"""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from bot.errors import OutputRefused

_CHILD: Final = Path(__file__).with_name("_child.py")
_PATIENCE_S: Final = 30.0


async def last_frame(film: IO[bytes]) -> bytes:
    """Return the last frame of a film as PNG. Raises OutputRefused when there is none to be had."""
    film.seek(0)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        _CHILD,
        stdin=film,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            png, _ = await child.communicate()
    except TimeoutError as error:
        raise OutputRefused("decoder too slow") from error
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode != 0:
        raise OutputRefused("no frame to be had")
    return png
