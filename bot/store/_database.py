"""The way to the database: short transactions on threads, repeated while it is away."""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.store._engine import for_single_statements, open_engine
from bot.store._pen import in_a_hurry

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[sa.Connection], T]

_THREADS: Final = 2
_THREADS_IN_A_HURRY: Final = 2
_LONGEST_PAUSE_S: Final = 5.0


class Database:
    """Runs work in transactions, each on a thread of its own."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, connections=_THREADS + _THREADS_IN_A_HURRY)
        self._single_engine = for_single_statements(self._engine)
        self._first_engine = in_a_hurry(self._single_engine)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")
        self._first_threads = ThreadPoolExecutor(
            _THREADS_IN_A_HURRY, thread_name_prefix="store first"
        )

    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on it."""
        return self._engine.dialect.name == "postgresql"

    @property
    def conninfo(self) -> str:
        """The address for a connection outside the pool; it holds the password."""
        return self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def run(self, work: Work[T], *, patience_s: float = math.inf) -> T:
        """Do `work` in a transaction, again while the database is away or locked.

        The answer to a commit may be lost, so that work that was done is done again.
        """
        return await self._run(work, self._threads, self._engine, patience_s=patience_s)

    async def run_single(self, work: Work[T]) -> T:
        """Do the same with a single statement, which is a transaction in itself."""
        return await self._run(work, self._threads, self._single_engine, patience_s=math.inf)

    async def run_first(self, work: Work[T], *, patience_s: float) -> T:
        """Do the same with a single statement before all other work, on threads of its own.

        Where there are two, the first may stand already when the second is executed.
        """
        return await self._run(work, self._first_threads, self._first_engine, patience_s=patience_s)

    async def _run(
        self, work: Work[T], threads: Executor, engine: sa.Engine, *, patience_s: float
    ) -> T:
        give_up_at, pause_s = time.monotonic() + patience_s, 0.1
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(
                    threads, _transact, engine, work
                )
            except (OperationalError, InterfaceError, InternalError, PoolTimeout) as error:
                if time.monotonic() + pause_s > give_up_at:
                    raise
                log.warning("database away reason=%s", type(error).__name__)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def close(self) -> None:
        """Finish what runs and close all connections."""
        self._threads.shutdown(wait=True)
        self._first_threads.shutdown(wait=True)
        self._engine.dispose()


def _transact(engine: sa.Engine, work: Work[T]) -> T:
    with engine.begin() as connection:
        try:
            return work(connection)
        except InternalError:  # a server that became read-only stays so on this connection
            connection.invalidate()
            raise
