"""Killed before and after every single write of a story: at most one submit, exactly one result.

The tests take a few of the writes; `make soak` takes all of them.
"""

from pathlib import Path

import pytest

from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess
from tests.stage import environ, picture
from tests.theatre import PATIENCE_S, Theatre, mortal_theatre

MOST_WRITES = 40
SOME_WRITES = ((1, "after"), (4, "before"), (8, "after"), (13, "before"))


async def live_through(
    atlas: SimulatedAtlas, folder: Path, *, number: int, when: str
) -> Theatre | None:
    """Tell a story with a death in it, and a new bot after it; None when the story ended first."""
    url = f"sqlite:///{folder / f'{when}-{number}.sqlite3'}"
    atlas.predictions.clear()
    atlas.requests.clear()
    async with mortal_theatre(atlas, url, DIE_AT=str(number), DIE=when) as play:
        interaction = await play.video("a paper boat", attachment=picture()[1])
        gateway = play.discord.gateway
        await play.discord.until(
            lambda: gateway.connected == 0 or "**Ready.**" in play.card(interaction),
            timeout_s=PATIENCE_S,
        )
        if gateway.connected:
            return None
        acknowledged = play.discord.is_acknowledged(interaction)
        env = environ(atlas.base_url, url)
        async with BotProcess(play.discord.base, "bot", env=env):
            await play.discord.wait_connected()
            if acknowledged:
                await play.discord.until(lambda: play.has_ended(interaction), timeout_s=PATIENCE_S)
        check_the_books(play, acknowledged=acknowledged)
    return play


def check_the_books(play: Theatre, *, acknowledged: bool) -> None:
    results = play.results()
    assert len(results) == acknowledged
    assert play.submits() == len(play.atlas.predictions) <= acknowledged
    if any("**Ready.**" in result for result in results):
        assert play.submits() == 1


@pytest.mark.parametrize(("number", "when"), SOME_WRITES)
async def test_a_death_around_a_write_loses_nothing_and_pays_once(
    atlas: SimulatedAtlas, tmp_path: Path, number: int, when: str
) -> None:
    assert await live_through(atlas, tmp_path, number=number, when=when)


@pytest.mark.soak
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_death_around_any_write_loses_nothing_and_pays_once(
    atlas: SimulatedAtlas, tmp_path: Path, when: str
) -> None:
    for number in range(1, MOST_WRITES):
        if await live_through(atlas, tmp_path, number=number, when=when) is None:
            assert number > max(some for some, _ in SOME_WRITES)
            return
    raise AssertionError(f"a story has more than {MOST_WRITES} writes")
