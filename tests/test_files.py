"""Finished videos as files in Discord, and as links wherever a file cannot be."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.language import ENGLISH
from bot.words import buttons, links, moderation
from sandbox.atlas import SimulatedAtlas
from tests.stage import KEY, Stage, settings_for, stage, tiny_film
from tests.theatre import Theatre, theatre

MIB = 1024 * 1024
RESULT = ("POST", "/channels/*/messages")
ANOTHER = (buttons.AGAIN, buttons.REMAKE, buttons.FURTHER)
BESIDE_A_LINK = (*ANOTHER, buttons.FRESH_LINK, buttons.DELETE, moderation.REPORT)


def film_of(size: int) -> bytes:
    """Return what begins as an MP4 does."""
    return b"\0\0\0\x20ftypisom" + b"\0" * (size - 12)


def too_large(_prompt: str, _picture: bytes | None) -> bytes:
    return film_of(10 * MIB + 1)


def not_a_film(_prompt: str, _picture: bytes | None) -> bytes:
    return b"<html>Sorry</html>"


@asynccontextmanager
async def bot_with(
    folder: Path, *, film: Any = tiny_film, deliver: str = "auto"
) -> AsyncGenerator[tuple[Stage, SimulatedAtlas]]:
    """Open the curtain for a bot that delivers so, over an Atlas that makes such films."""
    database = f"sqlite:///{folder / 'bot.sqlite3'}"
    async with (
        SimulatedAtlas(api_key=KEY, generation_s=0.2, film=film) as atlas,
        stage(settings_for(atlas.base_url, database, DELIVER=deliver)) as play,
    ):
        yield play, atlas


async def result_of(play: Stage) -> discord.Message:
    await play.video("a boat")
    return await play.result(await play.thread())


def labels(message: discord.Message) -> list[str | None]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return [item.label for row in rows for item in row.children if isinstance(item, discord.Button)]


async def test_a_film_that_fits_is_attached_and_its_link_has_no_preview(tmp_path: Path) -> None:
    async with bot_with(tmp_path) as (play, atlas):
        result = await result_of(play)

        (attached,) = result.attachments
        assert attached.filename.endswith(".mp4")
        assert play.env.backend.cdn.get(attached.url) == tiny_film("", None)
        path = f"/{atlas.predictions[0].id}.mp4"
        assert result.content.splitlines()[1] == f"<{atlas.output_origin}{path}>"
        assert labels(result) == list(
            map(ENGLISH.say, (*ANOTHER, buttons.DELETE, moderation.REPORT))
        )
        assert atlas.fetched == [path]


async def test_a_film_that_does_not_fit_is_linked(tmp_path: Path) -> None:
    async with bot_with(tmp_path, film=too_large) as (play, atlas):
        result = await result_of(play)

        assert result.attachments == []
        link = f"{atlas.output_origin}/{atlas.predictions[0].id}.mp4"
        assert result.content.splitlines()[1] == link
        assert ENGLISH.say(links.NOT_ATTACHED) not in result.content
        assert labels(result) == list(map(ENGLISH.say, BESIDE_A_LINK))


async def test_a_promised_file_that_is_missing_is_spoken_of(tmp_path: Path) -> None:
    async with bot_with(tmp_path, film=not_a_film, deliver="file") as (play, atlas):
        result = await result_of(play)

        link = f"{atlas.output_origin}/{atlas.predictions[0].id}.mp4"
        assert result.content.splitlines()[1:3] == [link, ENGLISH.say(links.NOT_ATTACHED)]
        assert labels(result) == list(map(ENGLISH.say, BESIDE_A_LINK))


async def test_where_links_are_wanted_no_film_is_fetched(tmp_path: Path) -> None:
    async with bot_with(tmp_path, deliver="link") as (play, atlas):
        result = await result_of(play)

        assert result.attachments == []
        assert atlas.fetched == []


async def test_what_is_flagged_is_never_fetched(tmp_path: Path) -> None:
    async with bot_with(tmp_path, deliver="file") as (play, atlas):
        await play.video("a boat #flagged")
        result = await play.result(await play.thread())

        assert result.attachments == []
        assert labels(result) == [ENGLISH.say(buttons.REMAKE)]
        assert atlas.fetched == []


# ── a Discord that refuses, and a bot that dies ───────────────────────────────────────────────


def attached(play: Theatre) -> list[int]:
    """Return how many files each result has."""
    return [len(sizes) for sizes in sizes_of(play)]


def sizes_of(play: Theatre) -> list[list[int]]:
    """Return the sizes of the files of each result."""
    places = [play.channel, *(int(thread["id"]) for thread in play.threads())]
    messages = [message for place in places for message in play.discord.messages(place)]
    results = [m for m in messages if str(m["content"]).startswith("<@")]
    return [[file["size"] for file in result["attachments"]] for result in results]


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Theatre]:
    async with theatre(atlas, f"sqlite:///{tmp_path / 'bot.sqlite3'}", DELIVER="auto") as play:
        yield play


async def test_what_discord_finds_too_large_is_linked(play: Theatre) -> None:
    play.discord.upload_limit = 100

    interaction = await play.video()

    await play.ended(interaction)
    (result,) = play.results()
    assert result.splitlines()[1].startswith("http")
    assert attached(play) == [0]


async def test_a_file_that_breaks_on_its_way_is_linked_after_a_look(play: Theatre) -> None:
    play.discord.fail_next(*RESULT, status=None, after_effect=False)

    interaction = await play.video()

    await play.ended(interaction)
    assert attached(play) == [0]
    places = 3  # the thread, the channel, and the direct messages
    assert play.discord.count("GET", "/channels/*/messages") == places


async def test_a_file_that_discord_fails_to_take_is_sent_whole_again(play: Theatre) -> None:
    play.discord.fail_next(*RESULT, status=502, after_effect=False)

    interaction = await play.video()

    await play.ended(interaction)
    assert sizes_of(play) == [[len(tiny_film("", None))]]


@pytest.mark.parametrize("when", [pytest.param("before", marks=pytest.mark.soak), "after"])
async def test_killed_around_an_upload_the_film_is_shown_once(play: Theatre, when: str) -> None:
    play.discord.kill_at(play.bot, *RESULT, after_effect=when == "after")
    interaction = await play.video()

    await play.start()

    await play.ended(interaction)
    assert attached(play) == [1]
    assert play.submits() == 1


# ── many at once ──────────────────────────────────────────────────────────────────────────────


def most_memory(pid: int) -> int:
    """Return the most bytes of memory that a process ever had at once."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize(
    ("videos", "attached_least", "memory_most"),
    [(12, 9, 32 * MIB), pytest.param(50, 30, 64 * MIB, marks=pytest.mark.soak)],
)
async def test_films_that_finish_together_are_never_in_memory_together(
    tmp_path: Path, videos: int, attached_least: int, memory_most: int
) -> None:
    """12 of them have 96 MiB, and 50 have 400; the last of many may be linked for want of time."""

    def film(_prompt: str, _picture: bytes | None) -> bytes:
        return film_of(8 * MIB)

    database = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with (
        SimulatedAtlas(api_key=KEY, generation_s=0.5, film=film) as atlas,
        theatre(atlas, database, MAX_IN_FLIGHT="60", MAX_PER_USER="60", DELIVER="auto") as play,
    ):
        await play.ended(await play.video("the first"))
        assert play.bot.pid is not None
        before = most_memory(play.bot.pid)
        atlas.generation_s = videos / 6  # all are taken before the first is done

        interactions = [await play.video(f"boat {n}") for n in range(videos)]
        for interaction in interactions:
            await play.ended(interaction, patience_s=120)

        assert most_memory(play.bot.pid) - before < memory_most
        assert sum(attached(play)) >= attached_least
