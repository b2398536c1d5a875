"""`python -m sandbox --check`: what `python -m bot check` says of the sandbox's own set-up."""

from bot.checkup import examine, report
from bot.language import ENGLISH
from sandbox.world import open_world


async def check() -> int:
    """Print a line for each thing that was looked at; return the exit code."""
    async with open_world(generation_s=1.0, poll_s=1.0, tell=_keep_still) as world:
        findings = await examine(world.bot)
    print(report(findings, ENGLISH))
    return int(any(finding.ok is False for finding in findings))


def _keep_still(_fact: str) -> None:
    pass
