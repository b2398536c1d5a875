"""Members choose among the operator's models: stories of models that only the catalogue knows."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from simcord.results import InteractionResult

from bot.language import ENGLISH
from bot.model import VideoId
from bot.policy import Part
from bot.words import buttons
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import Stage, picture, settings_for, stage, until

WORDS, PICTURES = "tidewater/reel-3/text-to-video", "tidewater/reel-3/image-to-video"
LONG = "minimax/hailuo-02/t2v-standard"
MODELS = f"{WORDS},{PICTURES},{LONG}"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite3"


@pytest.fixture
async def play(atlas: SimulatedAtlas, database: Path) -> AsyncGenerator[Stage]:
    settings = settings_for(
        atlas.base_url, f"sqlite:///{database}", ATLAS_MODELS=MODELS, BUDGET_USER_USD="2"
    )
    async with stage(settings) as play:
        await until(lambda: len(play.bot.shelf.offers()) == 3, "a look at what is on offer")
        yield play


def said(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


async def made(play: Stage, atlas: SimulatedAtlas, **options: Any) -> dict[str, Any]:
    """Let Alice make a video; return the body that Atlas got."""
    before = len(atlas.predictions)
    await play.video("a boat", **options)
    await until(lambda: len(atlas.predictions) > before, "the submit")
    return dict(atlas.predictions[-1].body)


def held(database: Path) -> tuple[str, int] | None:
    """Return the state and the millionths of the one hold of money; None without one."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT state, micro_usd FROM holds").fetchone()


async def offered(play: Stage, option: str, typed: str = "", **filled: Any) -> dict[str, Any]:
    choices = await play.alice.autocomplete(play.channel, "video", option, typed, **filled)
    return {choice["name"]: choice["value"] for choice in choices}


