"""Again, Remake, Animate further: another video of one, for whoever pressed, paid once."""

import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import closing
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import av
import discord
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from simcord import MemberActor
from simcord.results import InteractionResult

from bot.cards import result_buttons, status_card
from bot.language import ENGLISH
from bot.model import (
    Cancelled,
    Cause,
    Charge,
    Failed,
    Flagged,
    Outcome,
    Ready,
    Refused,
    TimedOut,
    Unknown,
    VideoId,
)
from bot.presses import AGAIN_AFTER_S, Presses
from bot.sentence import Sentence
from bot.settings import Settings
from bot.words import buttons as words
from bot.words import moderation, refusals
from sandbox.atlas import Fault, SimulatedAtlas
from sandbox.film import render
from tests.stage import KEY, Stage, picture, stage, until
from tests.test_words import video


@cache
def moving_film() -> bytes:
    """Return a film whose frames differ a great deal, as large as a first frame must be."""
    photograph = ImageOps.fit(Image.linear_gradient("L"), (640, 400)).convert("RGB")
    photograph.save(buffer := BytesIO(), "PNG")
    return render("[Pedestal down]", buffer.getvalue(), seconds=0.8, longest=640)


@pytest.fixture
async def atlas() -> AsyncIterator[SimulatedAtlas]:
    async with SimulatedAtlas(
        api_key=KEY, generation_s=0.1, film=lambda _prompt, _picture: moving_film()
    ) as atlas:
        yield atlas


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


async def finished(play: Stage, prompt: str = "a boat", **options: Any) -> discord.Message:
    """Let Alice make a video; return the message that shows it."""
    await play.video(prompt, **options)
    return await play.result(await play.thread())


async def press(
    play: Stage, result: discord.Message, label: Sentence, *, who: MemberActor | None = None
) -> InteractionResult:
    return await (who or play.alice).click(result, label=ENGLISH.say(label))


async def results(play: Stage, count: int) -> list[discord.Message]:
    """Wait until that many videos are shown in the thread of the first."""
    thread = await play.thread()
    await until(lambda: len(play.results(thread)) == count, f"{count} results")
    return play.results(thread)


def filled_in(form: InteractionResult) -> dict[str, object]:
    """Return what a form shows before anybody typed."""
    assert form.modal is not None
    parts = [label["component"] for label in form.modal["components"]]
    return {part["custom_id"]: part.get("value", part.get("default")) for part in parts}


