"""The form: opened empty or with the picture of a message, and heard also after a restart."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import discord
import pytest
from PIL import Image
from simcord.results import InteractionResult, to_discord_message

from bot.attached import picture_of
from bot.language import ENGLISH, NAMES, language
from bot.model import Arrival
from bot.settings import Settings
from bot.shelf import Shelf
from bot.source import CardPicture, LastFrame, Pick, Upload, kept_as, name_of
from bot.studio import Form
from bot.words import commands, refusals
from bot.words import studio as words
from sandbox.atlas import SimulatedAtlas
from tests.stage import Stage, a_video, picture, stage
from tests.test_store import ARRIVAL


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


async def opened(play: Stage) -> InteractionResult:
    return await play.alice.slash(play.channel, "studio")


async def submit(play: Stage, form: InteractionResult, **filled: Any) -> InteractionResult:
    return await play.alice.submit_modal(form, {"prompt": "a boat", **filled})


async def animate(play: Stage, message: discord.Message) -> InteractionResult:
    return await play.alice.context_menu(play.channel, commands.ANIMATE.text, message)


def sides(sent: bytes | None) -> tuple[int, int]:
    assert sent is not None
    return Image.open(BytesIO(sent)).size


def said(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


# ── /studio ───────────────────────────────────────────────────────────────────────────────────


async def test_a_form_becomes_a_video_as_it_was_filled_in_after_a_restart_too(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    form = await opened(play)
    await play.restart()

    wish = {"prompt": "a long\n\nprompt", "camera": "zoom in", "expand": True}
    await submit(play, form, image=picture(), **wish)

    assert "**Ready.**" in (await play.result(await play.thread())).content
    (sent,) = atlas.predictions
    assert (sent.prompt, sent.prompt_expansion) == ("a long\n\nprompt [Zoom in]", True)
    assert sides(sent.picture) == (640, 400)


async def test_a_form_without_a_picture_makes_one_video_of_words_however_often_delivered(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await submit(play, await opened(play))
    await play.result(await play.thread())

    await play.repeat_last_interaction()

    (sent,) = atlas.predictions
    assert (sent.prompt, sent.picture, sent.prompt_expansion) == ("a boat", None, False)
    assert len(play.channel.threads) == 1


async def test_nobody_fills_in_a_form_where_no_video_can_be_shown(play: Stage) -> None:
    play.channel = play.guild.create_text_channel(
        "quiet", overwrites={play.me: discord.PermissionOverwrite(read_message_history=False)}
    )

    shown = await opened(play)

    assert shown.modal is None
    assert said(shown) == ENGLISH.say(refusals.missing_rights(["read_message_history"]))


async def test_a_camera_move_that_nobody_knows_is_told_so_and_costs_nothing(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    shown = await submit(play, await opened(play), camera="zom in")

    assert "did you mean Zoom in?" in said(shown)
    assert atlas.predictions == []


# ── Animate image ─────────────────────────────────────────────────────────────────────────────


async def test_the_picture_of_any_message_becomes_the_first_frame_after_a_restart_too(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    bob = play.guild.add_member(play.env.create_user("bob"))
    message = await bob.send(play.channel, attachments=[("notes.txt", b"-"), picture(500, 400)])
    form = await animate(play, message)
    await play.restart()

    await submit(play, form)

    await play.result(await play.thread())
    assert [sides(sent.picture) for sent in atlas.predictions] == [(500, 400)]


async def test_an_upload_replaces_the_picture_of_the_message(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    form = await animate(play, await play.alice.send(play.channel, attachments=[picture(500, 400)]))

    await submit(play, form, image=picture(640, 480))

    await play.result(await play.thread())
    assert [sides(sent.picture) for sent in atlas.predictions] == [(640, 480)]


async def test_a_forwarded_picture_is_found(play: Stage) -> None:
    message = await play.alice.send(play.channel, attachments=[picture()])

    found = picture_of(await play.alice.forward(message, play.channel))

    assert found == Upload(message.attachments[0].url, message.attachments[0].size)


async def test_an_embedded_picture_is_fetched_from_discord_alone(play: Stage) -> None:
    image = {"url": "https://evil.example/1.png", "proxy_url": "https://proxy.example/1.png"}
    sent = play.env.backend.create_message(
        play.channel.id, play.alice.id, embeds=[{"thumbnail": image}]
    )

    found = picture_of(to_discord_message(play.env, sent))

    assert found == Upload("https://proxy.example/1.png", 0)


async def test_a_message_without_a_picture_is_told_so(play: Stage) -> None:
    message = await play.alice.send(play.channel, "just words", attachments=[("notes.txt", b"-")])

    shown = await animate(play, message)

    assert shown.ephemeral
    assert said(shown) == ENGLISH.say(refusals.NO_PICTURE_HERE)


async def test_a_picture_that_was_let_go_is_said_to_be_lost(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    form = await animate(play, await play.alice.send(play.channel, attachments=[picture()]))
    await play.bot.store.picks.forget(before=float("inf"))

    shown = await submit(play, form)

    assert said(shown) == ENGLISH.say(refusals.PICTURE_LOST)
    assert atlas.predictions == []


# ── values ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kept", [Pick(1), CardPicture(2), LastFrame(2**63)], ids=repr)
def test_what_a_form_starts_from_survives_in_its_name(
    kept: Pick | CardPicture | LastFrame,
) -> None:
    assert kept_as(name_of(kept)) == kept
    offer = Shelf(["minimax/video-01"], price_otherwise=Decimal(1)).offer(None)
    name = Form("en-US", offer, start=kept, like=a_video()).custom_id
    assert len(name) <= 100


@pytest.mark.parametrize("source", [None, Upload("https://cdn.example/1.png", 12), LastFrame(3)])
def test_an_arrival_survives_the_way_into_the_database_and_back(
    source: Upload | LastFrame | None,
) -> None:
    arrival = replace(ARRIVAL, first_frame=source)

    assert Arrival.from_plain(arrival.to_plain()) == arrival


def test_an_arrival_with_an_upload_is_written_as_other_versions_read_it() -> None:
    plain = replace(ARRIVAL, first_frame=Upload("https://cdn.example/1.png", 12)).to_plain()

    assert plain["upload"] == {"url": "https://cdn.example/1.png", "size": 12}
    assert "first_frame" not in plain


@pytest.mark.parametrize("locale", ["en-US", *NAMES])
def test_all_words_of_the_form_fit_discord(locale: str) -> None:
    say = language(locale).say

    assert [text for text in map(say, words.LABELS) if len(text) > 45] == []
    assert [text for text in map(say, words.EXPLANATIONS) if len(text) > 100] == []
    assert len(say(commands.ANIMATE)) <= 32
