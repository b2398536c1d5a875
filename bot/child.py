"""A program of ours in a process of its own: it learns no secret, and can be killed.

So the bot keeps no memory for what is heavy or risky, and is not stopped by it.
"""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from bot.errors import ChildFailed


async def output_of(program: Path, given: IO[bytes] | bytes, *, patience_s: float) -> bytes:
    """Return what a program writes of what it is given to read. Raises ChildFailed."""
    is_file = not isinstance(given, bytes)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        program,
        stdin=given if is_file else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        async with asyncio.timeout(patience_s):
            written, _ = await child.communicate(None if is_file else given)
    except TimeoutError as error:
        raise ChildFailed("too slow") from error
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode != 0:
        raise ChildFailed(f"exit {child.returncode}")
    return written
