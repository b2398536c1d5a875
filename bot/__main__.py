"""`python -m bot`: read the settings, run until SIGTERM or Ctrl-C, stop cleanly."""

import asyncio
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from dotenv import load_dotenv

from bot.logs import configure
from bot.settings import Settings, SettingsError, read_settings

_WRONG_SETTINGS: Final = 2
_CLOSE_WITHIN_S: Final = 9.0

if TYPE_CHECKING:
    from bot.app import Firstframe

log = logging.getLogger("bot")


async def run(settings: Settings) -> int:
    """Run the bot until it is asked to stop; return the exit code."""
    import discord

    from bot.app import Firstframe
    from bot.pipeline import DatabaseTaken

    bot = Firstframe(settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no such handlers
            loop.add_signal_handler(name, stopping.set)
    running = asyncio.create_task(bot.start(settings.discord_token), name="bot")
    waiting = asyncio.create_task(stopping.wait(), name="signal")
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    ended_by_itself = running.done()
    await _close(bot, code_if_cut_off=int(ended_by_itself))
    try:
        await running
    except (DatabaseTaken, discord.LoginFailure) as error:
        log.critical("%s", error)
        return 1
    except Exception as error:
        if ended_by_itself:
            raise
        log.info("stopped while starting reason=%s", type(error).__name__)
    return 0


async def _close(bot: "Firstframe", *, code_if_cut_off: int) -> None:
    """Close in time; all that matters is in the store by then, so the rest may be cut off."""
    try:
        async with asyncio.timeout(_CLOSE_WITHIN_S):
            await bot.close()
    except TimeoutError:
        log.warning("not closed in %s s, ending at once", _CLOSE_WITHIN_S)
        logging.shutdown()
        os._exit(code_if_cut_off)


def main() -> int:
    """Return the process's exit code."""
    load_dotenv()
    try:
        settings = read_settings(os.environ, host=socket.gethostname())
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return _WRONG_SETTINGS
    configure(level=settings.log_level, form=settings.log_format)
    return asyncio.run(run(settings))


if __name__ == "__main__":
    sys.exit(main())
