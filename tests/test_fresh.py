"""Fresh links: given while Atlas keeps a video, to anyone, and never of what is flagged."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable

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


def fresh_links(play: Stage, *, clock: Callable[[], float] = time.monotonic) -> FreshLinks:
    """Return one who was never asked before."""
    outputs = Outputs(allow_private=True)
    return FreshLinks(store=play.bot.store, atlas=play.bot.atlas, outputs=outputs, clock=clock)


def video_id(play: Stage) -> VideoId:
    """Return the first video: its command is the first interaction."""
    told = play.env.backend.transcript
    return VideoId(next(int(e[2]["id"]) for e in told if e[1] == "INTERACTION_CREATE"))


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

    for member in (stranger, play.alice):
        shown = await member.click(result, label=ENGLISH.say(buttons.FRESH_LINK))

        assert shown.ephemeral
        assert sentence(shown) == f"{ENGLISH.say(links.FRESH)}\n{link_of(atlas)}"


async def test_each_answer_of_atlas_is_told_as_it_is(play: Stage, atlas: SimulatedAtlas) -> None:
    await make_a_video(play)

    async def ask() -> Answer:
        return await fresh_links(play).ask(video_id(play))

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
    atlas.delete_outputs()
    assert await ask() == Answer(links.DELETED)
    assert await fresh_links(play).ask(VideoId(1)) == Answer(refusals.not_lost(Standing.GONE))


async def test_presses_within_seconds_share_one_question(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await make_a_video(play)
    now = [0.0]
    fresh, before = fresh_links(play, clock=lambda: now[0]), polls(atlas)

    answers = await asyncio.gather(*[fresh.ask(video_id(play)) for _ in range(5)])

    assert answers == [Answer(links.FRESH, (link_of(atlas),))] * 5
    assert polls(atlas) == before + 1

    now[0] += 6
    await fresh.ask(video_id(play))
    assert polls(atlas) == before + 2


async def test_what_was_flagged_is_not_asked_for_again(play: Stage, atlas: SimulatedAtlas) -> None:
    await play.video("a boat #flagged")
    await play.result(await play.thread())
    before = polls(atlas)

    answer = await fresh_links(play).ask(video_id(play))

    assert answer == Answer(refusals.not_lost(Standing.GONE))
    assert polls(atlas) == before
