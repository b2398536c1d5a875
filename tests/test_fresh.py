"""Fresh links: given while Atlas keeps a video, to anyone, and never of what is flagged."""

from collections.abc import AsyncGenerator

import discord
import pytest
from simcord.results import InteractionResult

from bot.atlas.outputs import Outputs
from bot.fresh import Answer, FreshLinks
from bot.language import ENGLISH
from bot.model import Standing, VideoId
from bot.settings import Settings
from bot.words import buttons, links, refusals
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import Stage, stage


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


async def make_a_video(play: Stage) -> discord.Message:
    await play.video("a boat")
    return await play.result(await play.thread())


def sentence(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


def link_of(atlas: SimulatedAtlas) -> str:
    return f"{atlas.output_origin}/{atlas.predictions[0].id}.mp4"


def polls(atlas: SimulatedAtlas) -> int:
    return sum("/prediction/" in request.path for request in atlas.requests)


async def test_anyone_gets_a_fresh_link_also_after_a_restart_and_twice(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    result = await make_a_video(play)
    await play.restart()
    stranger = play.guild.add_member(play.env.create_user("bob"))
    before = polls(atlas)

    for member in (stranger, play.alice):
        shown = await member.click(result, label=ENGLISH.say(buttons.FRESH_LINK))

        assert shown.ephemeral
        assert sentence(shown) == f"{ENGLISH.say(links.FRESH)}\n{link_of(atlas)}"
    assert polls(atlas) == before + 1


async def test_each_answer_of_atlas_is_told_as_it_is(play: Stage, atlas: SimulatedAtlas) -> None:
    result = await make_a_video(play)
    (row,) = result.components
    assert isinstance(row, discord.ActionRow)
    (button,) = row.children
    assert isinstance(button, discord.Button)
    video_id = VideoId(int((button.custom_id or "").removeprefix("fresh:")))

    async def ask(video_id: VideoId = video_id) -> Answer:
        """Ask one who was never asked before."""
        bot, outputs = play.bot, Outputs(allow_private=True)
        return await FreshLinks(store=bot.store, atlas=bot.atlas, outputs=outputs).ask(video_id)

    told = {
        Fault.FLAGGED_LIST: links.WITHHELD,
        Fault.FLAGGED_UNREADABLE: links.WITHHELD,
        Fault.HTTP_404: links.DELETED,
        Fault.OUTPUTS_EMPTY: links.DELETED,
        Fault.FAILED: links.DELETED,
        Fault.HTTP_503: links.NOT_NOW,
    }
    for fault, said in told.items():
        atlas.fail_next("poll", fault)
        assert await ask() == Answer(said), fault

    assert await ask() == Answer(links.FRESH, (link_of(atlas),))
    assert await ask(VideoId(1)) == Answer(refusals.not_lost(Standing.GONE))
    atlas.delete_outputs()
    assert await ask() == Answer(links.DELETED)


async def test_what_was_flagged_is_not_asked_for_again(play: Stage, atlas: SimulatedAtlas) -> None:
    shown = await play.video("a boat #flagged")
    await play.result(await play.thread())
    (entry,) = [e for e in play.env.backend.transcript if e[1] == "INTERACTION_CREATE"]
    before = polls(atlas)

    answer = await play.bot.fresh_links.ask(VideoId(int(entry[2]["id"])))

    assert shown.response is not None
    assert answer == Answer(refusals.not_lost(Standing.GONE))
    assert polls(atlas) == before
