"""Plays a campaign: a storm of commands, troubles and deaths; then a calm, and a look."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Final

from bot.store._schema import arrivals, videos
from tests.campaign._audit import audit
from tests.campaign._books import Books
from tests.campaign._database import Database
from tests.campaign._figures import Figures
from tests.campaign._logs import alarms
from tests.campaign._plan import Campaign
from tests.campaign._play import Play, play
from tests.campaign._processes import Processes
from tests.campaign._storm import Storm
from tests.campaign._tally import Tally

_CALM_WITHIN_S: Final = (45.0, 90.0)
_LOOK_S: Final = 0.3


async def live_through(
    campaign: Campaign, database: Database, folder: Path
) -> tuple[Figures, list[str]]:
    """Play a campaign to its end; return its figures, and all that does not add up."""
    began_at, tally = time.monotonic(), Tally()
    async with play(database, folder, processes=campaign.processes) as stage:
        processes, storm = Processes(stage, tally), Storm(campaign, stage, tally)
        await _storm(campaign, processes, storm)
        await storm.heal()
        await _calm(stage, processes, tally)
        books = audit(stage)
        tally.findings.extend([*books.lost(), *books.doubled(), *books.wrong()])
        tally.findings.extend(alarm for log in stage.logs for alarm in alarms(log))
        return _figures(stage, tally, books, time.monotonic() - began_at), tally.findings


async def _storm(campaign: Campaign, processes: Processes, storm: Storm) -> None:
    """Let it rage until every process died as often as planned."""
    async with asyncio.TaskGroup() as lanes:
        lives = [
            lanes.create_task(processes.live(number, campaign.lives(number)))
            for number in range(campaign.processes)
        ]
        others = [lanes.create_task(storm.ask()), lanes.create_task(storm.strike())]
        await asyncio.wait(lives)
        for lane in others:
            lane.cancel()


async def _calm(stage: Play, processes: Processes, tally: Tally) -> None:
    """Start all, wait for all stories, stop all; what a start leaves undone, the next does."""
    numbers = range(len(stage.bots))
    for patience_s in _CALM_WITHIN_S:
        for number in numbers:
            await processes.start(number)
        is_settled = await _settle(stage, patience_s)
        for number in numbers:
            await processes.stop(number)
        if is_settled:
            return
    tally.findings.append("it did not settle")


async def _settle(stage: Play, patience_s: float) -> bool:
    give_up_at = time.monotonic() + patience_s
    while not _is_settled(stage):
        if time.monotonic() > give_up_at:
            return False
        await asyncio.sleep(_LOOK_S)
    return True


def _is_settled(stage: Play) -> bool:
    if any(row.wish is not None for row in stage.database.rows(arrivals)):
        return False
    said = "".join(log.read_text(errors="replace") for log in stage.logs)
    return all(
        row.outcome is not None
        and (row.delivered_at is not None or f"outcome kept id={row.id}" in said)
        for row in stage.database.rows(videos)
    )


def _figures(stage: Play, tally: Tally, books: Books, seconds: float) -> Figures:
    atlas = Counter(f"Atlas {operation} {fault}" for operation, fault in stage.atlas.struck)
    discord = Counter(
        f"Discord {fault.status or 'cut'}"
        for fault in stage.discord.struck
        if fault.meanwhile is None
    )
    return Figures(
        campaigns=1,
        commands=len(books.commands),
        videos=len(books.entries),
        kills=tally.kills.total(),
        terms=tally.terms.total(),
        lost=len(books.lost()),
        doubled=len(books.doubled()),
        unknown=sum(entry.outcome == "Unknown" for entry in books.entries),
        kept=books.kept(),
        seconds=seconds,
        faults=dict(tally.struck + atlas + discord),
    )
