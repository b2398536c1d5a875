"""A member directs the camera: suggested while typing, sent in the vendor's words, shown."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageSequence, ImageStat
from simcord.results import InteractionResult, ResponseMessage

from bot.camera import Move
from bot.language import ENGLISH
from bot.sentence import Sentence
from bot.settings import Settings
from bot.showcase import PICTURES, picture_of
from bot.words import camera as words
from sandbox.atlas import SimulatedAtlas
from sandbox.camera import SAILS, WAYS
from sandbox.diorama import Point
from tests.stage import Stage, stage, texts


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


def sentence(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


def nothing_is_spent(atlas: SimulatedAtlas, folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as database:
        kept = database.execute("SELECT count(*) FROM videos").fetchone()
    return kept == (0,) and atlas.predictions == []


async def test_chosen_moves_reach_atlas_in_the_vendors_words(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await play.video("a boat [tilt  UP], then", camera="zoom IN, pan left")

    await play.result(await play.thread())
    assert [made.prompt for made in atlas.predictions] == [
        "a boat [Tilt up], then [Zoom in,Pan left]"
    ]


async def test_a_misspelt_choice_is_refused_with_the_move_that_is_meant(
    play: Stage, atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    shown = await play.video("a boat", camera="zom in")

    assert shown.ephemeral
    assert sentence(shown) == ENGLISH.say(words.unknown_move("zom in", Move.ZOOM_IN))
    assert nothing_is_spent(atlas, tmp_path)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a boat [Zom in]", words.misspelt_bracket("[Zom in]", "[Zoom in]")),
        ("a boat [Shake,Zoom in,Pan left,Tilt up]", words.crowded_bracket(4)),
    ],
)
async def test_a_bracket_that_cannot_be_meant_is_refused_before_it_costs(
    play: Stage, atlas: SimulatedAtlas, tmp_path: Path, prompt: str, said: Sentence
) -> None:
    shown = await play.video(prompt)

    assert sentence(shown) == ENGLISH.say(said)
    assert nothing_is_spent(atlas, tmp_path)


async def test_a_bracket_that_is_no_move_is_sent_as_it_is(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await play.video("a boat [a note] at dusk")

    await play.result(await play.thread())
    assert [made.prompt for made in atlas.predictions] == ["a boat [a note] at dusk"]


async def test_moves_are_suggested_while_they_are_typed(play: Stage) -> None:
    choices = await play.alice.autocomplete(play.channel, "video", "camera", "shake, zom")

    assert [choice["value"] for choice in choices] == ["Shake, Zoom in", "Shake, Zoom out"]
    assert choices[0]["name"] == f"Shake, Zoom in – {ENGLISH.say(words.MOVES[Move.ZOOM_IN])}"


# ── /camera ───────────────────────────────────────────────────────────────────────────────────


def media(message: ResponseMessage) -> list[dict[str, str]]:
    """Return what the galleries of a message show: a URL and a description each."""
    galleries = [item["items"] for item in message.components if "items" in item]
    return [
        {"url": each["media"]["url"], "text": each["description"]}
        for items in galleries
        for each in items
    ]


async def test_the_moves_are_shown_to_the_member_alone_each_with_its_picture(play: Stage) -> None:
    shown = await play.alice.slash(play.channel, "camera")

    assert shown.response is not None
    messages = [shown.response, *shown.followups]
    pictures = [each for message in messages for each in media(message)]
    assert all(message.ephemeral for message in messages)
    assert all(len(message.attachments) <= 10 for message in messages)
    assert {each["text"] for each in pictures} == {
        f"{move}: {ENGLISH.say(text)}" for move, text in words.MOVES.items()
    }
    said = "\n".join(texts(message.components) for message in messages)
    assert all(f"**{move}** – {ENGLISH.say(text)}" in said for move, text in words.MOVES.items())


@pytest.mark.parametrize("move", Move)
def test_the_picture_of_a_move_is_small_and_goes_on_for_ever(move: Move) -> None:
    with Image.open(picture_of(move)) as picture:
        first, *_, last = ImageSequence.all_frames(picture)

        assert picture.format == "WEBP"
        assert picture.info["loop"] == 0
    assert picture_of(move).stat().st_size < 60_000
    assert max(ImageStat.Stat(ImageChops.difference(first, last)).mean) > 1


def test_there_is_a_picture_for_each_move_and_no_other() -> None:
    assert set(PICTURES.iterdir()) == {picture_of(move) for move in Move}
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 900_000


# ── what the pictures show ────────────────────────────────────────────────────────────────────

NEAR, FAR = (0.5, 3.0, 8.0), (50.0, 300.0, 800.0)


def way_of(move: Move, point: Point) -> tuple[float, float]:
    """Return how far to the right and down a point goes in the picture of a move, in pixels."""
    (x0, y0), (x1, y1) = (WAYS[move](at).sees(point, (288, 162)) or (0, 0) for at in (-1, 1))
    return x1 - x0, y1 - y0


@pytest.mark.parametrize(
    ("move", "axis", "sign"),
    [
        (Move.TRUCK_LEFT, 0, 1),
        (Move.TRUCK_RIGHT, 0, -1),
        (Move.PEDESTAL_UP, 1, 1),
        (Move.PEDESTAL_DOWN, 1, -1),
    ],
)
def test_a_camera_that_goes_passes_the_near_but_hardly_the_far(
    move: Move, axis: int, sign: int
) -> None:
    assert sign * way_of(move, NEAR)[axis] > 50
    assert 0 < sign * way_of(move, FAR)[axis] < 2


@pytest.mark.parametrize(
    ("move", "axis", "sign"),
    [
        (Move.PAN_LEFT, 0, 1),
        (Move.PAN_RIGHT, 0, -1),
        (Move.TILT_UP, 1, 1),
        (Move.TILT_DOWN, 1, -1),
    ],
)
def test_a_camera_that_turns_sees_near_and_far_go_alike(move: Move, axis: int, sign: int) -> None:
    assert sign * way_of(move, NEAR)[axis] > 50
    assert sign * way_of(move, FAR)[axis] > 50


@pytest.mark.parametrize(
    ("move", "near_grows", "far_grows"),
    [
        (Move.PUSH_IN, True, False),
        (Move.PULL_OUT, False, False),
        (Move.ZOOM_IN, True, True),
        (Move.ZOOM_OUT, False, False),
    ],
)
def test_a_lens_magnifies_the_far_too_and_a_step_closer_does_not(
    move: Move, near_grows: bool, far_grows: bool
) -> None:
    assert (way_of(move, NEAR)[0] > 5) is near_grows
    assert (way_of(move, FAR)[0] > 5) is far_grows


def test_a_tracking_shot_keeps_what_moves_in_its_place() -> None:
    boats = [
        WAYS[Move.TRACKING_SHOT](at).sees((SAILS[Move.TRACKING_SHOT] * at, 0, 7.5), (288, 162))
        for at in (-1, 0, 1)
    ]

    assert boats[0] == boats[1] == boats[2]
