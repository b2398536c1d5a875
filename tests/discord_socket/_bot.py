"""A bot in a process of its own, which can be killed at any line and started again."""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Protocol, Self

from tests.launch import ROOT

_LAUNCH: Final = ROOT / "tests" / "launch.py"


class Running(Protocol):
    """A process, as asyncio has it."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...
    async def wait(self) -> int: ...


class Start(Protocol):
    """A way to start `python -m MODULE` of a command `BASE MODULE [ARGS…]`."""

    async def __call__(
        self, *command: str, env: Mapping[str, str], output: Path | None
    ) -> Running: ...


async def execute(*command: str, env: Mapping[str, str], output: Path | None) -> Running:
    """Start it as anybody would."""
    with ExitStack() as opened:
        file = output and opened.enter_context(output.open("ab"))
        return await asyncio.create_subprocess_exec(
            *(sys.executable, str(_LAUNCH), *command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd=ROOT,
            env=env,
        )


class BotProcess:
    """`python -m MODULE` with its Discord at `base`, from `async with` until its end.

    Its output goes to the end of the file `output`, else to ours, where pytest shows it when a
    test fails. `starter` starts it; for tests, `conftest.py` has a quicker way.
    """

    starter: ClassVar[Start] = staticmethod(execute)

    def __init__(
        self,
        base: str,
        module: str,
        *args: str,
        env: Mapping[str, str] | None = None,
        output: Path | None = None,
    ) -> None:
        self._command = (base, module, *args)
        self._env = {**os.environ, **(env or {})}
        self._output = output
        self._process: Running | None = None

    @property
    def pid(self) -> int | None:
        """Its number among the processes of this machine; None before its start."""
        return None if self._process is None else self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; None before its start and while it lives."""
        return None if self._process is None else self._process.returncode

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it, also after it ended or was killed."""
        await self.kill()
        self._process = await self.starter(*self._command, env=self._env, output=self._output)

    async def kill(self) -> None:
        """End it with SIGKILL and return when it is gone; fine if it was already."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def shoot(self) -> None:
        """Send SIGKILL at once, before anything else can happen here; fine if it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def has_ended(self, *, within_s: float) -> bool:
        """Wait a while for its end; tell whether it came."""
        if self._process is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), within_s)
        return self.exit_code is not None

    async def terminate(self, timeout_s: float = 15.0) -> int:
        """Ask it to stop with SIGTERM; return its exit code."""
        if self._process is None:
            raise RuntimeError("the bot was never started")
        self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), timeout_s)
