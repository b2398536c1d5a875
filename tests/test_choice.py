"""A picture that does not fit: what could be made of it is shown, and one press makes the video."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import discord
import pytest
from PIL import Image
from simcord.results import InteractionResult

from bot.language import ENGLISH
from bot.model import Draft, VideoId
from bot.picture import Fit
from bot.settings import Settings
from bot.words import fits
from sandbox.atlas import SimulatedAtlas
from tests.stage import Stage, picture, settings_for, stage, until

CROP = ENGLISH.say(fits.FIT_LABELS[Fit.CROP])
ENLARGE = ENGLISH.say(fits.FIT_LABELS[Fit.ENLARGE])
PAD = ENGLISH.say(fits.FIT_LABELS[Fit.PAD])
NEVER_MIND = ENGLISH.say(fits.NEVER_MIND)
DAY_S = 24 * 3600


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


async def offer(play: Stage, width: int = 1500, height: int = 400) -> discord.Message:
    """Let Alice attach a picture that does not fit; return what she may choose from."""
    shown = await play.video("a coast", image=picture(width, height), expand_prompt=True)
    assert shown.response is not None
    return shown.response.message


def now(play: Stage, message: discord.Message) -> discord.Message:
    """Return the message as it stands now."""
    (found,) = [one for one in play.channel.history() if one.id == message.id]
    return found


def labels(message: discord.Message) -> list[str | None]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    items = [item for row in rows for item in row.children]
    return [item.label for item in items if isinstance(item, discord.Button)]


async def draft_of(play: Stage, message: discord.Message) -> Draft | None:
    assert message.interaction_metadata is not None
    return await play.bot.store.drafts.find(VideoId(message.interaction_metadata.id))


async def press_twice_at_once(play: Stage, message: discord.Message, label: str) -> None:
    """Let two presses of Alice come in before the bot sees either: made of a stranger's."""
    await play.guild.add_member(play.env.create_user("eve")).click(message, label=label)
    backend = play.env.backend
    seen = [entry[2] for entry in backend.transcript if entry[1] == "INTERACTION_CREATE"]
    wished, pressed = seen[-2:]
    for _ in range(2):
        record = backend.new_interaction(3, play.channel.id, play.alice.id, play.guild.id)
        alices = {"id": str(record.id), "token": record.token, "member": wished["member"]}
        backend.emit("INTERACTION_CREATE", pressed | alices)
    await play.env.settle()


def said(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


def sent_sides(atlas: SimulatedAtlas) -> list[tuple[int, int]]:
    """Return the sides of the pictures that Atlas got."""
    return [Image.open(BytesIO(p.picture)).size for p in atlas.predictions if p.picture]


async def test_a_picture_that_does_not_fit_comes_back_in_the_ways_in_which_it_would(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    message = await offer(play)

    assert "1500 × 400 is too wide" in message.content
    assert labels(message) == [CROP, PAD, NEVER_MIND]
    assert [file.filename for file in message.attachments] == ["crop.png", "pad.png"]
    assert [file.description for file in message.attachments] == [
        ENGLISH.say(fits.PREVIEW_ALTS[fit]) for fit in (Fit.CROP, Fit.PAD)
    ]
    assert atlas.predictions == []
    assert play.channel.threads == []


async def test_the_chosen_picture_makes_the_video_also_after_a_restart(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    message = await offer(play)
    await play.restart()

    await play.alice.click(message, label=CROP)

    assert "**Ready.**" in (await play.result(await play.thread())).content
    assert sent_sides(atlas) == [(960, 400)]
    (prediction,) = atlas.predictions
    assert (prediction.prompt, prediction.prompt_expansion) == ("a coast", True)
    await until(lambda: labels(now(play, message)) == [], "the end of the buttons")
    assert "1500 × 400 is too wide" in now(play, message).content


async def test_a_small_picture_is_scaled_up_on_request(play: Stage, atlas: SimulatedAtlas) -> None:
    message = await offer(play, 200, 160)

    assert labels(message) == [ENLARGE, NEVER_MIND]

    await play.alice.click(message, label=ENLARGE)

    await play.result(await play.thread())
    assert sent_sides(atlas) == [(400, 320)]


async def test_two_presses_at_once_make_one_video(play: Stage, atlas: SimulatedAtlas) -> None:
    await press_twice_at_once(play, await offer(play), CROP)

    await play.result(await play.thread())
    answers = [message.content for message in play.channel.history()]
    assert answers.count(ENGLISH.say(fits.CHOSEN)) == 1
    assert sent_sides(atlas) == [(960, 400)]


async def test_only_who_attached_the_picture_may_choose(play: Stage, atlas: SimulatedAtlas) -> None:
    message = await offer(play)
    stranger = play.guild.add_member(play.env.create_user("bob"))

    for label in (CROP, NEVER_MIND):
        shown = await stranger.click(message, label=label)
        assert said(shown) == ENGLISH.say(fits.NOT_YOURS)
        assert shown.ephemeral

    assert labels(now(play, message)) == [CROP, PAD, NEVER_MIND]
    assert atlas.predictions == []


async def test_never_mind_ends_the_choice(play: Stage, atlas: SimulatedAtlas) -> None:
    message = await offer(play)

    await play.alice.click(message, label=NEVER_MIND)

    ended = now(play, message)
    assert (ended.content, ended.attachments, labels(ended)) == (
        ENGLISH.say(fits.DROPPED),
        [],
        [],
    )
    assert await draft_of(play, message) == Draft(play.alice.id, None)
    assert atlas.predictions == []


async def test_a_choice_that_the_budget_refuses_stays_open(
    settings: Settings, atlas: SimulatedAtlas
) -> None:
    poor = settings_for(atlas.base_url, settings.database_url, BUDGET_USER_VIDEOS="1")
    async with stage(poor) as play:
        message = await offer(play)
        await play.video("the only one of today")
        await play.result(await play.thread())

        shown = await play.alice.click(message, label=CROP)

        assert "Each member may make 1 video a day" in said(shown)
        assert labels(now(play, message)) == [CROP, PAD, NEVER_MIND]
        draft = await draft_of(play, message)
        assert draft is not None
        assert draft.wish is not None


async def test_a_choice_is_forgotten_after_a_month_and_says_so(play: Stage, tmp_path: Path) -> None:
    message = await offer(play)
    for age_s, sentence in ((29 * DAY_S, None), (2 * DAY_S, fits.FORGOTTEN)):
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as database:
            database.execute("UPDATE drafts SET made_at = made_at - ?", (age_s,))
        await play.bot.caretaker.forget()
        stranger = play.guild.add_member(play.env.create_user(f"bob {age_s}"))
        shown = await stranger.click(message, label=CROP)
        assert said(shown) == ENGLISH.say(sentence or fits.NOT_YOURS)


async def test_what_cannot_be_mended_is_refused_as_ever(play: Stage) -> None:
    message = await offer(play, 10, 10)

    assert "10 × 10 is too small" in message.content
    assert (message.attachments, labels(message)) == ([], [])
