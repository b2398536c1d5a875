"""Run the bot as `python -m bot` does, until its event loop stands still."""

import asyncio
import os
import runpy
import time
from collections.abc import Awaitable, Callable
from typing import Any

import bot.app
from bot.model import VideoId
from bot.pipeline import Engine


class FrozenEngine(Engine):
    """Has a watchdog that waits for two seconds, and a loop that soon makes it bark."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, frozen_after_s=2.0)

    async def start(self, tell: Callable[[VideoId], Awaitable[None]]) -> None:
        await super().start(tell)
        asyncio.get_running_loop().call_later(float(os.environ["FREEZE_IN_S"]), time.sleep, 600)


if __name__ == "__main__":
    bot.app.Engine = FrozenEngine
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
