"""Keeps a process known to be alive, and takes over from those that are not."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.model import VideoId
from bot.pipeline._lease import Lease
from bot.pipeline._ledger import Ledger

log = logging.getLogger(__name__)

_LOOK_S: Final = 5.0
_LOOK_AGAIN_S: Final = 1.0
"""A lock that fell with its connection is taken again before others count it as free."""


class Keeper:
    """A thread that looks after our lock, and after the videos of others and our own."""

    def __init__(
        self,
        lease: Lease,
        ledger: Ledger,
        *,
        owner: str,
        told: Callable[[], set[VideoId]],
    ) -> None:
        self._lease = lease
        self._ledger = ledger
        self._owner = owner
        self._told = told
        self._untold = set[VideoId]()
        self._stopping = threading.Event()
        self._is_well = False
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; the lock is kept."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def hand_over(self) -> None:
        """Put what we leave behind on the queues, where other processes find it at once."""
        try:
            self._ledger.take_over_all(self._owner)
        except SQLAlchemyError as error:
            log.warning("videos not handed over reason=%s", type(error).__name__)

    @property
    def is_well(self) -> bool:
        """Whether our lock was held at the last look, and there will be another."""
        return self._is_well and self._thread.is_alive() and not self._stopping.is_set()

    def _keep(self) -> None:
        while not self._stopping.wait(self._look()):
            pass

    def _look(self) -> float:
        """Look once; return the seconds to the next time."""
        try:
            self._lease.hold()
            self._is_well = True
            self._adopt()
            self._ledger.name_members()
            self._pick_up()
        except SQLAlchemyError as error:
            self._is_well = False
            log.warning("lease not renewed reason=%s", type(error).__name__)
            return _LOOK_AGAIN_S
        except Exception:  # a thread that ends would let our lock go unwatched
            log.exception("lease not renewed")
        return _LOOK_S

    def _adopt(self) -> None:
        """Take over from the dead, from each under its lock."""
        for owner in self._ledger.owners() - {self._owner}:
            with self._lease.inherit(owner) as is_ours:
                if is_ours:
                    self._ledger.take_over_all(owner)

    def _pick_up(self) -> None:
        """Begin anew what the engine gave us and we never got, twice in a row.

        That happens when the database goes away between a commit and its answer.
        """
        untold = set(self._ledger.at_work(self._owner)) - self._told()
        self._ledger.take_over(self._owner, self._untold & untold)
        self._untold = untold - self._untold
