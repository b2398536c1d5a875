"""`python -m bot`: read the settings, run until SIGTERM or Ctrl-C, stop cleanly.

`check`, `backup FILE` and `restore FILE` do something else instead, and end.
"""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from dotenv import load_dotenv

from bot import console, memory
from bot.logs import configure
from bot.settings import Settings, SettingsError, read_settings

_WRONG_SETTINGS: Final = 2
_CLOSE_WITHIN_S: Final = 9.0

log = logging.getLogger("bot")


class Deadline:
    """Ends the process when it needs too long to close, whatever its loop and threads wait for.

    All that matters is in the store by then, so the rest may be cut off.
    """

    def __init__(self) -> None:
        self._begun = SimpleQueue[int]()  # of all ways to a thread, a signal handler may take it
        threading.Thread(target=self._wait, name="deadline", daemon=True).start()

    def begin(self, *, code: int) -> None:
        """Count from now; the code is for an end that is forced."""
        self._begun.put(code)

    def _wait(self) -> None:
        code = self._begun.get()
        time.sleep(_CLOSE_WITHIN_S)
        log.warning("not closed in %s s, ending at once", _CLOSE_WITHIN_S)
        logging.shutdown()
        os._exit(code)


async def run(settings: Settings) -> int:
    """Run the bot until it is asked to stop; return the exit code."""
    import discord

    from bot.app import Firstframe
    from bot.pipeline import DatabaseTaken
    from bot.web import PortTaken

    bot, deadline = Firstframe(settings), Deadline()
    stopping = _asked_to_stop(deadline)
    running = asyncio.create_task(bot.start(settings.discord_token), name="bot")
    waiting = asyncio.create_task(stopping.wait(), name="signal")
    tidying = asyncio.create_task(memory.look_for_garbage_now_and_then(), name="garbage")
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    tidying.cancel()
    if ended_by_itself := running.done():
        deadline.begin(code=1)
    elif not bot.is_ready():
        running.cancel()  # it may wait for the database, and without an end
        await asyncio.wait({running})
    await bot.close()
    try:
        await running
    except (DatabaseTaken, PortTaken, discord.LoginFailure) as error:
        log.critical("%s", error)
        return 1
    except asyncio.CancelledError:
        log.info("stopped while starting")
    except Exception as error:
        if ended_by_itself:
            raise
        log.info("stopped while starting reason=%s", type(error).__name__)
    return 0


def _asked_to_stop(deadline: Deadline) -> asyncio.Event:
    """Return what a signal sets; the deadline begins even while the loop stands still."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin(*_: object) -> None:
        deadline.begin(code=0)

    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no such handlers
            loop.add_signal_handler(name, stopping.set)
            signal.signal(name, begin)  # the loop is woken all the same
    return stopping


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Run the bot, until SIGTERM or Ctrl-C."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="or instead")
    ready = "tell line by line whether everything is ready to run"
    commands.add_parser("check", help=ready, description=ready)
    for name, purpose in (
        ("backup", "copy the embedded database into FILE, also while the bot runs"),
        ("restore", "put such a copy in its place, while no bot runs"),
    ):
        command = commands.add_parser(name, help=purpose, description=purpose)
        command.add_argument("file", type=Path, metavar="FILE")
    return parser.parse_args()


def main() -> int:
    """Return the process's exit code."""
    arguments = _arguments()
    load_dotenv()
    try:
        settings = read_settings(os.environ, host=socket.gethostname())
    except SettingsError as error:
        if arguments.command == "check":
            return console.complain(error)
        sys.stderr.write(f"{error}\n")
        return _WRONG_SETTINGS
    match arguments.command:
        case "check":
            return console.check(settings)
        case "backup":
            return console.back_up(settings, arguments.file)
        case "restore":
            return console.restore(settings, arguments.file)
        case _:
            configure(level=settings.log_level, form=settings.log_format)
            memory.give_back_large_blocks()
            return asyncio.run(run(settings))


if __name__ == "__main__":
    sys.exit(main())
