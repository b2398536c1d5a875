"""What was flagged is shown in one place at most, where the rules soften it; elsewhere never."""

import asyncio
import json
import sqlite3
from base64 import b64decode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.cards import Carries, result_message
from bot.model import (
    Flagged,
    Nsfw,
    outcome_from_plain,
    outcome_to_plain,
)
from bot.policy import Part
from sandbox.atlas import Fault, SimulatedAtlas
from tests.managers import restrict, rule
from tests.stage import Stage, settings_for, stage, texts, until
from tests.test_words import video

LINK = "https://a.example/v.mp4"


@asynccontextmanager
async def studio(atlas: SimulatedAtlas, folder: Path, **more: str) -> AsyncGenerator[Stage]:
    """Open a bot whose operator softens, in a server with an age-restricted channel."""
    database = f"sqlite:///{folder / 'bot.sqlite3'}"
    settings = settings_for(atlas.base_url, database, **{"NSFW_POLICY": "warn"} | more)
    async with stage(settings) as play:
        await restrict(play, play.channel)
        yield play


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Stage]:
    async with studio(atlas, tmp_path) as play:
        yield play


def link_of(atlas: SimulatedAtlas) -> str:
    return f"{atlas.output_origin}/{atlas.predictions[0].id}.mp4"


def told(play: Stage) -> str:
    """Return all that Discord was given so far, and all that was written down."""
    return json.dumps([entry[2] for entry in play.env.backend.transcript], default=str)


def written(folder: Path) -> str:
    """Return all that was written down, also what the engine keeps in a form of its own."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as reader:
        steps = reader.execute("SELECT output FROM operation_outputs").fetchall()
        told = [b64decode(output).decode(errors="replace") for (output,) in steps if output]
        return "\n".join([*reader.iterdump(), *told])


async def flagged_result(play: Stage) -> discord.Message:
    await play.video("a boat #flagged")
    return await play.result(await play.thread())


# ── where it is softened ──────────────────────────────────────────────────────────────────────


async def test_a_warning_stands_before_the_link(
    play: Stage, atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    result = await flagged_result(play)

    assert "**Flagged.**" in result.content
    assert f"Look at it only if you wish:\n{link_of(atlas)}\n" in result.content
    assert written(tmp_path).count(link_of(atlas)) == 1  # the engine notes no outcome


async def test_a_spoiler_hides_the_link_and_the_file(atlas: SimulatedAtlas, tmp_path: Path) -> None:
    async with studio(atlas, tmp_path, DELIVER="auto") as play:
        await rule(play, Part.NSFW, Nsfw.SPOILER)

        result = await flagged_result(play)
        (file,) = result.attachments
        info = await play.alice.slash(play.channel, "video-info", id=result.content.split()[-1])

    assert file.is_spoiler()
    assert f"\n||<{link_of(atlas)}>||\n" in result.content
    assert info.response is not None
    shown = str(info.response.components)
    assert "**Flagged.**" in shown
    assert file.filename not in shown
    assert link_of(atlas) not in shown


async def test_its_buttons_lead_to_no_copy_of_it(play: Stage) -> None:
    (row,) = (await flagged_result(play)).components

    assert isinstance(row, discord.ActionRow)
    labels = [button.label for button in row.children if isinstance(button, discord.Button)]
    assert labels == ["Remake", "Delete mine"]


async def test_its_card_and_its_entry_and_the_export_have_no_link(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    result = await flagged_result(play)
    link = link_of(atlas)
    stored = await play.bot.store.library.everything(play.alice.id)
    page = await play.alice.slash(play.channel, "videos")

    assert link not in json.dumps(stored)
    assert stored["videos"][0]["outcome"] == {"kind": "Flagged"}
    assert page.response is not None
    assert link not in texts(page.response.components)
    assert link in result.content
    assert link not in "".join(f"{m.content}{m.components}" for m in play.channel.history())


async def test_its_member_may_delete_it(play: Stage, atlas: SimulatedAtlas, tmp_path: Path) -> None:
    shown = await play.video("a boat #flagged")
    result = await play.result(await play.thread())
    await until(lambda: "**Flagged.**" in play.card(shown), "the card's last change")
    asked = await play.alice.click(result, label="Delete mine")

    await play.alice.click(asked.followups[0], label="Yes, delete it")

    thread = await play.thread()
    assert result.id not in {message.id for message in thread.history()}
    assert '"kind": "Flagged"' not in written(tmp_path)


# ── where it is not ───────────────────────────────────────────────────────────────────────────


async def is_withheld(play: Stage, atlas: SimulatedAtlas, folder: Path) -> None:
    """Check that nobody is given the link, and that it is kept nowhere."""
    before = len(play.channel.threads)
    await play.video("a boat #flagged")
    await until(lambda: len(play.channel.threads) > before, "a thread")
    newest = max(play.channel.threads, key=lambda thread: thread.id)

    assert "**Withheld.**" in (await play.result(newest)).content
    assert atlas.output_origin not in told(play)
    assert atlas.output_origin not in written(folder)


async def test_unless_all_agree_it_is_withheld_and_not_stored(
    play: Stage, atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    """Atlas says it in a way that we can read, the server allows it, and the channel is right."""
    atlas.fail_next("poll", Fault.FLAGGED_UNREADABLE)
    await is_withheld(play, atlas, tmp_path)

    await rule(play, Part.NSFW, Nsfw.BLOCK)
    await is_withheld(play, atlas, tmp_path)

    await rule(play, Part.NSFW, None)
    await restrict(play, play.channel, is_restricted=False)
    await is_withheld(play, atlas, tmp_path)


async def test_by_default_it_is_withheld_and_not_stored(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    async with studio(atlas, tmp_path, NSFW_POLICY="block") as play:
        await rule(play, Part.NSFW, Nsfw.WARN)

        await is_withheld(play, atlas, tmp_path)


async def test_in_a_channel_that_is_opened_to_all_ages_meanwhile_it_is_withheld(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 1.0
    await play.video("a boat #flagged")
    thread = await play.thread()
    await restrict(play, play.channel, is_restricted=False)

    assert "**Withheld.**" in (await play.result(thread)).content
    assert link_of(atlas) not in told(play)


async def test_in_a_channel_that_is_opened_while_the_film_is_fetched_it_is_withheld(
    atlas: SimulatedAtlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with studio(atlas, tmp_path, DELIVER="auto") as play:
        reels = play.bot.delivery.results._reels  # pyright: ignore[reportPrivateUsage]  # a slow one
        lend, begun, opened = reels.lend, asyncio.Event(), asyncio.Event()

        @asynccontextmanager
        async def lend_slowly(*given: Any, **more: Any) -> AsyncGenerator[Any]:
            async with lend(*given, **more) as reel:
                begun.set()
                await opened.wait()
                yield reel

        monkeypatch.setattr(reels, "lend", lend_slowly)
        await play.video("a boat #flagged")
        await begun.wait()
        await restrict(play, play.channel, is_restricted=False)
        opened.set()
        result = await play.result(await play.thread())

        assert "**Withheld.**" in result.content
        assert result.attachments == []
        assert link_of(atlas) not in told(play)


async def test_by_direct_message_it_is_withheld(play: Stage, atlas: SimulatedAtlas) -> None:
    atlas.generation_s = 1.0
    await play.video("a boat #flagged")
    thread = await play.thread()
    denied = discord.PermissionOverwrite(send_messages=False, send_messages_in_threads=False)
    await shut(play, denied)

    result = await play.result(play.alice.user.dm_channel)

    assert "**Withheld.**" in result.content
    assert link_of(atlas) not in result.content
    assert play.results(thread) == []


async def shut(play: Stage, denied: discord.PermissionOverwrite) -> None:
    """Take the bot's rights in the channel away."""
    allow, deny = denied.pair()
    overwrite = Overwrite(play.me.id, OverwriteType.MEMBER, allow.value, deny.value)
    play.env.backend.set_overwrite(play.channel.id, overwrite)
    await restrict(play, play.channel)