async def test_a_model_that_only_the_catalogue_knows_is_chosen_with_what_its_schema_says(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    shown = await play.video(
        "a boat", model=WORDS, seconds=7, resolution="1080p", aspect_ratio="9:16"
    )

    result = await play.result(await play.thread())
    assert atlas.predictions[0].body == {
        "model": WORDS,
        "prompt": "a boat",
        "duration": 7,
        "resolution": "1080P",
        "aspect_ratio": "9:16",
    }
    small_print = f"-# {WORDS} · 7 s · 1080P · 9:16 · "
    assert small_print in play.card(shown)
    assert small_print in result.content


async def test_the_default_is_the_operators_model_and_its_body_stays_as_it_was(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    assert await made(play, atlas) == {
        "model": "minimax/video-01",
        "prompt": "a boat",
        "enable_prompt_expansion": False,
    }


async def test_with_a_picture_the_familys_other_model_makes_it(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    body = await made(play, atlas, model="Reel 3", image=picture())

    assert body.pop("image_url").startswith(atlas.output_origin)
    assert body == {"model": PICTURES, "prompt": "a boat"}
    assert atlas.predictions[0].picture is not None


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ({"model": "sora"}, "I do not offer the model sora here. Nothing was spent."),
        ({"model": WORDS, "seconds": 20}, "videos of 5–15 seconds, not of 20. Nothing was spent."),
        ({"seconds": 10}, "decides by itself how long a video is. Nothing was spent."),
        ({"model": WORDS, "camera": "Zoom in"}, "Reel 3 knows no camera moves. Nothing was spent."),
        ({"model": LONG, "image": picture()}, "takes no picture. Nothing was spent."),
    ],
)
async def test_what_a_model_does_not_take_is_refused_and_nothing_is_spent(
    play: Stage, atlas: SimulatedAtlas, database: Path, wish: dict[str, Any], answer: str
) -> None:
    shown = await play.video("a boat", **wish)

    assert answer in said(shown)
    assert atlas.predictions == []
    assert held(database) is None


async def test_the_price_by_the_second_is_held_before_the_submit(
    play: Stage, atlas: SimulatedAtlas, database: Path
) -> None:
    await made(play, atlas, model=WORDS, seconds=12)

    row = held(database)
    assert row is not None
    assert row[1] == 600_000
    assert str(atlas.predictions[0].charged_usd) == "0.60"


async def test_what_atlas_says_that_it_charged_is_what_counts(
    play: Stage, atlas: SimulatedAtlas, database: Path
) -> None:
    atlas.generation_s = 2.0
    await made(play, atlas, model=LONG, seconds=10)
    assert held(database) == ("held", 383_333)  # more for ten seconds than for six, we think

    await play.result(await play.thread())

    assert held(database) == ("settled", 230_000)


async def test_what_it_charged_counts_for_a_video_that_was_called_off_too(
    play: Stage, atlas: SimulatedAtlas, database: Path
) -> None:
    atlas.generation_s = 2.0
    await made(play, atlas, model=LONG, seconds=10)
    with closing(sqlite3.connect(database)) as reader:
        (video,) = reader.execute("SELECT id FROM videos").fetchone()
    await play.bot.returns.call_off(VideoId(video), member_id=play.alice.id, is_sure=True)
    await atlas.settled()

    await play.bot.caretaker.resolve_doubts()

    assert held(database) == ("settled", 230_000)


async def test_names_prices_and_abilities_are_suggested_from_catalogue_and_schema(
    play: Stage,
) -> None:
    assert await offered(play, "model") == {
        "Video 01 · about 0.50 USD · words or a picture": "minimax/video-01",
        "Reel 3 · about 0.25 USD · words or a picture · 5–15 s · 480P, 720P, 1080P": WORDS,
        "Hailuo 02 T2V Standard · about 0.23 USD · words · 6, 10 s": LONG,
    }
    assert await offered(play, "seconds", model=LONG) == {"6 s": 6, "10 s": 10}
    assert await offered(play, "seconds") == {}
    assert await offered(play, "resolution", "7", model=WORDS) == {"720P": "720P"}
    assert list(await offered(play, "aspect_ratio", model=WORDS)) == ["16:9", "9:16", "1:1"]
    assert await offered(play, "aspect_ratio", model="sora") == {}
    assert await offered(play, "camera", "zoom", model=WORDS) == {}


async def test_where_a_server_allows_few_models_only_those_are_offered_and_used(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    policies, guild = play.bot.store.policies, play.guild.id
    await policies.set(guild, None, Part.MODELS, (LONG,), member_id=play.alice.id)

    assert list((await offered(play, "model")).values()) == [LONG]
    refused = await play.video("a boat", model=WORDS)
    assert (await made(play, atlas))["model"] == LONG

    assert f"I do not offer the model {WORDS} here. Nothing was spent." in said(refused)
    assert len(atlas.predictions) == 1


async def test_again_keeps_the_model_and_what_was_chosen(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    body = await made(play, atlas, model=WORDS, seconds=6)
    result = await play.result(await play.thread())

    await play.alice.click(result, label=ENGLISH.say(buttons.AGAIN))

    await until(lambda: len(atlas.predictions) == 2, "the second submit")
    assert atlas.predictions[1].body == body


async def test_a_remake_keeps_them_too_after_a_restart_and_its_form_has_what_the_model_knows(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await made(play, atlas, model=WORDS, seconds=6, resolution="480P")
    result = await play.result(await play.thread())
    form = await play.alice.click(result, label=ENGLISH.say(buttons.REMAKE))
    await play.restart()

    await play.alice.submit_modal(form, {"prompt": "a ship"})

    await until(lambda: len(atlas.predictions) == 2, "the second submit")
    assert atlas.predictions[1].body == {
        "model": WORDS,
        "prompt": "a ship",
        "duration": 6,
        "resolution": "480P",
    }


async def test_a_restart_while_atlas_is_away_knows_the_models_and_sends_what_was_accepted(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.fail_next("submit", Fault.HTTP_503)
    atlas.fail_next("models", Fault.HTTP_500, times=100)
    await play.video("a boat", model=WORDS, seconds=9)
    await play.restart()

    await until(lambda: atlas.predictions, "the submit")

    assert atlas.predictions[0].body["duration"] == 9
    assert len(play.bot.shelf.offers()) == 3


async def test_a_video_of_a_model_that_is_offered_no_more_is_not_made_of_another_one(
    play: Stage, atlas: SimulatedAtlas, database: Path
) -> None:
    await made(play, atlas, model=WORDS)
    result = await play.result(await play.thread())
    await play.restart(settings_for(atlas.base_url, f"sqlite:///{database}"))

    shown = await play.alice.click(result, label=ENGLISH.say(buttons.AGAIN))

    assert f"I do not offer the model {WORDS} here. Nothing was spent." in said(shown)
    assert len(atlas.predictions) == 1


async def test_a_video_from_before_there_were_choices_reads_as_before(
    play: Stage, atlas: SimulatedAtlas, database: Path
) -> None:
    await made(play, atlas)
    result = await play.result(await play.thread())
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE videos SET terms = NULL")
        connection.commit()

    await play.alice.click(result, label=ENGLISH.say(buttons.AGAIN))

    await until(lambda: len(atlas.predictions) == 2, "the second submit")
    assert atlas.predictions[1].body == atlas.predictions[0].body
