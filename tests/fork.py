"""Bots that are forked from a process with all imports behind it: most of a start is imports."""

import asyncio
import multiprocessing
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.launch import become

_NURSERY: Final = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(["tests.warm"])


class Fork:
    """As much of `asyncio.subprocess.Process` as is asked of a bot."""

    def __init__(self, *command: str, env: Mapping[str, str], output: Path | None) -> None:
        if output is not None:
            output.touch()
        told = {"env": env, "output": output}
        self._process = _NURSERY.Process(target=become, args=command, kwargs=told, daemon=True)
        self._process.start()
        self._gone = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._process.sentinel, self._bury)

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    async def wait(self) -> int:
        await self._gone.wait()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def _bury(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._gone.set()


async def fork(*command: str, env: Mapping[str, str], output: Path | None) -> Fork:
    """Start `python -m MODULE` of a command `BASE MODULE [ARGS…]`."""
    return Fork(*command, env=env, output=output)
