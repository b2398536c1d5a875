"""The lives and deaths of the bots."""

import asyncio
import time
from typing import Final

from tests.campaign._plan import Death, Life
from tests.campaign._play import Play
from tests.campaign._tally import Tally

_CONNECT_WITHIN_S: Final = 40.0
_STOP_WITHIN_S: Final = 10.0
_REQUEST_WITHIN_S: Final = 3.0
_LOOK_S: Final = 0.05
_LAST_LINES: Final = 40


class Processes:
    """Starts and ends the processes of a play; one that ends by itself is a finding."""

    def __init__(self, play: Play, tally: Tally) -> None:
        self._play = play
        self._tally = tally

    async def live(self, number: int, lives: list[Life]) -> None:
        """Let a process live and die as planned."""
        for life in lives:
            await self.start(number, waits=not life.dies_young)
            await asyncio.sleep(life.length_s)
            if self._lives(number):
                await self._die(number, life)
            await asyncio.sleep(life.pause_s)

    async def start(self, number: int, *, waits: bool = True) -> None:
        """Start a process, and wait until it takes commands."""
        bot, discord = self._play.bots[number], self._play.discord
        await discord.until(lambda: not discord.gateway.has_shard(number))
        await bot.start()
        give_up_at = time.monotonic() + _CONNECT_WITHIN_S
        while waits and not (discord.gateway.has_shard(number) and discord.commands()):
            if bot.exit_code is not None:
                return  # the next look tells
            if time.monotonic() > give_up_at:
                self._tally.findings.append(f"process {number} did not connect")
                return
            await asyncio.sleep(_LOOK_S)

    async def stop(self, number: int) -> None:
        """Ask a process to stop; it must, in time and cleanly."""
        if not self._lives(number):
            return
        try:
            code = await self._play.bots[number].terminate(_STOP_WITHIN_S)
        except TimeoutError:
            code = None
        if code != 0:
            self._tally.findings.append(f"process {number} answered SIGTERM with {code}")
        self._tally.terms[number] += 1

    async def _die(self, number: int, life: Life) -> None:
        bot = self._play.bots[number]
        match life.death:
            case Death.TERM if not life.dies_young:
                await self.stop(number)
                return
            case Death.KILL_AT_REQUEST:
                fault = self._play.discord.kill_at(
                    bot, life.method, life.path, after_effect=life.after_effect
                )
                await bot.has_ended(within_s=_REQUEST_WITHIN_S)
                self._play.discord.withdraw(fault)
            case Death.KILL_AT_SUBMIT:
                self._play.doom.victim = bot
                await bot.has_ended(within_s=_REQUEST_WITHIN_S)
                self._play.doom.victim = None
            case _:
                pass
        await bot.kill()
        self._tally.kills[number] += 1

    def _lives(self, number: int) -> bool:
        code = self._play.bots[number].exit_code
        if code is not None:
            said = self._play.logs[number].read_text(errors="replace").splitlines()[-_LAST_LINES:]
            self._tally.findings.append(
                "\n    ".join([f"process {number} ended by itself with {code}", *said])
            )
        return code is None
