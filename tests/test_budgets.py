"""What a member meets who is over a budget: told which and until when, and nothing is used up."""

import re
from pathlib import Path

from sandbox.atlas import SimulatedAtlas
from tests.stage import Stage, settings_for, stage, until


async def told(play: Stage, prompt: str) -> str:
    """Return the sentence that answers a command which becomes no video."""
    shown = await play.video(prompt)
    assert shown.response is not None
    return shown.response.content


async def test_who_would_pass_a_budget_is_told_which_what_is_left_and_when_it_begins_anew(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    settings = settings_for(
        atlas.base_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}", BUDGET_USER_USD="0.70"
    )
    async with stage(settings) as play:
        await play.video("one")
        await play.result(await play.thread())

        answer = await told(play, "two")

        assert re.fullmatch(
            r"Each member may spend 0\.70 USD a day: 0\.20 USD left, and this video costs "
            r"0\.50 USD\. Nothing was spent\. It begins anew <t:\d+:R>\.",
            answer,
        )
        assert [prediction.prompt for prediction in atlas.predictions] == ["one"]


async def test_a_failed_video_uses_up_nothing(atlas: SimulatedAtlas, tmp_path: Path) -> None:
    settings = settings_for(
        atlas.base_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}", BUDGET_TOTAL_VIDEOS="1"
    )
    async with stage(settings) as play:
        await play.video("one #failed")
        await play.result(await play.thread())

        await play.video("two")

        await until(lambda: len(play.channel.threads) == 2, "a second thread")
        assert "1 video a day: 0 left" in await told(play, "three")


async def test_a_refusal_holds_nothing(atlas: SimulatedAtlas, tmp_path: Path) -> None:
    settings = settings_for(
        atlas.base_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}", BUDGET_GUILD_VIDEOS="0"
    )
    async with stage(settings) as play:
        answer = await told(play, "one")

        assert answer.startswith("This server may make 0 videos a day: 0 left.")
        assert await play.bot.store.doubts.all() == []
        assert atlas.predictions == []


async def test_the_price_is_that_of_the_catalogue(atlas: SimulatedAtlas, tmp_path: Path) -> None:
    settings = settings_for(
        atlas.base_url,
        f"sqlite:///{tmp_path / 'bot.sqlite3'}",
        ATLAS_MODEL="minimax/hailuo-02/t2v-standard",
        BUDGET_USER_USD="0.30",
    )
    async with stage(settings) as play:
        await until(lambda: play.bot.shelf.offer(None).models[0].price_usd, "a look")

        await play.video("one")
        await play.result(await play.thread())

        assert "0.07 USD left, and this video costs 0.23 USD" in await told(play, "two")
