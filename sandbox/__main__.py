"""`python -m sandbox`: the demo; `--once PROMPT`: one video without a browser; `--check`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from bot.language import NAMES
from sandbox.logs import show_errors_only

_PORT: Final = 8765
_GENERATION_S: Final = 8.0  # `#slow` takes four times as long, and still ends in time
_LOCALES: Final = ("en-US", *NAMES)
_STOPPED: Final = 130
_WRONG_ARGUMENTS: Final = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one sentence."""
        self.exit(_WRONG_ARGUMENTS, f"{message}\n")


def _arguments() -> argparse.Namespace:
    parser = _Parser(
        prog="python -m sandbox",
        description="The real bot in a simulated Discord, with a simulated Atlas. No account.",
    )
    parser.add_argument("--port", type=_port, default=_PORT, help=f"of the page ({_PORT})")
    parser.add_argument("--generation", type=float, default=_GENERATION_S, metavar="SECONDS")
    parser.add_argument("--locale", choices=_LOCALES, default="en-US", help="language of Discord")
    parser.add_argument("--once", metavar="PROMPT", help="make one video without a browser")
    parser.add_argument("--image", type=_picture, metavar="FILE", help="the first frame")
    parser.add_argument("--out", type=_target, default=Path("firstframe.mp4"), metavar="FILE")
    parser.add_argument("--check", action="store_true", help="tell whether all is ready, and end")
    arguments = parser.parse_args()
    if arguments.image is not None and arguments.once is None:
        parser.error("--image goes with --once; in the page, attach the picture there")
    return arguments


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 2**16:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number up to 65535, not {text!r}")


def _picture(text: str) -> Path:
    if Path(text).is_file():
        return Path(text)
    raise argparse.ArgumentTypeError(f"there is no file {text!r}")


def _target(text: str) -> Path:
    if Path(text).parent.is_dir() and not Path(text).is_dir():
        return Path(text)
    raise argparse.ArgumentTypeError(f"{text!r} cannot be written")


async def _until_stopped(work: Coroutine[Any, Any, int | None], *, stopped: int) -> int:
    """Run until done, SIGTERM or Ctrl-C; return the exit code."""
    task = asyncio.create_task(work, name="sandbox")
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no such handlers
            asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    try:
        return await task or 0
    except asyncio.CancelledError:
        return stopped


def main() -> int:
    """Return the process's exit code."""
    arguments = _arguments()
    show_errors_only()
    if arguments.check:
        from sandbox.check import check

        return asyncio.run(_until_stopped(check(), stopped=_STOPPED))
    if arguments.once is None:
        from sandbox.demo import play

        work = play(port=arguments.port, generation_s=arguments.generation, locale=arguments.locale)
        return asyncio.run(_until_stopped(work, stopped=0))
    from sandbox.once import make_one

    work = make_one(arguments.once, image=arguments.image, out=arguments.out)
    return asyncio.run(_until_stopped(work, stopped=_STOPPED))


if __name__ == "__main__":
    sys.exit(main())