def said(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


def frames() -> list[Image.Image]:
    with av.open(BytesIO(moving_film()), "r") as film:
        return [
            cast(Image.Image, frame.to_image())  # pyright: ignore[reportUnknownMemberType]  # untyped
            for frame in film.decode(video=0)
        ]


def differ(one: Image.Image, other: Image.Image) -> float:
    """Return by how many of 255 steps two pictures differ on average."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


# ── Again ─────────────────────────────────────────────────────────────────────────────────────


async def test_again_makes_the_same_video_with_the_same_picture_after_a_restart_too(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    result = await finished(play, image=picture(), expand_prompt=True)
    await play.restart()

    await press(play, result, words.AGAIN)

    await results(play, 2)
    first, second = atlas.predictions
    assert (second.prompt, second.prompt_expansion) == ("a boat", True)
    assert second.picture is not None
    assert second.picture == first.picture


async def test_a_double_click_makes_one_video(play: Stage, atlas: SimulatedAtlas) -> None:
    result = await finished(play)
    await press(play, result, words.AGAIN)

    second = await press(play, result, words.AGAIN)

    assert second.ephemeral
    assert said(second) == ENGLISH.say(refusals.PRESSED_TWICE)
    await results(play, 2)
    assert len(atlas.predictions) == 2


async def test_what_a_stranger_makes_of_a_video_is_theirs(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    bob = play.guild.add_member(play.env.create_user("bob"))
    result = await finished(play)

    await press(play, result, words.AGAIN, who=bob)

    _, theirs = await results(play, 2)
    assert [member.id for member in theirs.mentions] == [bob.id]


async def test_who_may_not_use_commands_makes_no_video_by_a_button(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    bob = play.guild.add_member(play.env.create_user("bob"))
    play.channel = play.guild.create_text_channel(
        "gallery",
        overwrites={bob: discord.PermissionOverwrite(use_application_commands=False)},
    )
    result = await finished(play)

    shown = await press(play, result, words.AGAIN, who=bob)

    assert said(shown) == ENGLISH.say(refusals.NO_COMMANDS)
    assert len(atlas.predictions) == 1


async def test_a_picture_that_cannot_be_had_any_more_costs_nothing(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    shown = await play.video("a boat", image=picture())
    result = await play.result(await play.thread())
    await until(lambda: "**Ready.**" in play.card(shown), "the card's last change")
    assert shown.response is not None
    play.env.backend.delete_message(play.channel.id, shown.response.id)

    again = await press(play, result, words.AGAIN)

    assert said(again) == ENGLISH.say(refusals.CARD_GONE)
    assert len(atlas.predictions) == 1


# ── Remake ────────────────────────────────────────────────────────────────────────────────────


async def test_a_remake_starts_from_the_same_words_and_picture_after_a_restart_too(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    form = await press(
        play, await finished(play, image=picture(), expand_prompt=True), words.REMAKE
    )
    assert filled_in(form) == {
        "prompt": "a boat",
        "image": None,
        "camera": None,
        "expand": True,
    }
    await play.restart()

    await play.alice.submit_modal(form, {"prompt": "a ship", "expand": False})

    await results(play, 2)
    first, second = atlas.predictions
    assert (second.prompt, second.prompt_expansion) == ("a ship", False)
    assert second.picture == first.picture


async def test_a_flagged_video_may_be_made_otherwise(play: Stage, atlas: SimulatedAtlas) -> None:
    form = await press(play, await finished(play, "a boat #flagged"), words.REMAKE)

    await play.alice.submit_modal(form, {"prompt": "a calm boat"})

    assert "**Ready.**" in (await results(play, 2))[1].content


@pytest.mark.parametrize("label", [words.AGAIN, words.REMAKE], ids=["again", "remake"])
async def test_buttons_on_a_card_take_its_picture_without_a_look_at_the_channel(
    play: Stage, atlas: SimulatedAtlas, label: Sentence
) -> None:
    shown = await play.video("a boat", image=picture())
    await play.result(await play.thread())
    await until(lambda: "**Ready.**" in play.card(shown), "the card's last change")
    card = await lonely_card(play, shown)

    pressed = await press(play, card, label)
    if pressed.modal is not None:
        pressed = await play.alice.submit_modal(pressed, {"prompt": "a boat"})

    await until(lambda: len(atlas.predictions) == 2, "the second submit")
    assert atlas.predictions[1].picture == atlas.predictions[0].picture


async def lonely_card(play: Stage, shown: InteractionResult) -> discord.Message:
    """Put a card with everything on it in the place of the one that the bot could look at."""
    assert shown.response is not None
    made = await play.bot.store.video(VideoId(shown._interaction.id))  # pyright: ignore[reportPrivateUsage]  # not told otherwise
    _, content = picture()
    card = await play.bot.get_partial_messageable(play.channel.id).send(
        view=status_card(made, Ready(("https://cdn.example/1.mp4",)), only_here=True),
        file=discord.File(BytesIO(content), made.first_frame),
    )
    play.env.backend.delete_message(play.channel.id, shown.response.id)
    return card


# ── Animate further ───────────────────────────────────────────────────────────────────────────


async def test_a_video_goes_on_where_the_other_ends_after_a_restart_too(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    form = await press(play, await finished(play), words.FURTHER)
    await play.restart()

    await play.alice.submit_modal(form, {"prompt": "it sinks"})

    await results(play, 2)
    sent = atlas.predictions[1].picture
    assert sent is not None
    start, shot = Image.open(BytesIO(sent)), frames()
    assert differ(start, shot[-1]) < 1
    assert differ(start, shot[0]) > 10
    assert atlas.leaks == []


async def test_a_link_that_died_is_asked_for_anew(
    play: Stage, atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    form = await press(play, await finished(play), words.FURTHER)
    let_links_die(tmp_path)

    await play.alice.submit_modal(form, {"prompt": "it sinks"})

    assert "**Ready.**" in (await results(play, 2))[1].content


@pytest.mark.parametrize(
    ("fault", "answer"),
    [(Fault.FAILED, refusals.FILM_GONE), (Fault.HTTP_500, refusals.FILM_AWAY)],
)
async def test_a_video_that_cannot_be_had_any_more_costs_nothing(
    play: Stage, atlas: SimulatedAtlas, tmp_path: Path, fault: Fault, answer: Sentence
) -> None:
    form = await press(play, await finished(play), words.FURTHER)
    let_links_die(tmp_path)
    atlas.fail_next("poll", fault)

    shown = await play.alice.submit_modal(form, {"prompt": "it sinks"})

    assert said(shown) == ENGLISH.say(answer)
    assert len(atlas.predictions) == 1


def let_links_die(folder: Path) -> None:
    """Let the links that were kept lead to nothing, as those of yesterday do."""
    with closing(sqlite3.connect(folder / "bot.sqlite3", isolation_level=None)) as database:
        database.execute("UPDATE videos SET outcome = replace(outcome, '.mp4', '.gone')")


async def test_a_form_from_elsewhere_gets_at_no_video(play: Stage, atlas: SimulatedAtlas) -> None:
    form = await press(play, await finished(play), words.FURTHER)
    carol = play.env.create_user("carol")
    forged = await carol.slash("studio")
    spec = forged._interaction.modal  # pyright: ignore[reportPrivateUsage]  # what a client may do
    assert spec is not None
    assert form.modal is not None
    spec["custom_id"] = form.modal["custom_id"]

    shown = await carol.submit_modal(forged, {"prompt": "it sinks"})

    assert said(shown) == ENGLISH.say(refusals.FORGOTTEN)
    assert len(atlas.predictions) == 1


# ── values ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("outcome", "labels"),
    [
        (
            Ready(("https://cdn.example/1.mp4",)),
            [
                words.AGAIN,
                words.REMAKE,
                words.FURTHER,
                words.FRESH_LINK,
                words.DELETE,
                moderation.REPORT,
            ],
        ),
        (Failed(Cause.BROKEN), [words.AGAIN, words.REMAKE]),
        (Failed(Cause.EMPTY), [words.REMAKE]),
        (Refused(Cause.BUSY), [words.AGAIN, words.REMAKE]),
        (Refused(Cause.CONTENT), [words.REMAKE]),
        (Flagged(), [words.REMAKE]),
        (TimedOut(), [words.REMAKE]),
        (Cancelled(Charge.NONE), [words.REMAKE]),
        (Unknown(), [words.TRY_AGAIN]),
    ],
    ids=repr,
)
def test_each_ending_offers_what_makes_sense(outcome: Outcome, labels: list[Sentence]) -> None:
    shown = [
        button.label
        for button in result_buttons(video(), outcome).children
        if isinstance(button, discord.ui.Button)
    ]

    assert shown == [ENGLISH.say(label) for label in labels]


def test_a_press_counts_once_within_ten_seconds_for_each_member_and_button() -> None:
    now = 0.0
    presses = Presses(lambda: now)

    assert presses.is_first(1, member_id=7, button="again:5")
    assert presses.is_first(1, member_id=7, button="again:5")  # delivered a second time
    assert not presses.is_first(2, member_id=7, button="again:5")
    assert presses.is_first(3, member_id=8, button="again:5")
    assert presses.is_first(4, member_id=7, button="again:6")
    now = AGAIN_AFTER_S
    assert presses.is_first(5, member_id=7, button="again:5")