# ── values ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("plain", "outcome"),
    [
        ({"kind": "Flagged"}, Flagged()),
        ({"kind": "Flagged", "links": []}, Flagged()),
        ({"kind": "Flagged", "links": [LINK]}, Flagged((LINK,))),
    ],
)
def test_a_flagged_outcome_of_any_version_is_read(plain: dict[str, Any], outcome: Flagged) -> None:
    assert outcome_from_plain(plain) == outcome
    assert outcome_from_plain(outcome_to_plain(outcome)) == outcome


@pytest.mark.parametrize(
    ("nsfw", "carries", "lines"),
    [
        (Nsfw.BLOCK, Carries.LINK, []),
        (Nsfw.BLOCK, Carries.FILE, []),
        (Nsfw.SPOILER, Carries.LINK, [f"||{LINK}||"]),
        (Nsfw.SPOILER, Carries.LINK_INSTEAD, [f"||{LINK}||"]),
        (Nsfw.SPOILER, Carries.FILE, [f"||<{LINK}>||"]),
        (Nsfw.WARN, Carries.LINK, ["Look at it only if you wish:", LINK]),
        (Nsfw.WARN, Carries.FILE, ["Look at it only if you wish:", f"<{LINK}>"]),
    ],
)
def test_each_policy_has_its_way_to_show_a_flagged_link(
    nsfw: Nsfw, carries: Carries, lines: list[str]
) -> None:
    message = result_message(
        replace(video(), nsfw=nsfw), Flagged((LINK,)), took_s=5, carries=carries
    )

    assert message.splitlines()[1:-1] == lines
    withheld = result_message(replace(video(), nsfw=nsfw), Flagged(), took_s=5, carries=carries)
    assert len(withheld.splitlines()) == 2
