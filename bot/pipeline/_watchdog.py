"""Ends a process whose event loop stands still: it holds its lock, and tells no story."""

import asyncio
import logging
import os
import threading
from typing import Final

log = logging.getLogger(__name__)

_LOOKS: Final = 10


class Watchdog:
    """A thread that counts its own looks without a sign of the loop.

    It reads no clock: a process that was stopped as a whole missed no look when it goes on.
    """

    def __init__(self, *, patience_s: float) -> None:
        self._patience_s = patience_s
        self._look_s = patience_s / _LOOKS
        self._loop_runs = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Watch the running loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """Let the loop end in peace."""
        self._stopping.set()

    def _watch(self) -> None:
        missed = 0
        while missed < _LOOKS:
            self._loop_runs.clear()
            self._loop.call_soon_threadsafe(self._loop_runs.set)
            if self._stopping.wait(self._look_s):
                return
            missed = 0 if self._loop_runs.is_set() else missed + 1
        log.critical("event loop stood still for %s s, ending the process", self._patience_s)
        logging.shutdown()
        os._exit(1)
