"""What members live through with `/videos`, `/video-info` and `/forget-me`."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from simcord.results import InteractionResult

from bot.language import ENGLISH
from bot.model import Access, Arrival, Place, Reply, Standing, VideoId, short_id
from bot.settings import Settings
from bot.words import buttons, refusals
from bot.words import library as words
from sandbox.atlas import SimulatedAtlas
from tests.stage import PATIENCE_S, Stage, settings_for, stage, texts, until


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


async def videos(play: Stage, **options: str) -> InteractionResult:
    return await play.alice.slash(play.channel, "videos", **options)


async def make(play: Stage, *prompts: str) -> None:
    """Let Alice's videos be made, one after the other, and told."""
    for prompt in prompts:
        await play.video(prompt)
        await told(play)


async def told(play: Stage) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            latest = await play.bot.store.library.latest(play.alice.id, limit=25)
            if all(entry.ending and entry.ending.post for entry in latest):
                return
            await asyncio.sleep(0.02)


def shown(result: InteractionResult) -> str:
    assert result.response is not None
    assert result.ephemeral
    return result.response.content + texts(result.response.components)


def links(components: list[dict[str, Any]]) -> list[str]:
    found = [str(part["accessory"]["url"]) for part in components if "accessory" in part]
    inner = [link for part in components for link in links(part.get("components", []))]
    return found + inner


def films(result: InteractionResult) -> list[str]:
    assert result.response is not None
    (card,) = result.response.components
    galleries = [part["items"] for part in card["components"] if "items" in part]
    return [item["media"]["url"] for items in galleries for item in items]


def prompts(result: InteractionResult) -> list[str]:
    return [line[2:] for line in shown(result).splitlines() if line.startswith("> ")]


async def ids(play: Stage, member_id: int) -> list[str]:
    latest = await play.bot.store.library.latest(member_id, limit=25)
    return [short_id(entry.video.id) for entry in latest]


def interactions(play: Stage) -> list[dict[str, Any]]:
    """Return all that Discord told the bot of acts of members."""
    return [entry[2] for entry in play.env.backend.transcript if entry[1] == "INTERACTION_CREATE"]


@contextmanager
def away(path: Path) -> Generator[None]:
    """Take the videos away, as a database that is away does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("ALTER TABLE videos RENAME TO elsewhere")
        yield
        database.execute("ALTER TABLE elsewhere RENAME TO videos")


# ── finding again ─────────────────────────────────────────────────────────────────────────────


async def test_each_video_tells_its_end_its_money_and_the_way_to_it(play: Stage) -> None:
    await make(play, "one", "two #flagged", "three #refused", "four #lost")

    page = await videos(play)

    assert prompts(page) == [r"four #lost", "three #refused", "two #flagged", "one"]
    text = shown(page)
    assert "You have 4 videos." in text
    for state, money in [
        ("**Ready.**", "cost 0.50 USD"),
        ("**Withheld.**", "cost 0.50 USD"),
        ("**Refused.**", "not charged"),
        ("**Lost track.**", "0.50 USD set aside: it may have been charged"),
    ]:
        assert state in text
        assert money in text
    assert page.response is not None
    threads = [(thread.id, play.results(thread)[-1].id) for thread in play.channel.threads]
    assert set(links(page.response.components)) == {
        f"https://discord.com/channels/{play.guild.id}/{thread}/{result}"
        for thread, result in threads
    }


async def test_pages_are_turned_after_a_restart(play: Stage, atlas: SimulatedAtlas) -> None:
    atlas.generation_s = 60
    for number in range(6):
        await play.video(f"a boat {number}")
    first = await videos(play, search="BOAT")
    assert prompts(first) == [f"a boat {number}" for number in (5, 4, 3, 2, 1)]
    await play.restart()

    assert first.response is not None
    await play.alice.click(first.response, label=ENGLISH.say(words.NEXT))

    assert prompts(first) == ["a boat 0"]
    assert "6 videos of yours have “BOAT” in their prompts. Page 2 of 2." in shown(first)
    await play.alice.click(first.response, label=ENGLISH.say(words.PREVIOUS))
    assert len(prompts(first)) == 5


async def test_a_search_that_finds_nothing_says_so(play: Stage) -> None:
    await make(play, "a boat")

    assert "None of your videos has “100%” in its prompt." in shown(
        await videos(play, search="100%")
    )


async def test_a_video_of_a_page_is_shown_in_full(play: Stage) -> None:
    await make(play, "a boat")
    page = await videos(play)
    (short,) = await ids(play, play.alice.id)

    assert page.response is not None
    info = await play.alice.select(page.response, [short])

    text = shown(info)
    assert "> a boat\n**Ready.**\n-# asked for" in text
    assert films(info) == []
    assert f"minimax/video-01 · cost 0.50 USD · id {short}" in text
    assert prompts(page) == ["a boat"]


async def test_from_its_page_a_video_is_linked_anew_made_again_and_deleted(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await make(play, "a boat")
    (short,) = await ids(play, play.alice.id)
    info = (await play.alice.slash(play.channel, "video-info", id=short)).response
    assert info is not None

    link = await play.alice.click(info, label=ENGLISH.say(buttons.FRESH_LINK))
    await play.alice.click(info, label=ENGLISH.say(buttons.AGAIN))
    await told(play)
    (asked,) = (await play.alice.click(info, label=ENGLISH.say(buttons.DELETE))).followups
    await play.alice.click(asked, label=ENGLISH.say(buttons.DELETE_YES))

    assert atlas.output_origin in shown(link)
    assert prompts(await videos(play)) == ["a boat"]
    assert len(await ids(play, play.alice.id)) == 2


async def test_a_film_that_was_posted_is_shown_and_its_lost_message_is_none(
    settings: Settings, atlas: SimulatedAtlas
) -> None:
    async with stage(settings_for(atlas.base_url, settings.database_url, DELIVER="auto")) as play:
        await make(play, "a boat")
        (short,) = await ids(play, play.alice.id)
        (result,) = play.results(await play.thread())

        whole = await play.alice.slash(play.channel, "video-info", id=short)
        await result.delete()
        gone = await play.alice.slash(play.channel, "video-info", id=short)

        assert films(whole) == [result.attachments[0].url]
        assert films(gone) == []
        assert prompts(gone) == ["a boat"]


async def test_only_ones_own_videos_are_shown(play: Stage) -> None:
    await make(play, "a boat")
    bob = play.guild.add_member(play.env.create_user("bob"))
    (short,) = await ids(play, play.alice.id)

    own = await play.alice.slash(play.channel, "video-info", id=short.upper())
    strangers = await bob.slash(play.channel, "video-info", id=short)
    page = await bob.slash(play.channel, "videos")

    assert prompts(own) == ["a boat"]
    assert shown(strangers) == ENGLISH.say(words.UNKNOWN_ID)
    assert "You have no videos yet" in shown(page)
    for nonsense in ("%", "z" * 99, "0"):
        none = await play.alice.slash(play.channel, "video-info", id=nonsense)
        assert shown(none) == ENGLISH.say(words.UNKNOWN_ID)


async def test_ids_are_suggested_with_their_prompts(play: Stage) -> None:
    await make(play, "a boat", "a *car*")
    car, boat = await ids(play, play.alice.id)

    offered = await play.alice.autocomplete(play.channel, "video-info", "id", "")
    cars = await play.alice.autocomplete(play.channel, "video-info", "id", "CAR")

    assert [(choice["name"], choice["value"]) for choice in offered] == [
        (f"{car} · Ready. a *car*", car),
        (f"{boat} · Ready. a boat", boat),
    ]
    assert [choice["value"] for choice in cars] == [car]


async def test_while_the_database_is_away_the_member_is_told_in_time(
    play: Stage, tmp_path: Path
) -> None:
    with away(tmp_path / "bot.sqlite3"):
        began = asyncio.get_running_loop().time()
        page = await videos(play)
        took_s = asyncio.get_running_loop().time() - began

    assert shown(page) == ENGLISH.say(words.NOT_NOW)
    assert took_s < 3


# ── being forgotten ───────────────────────────────────────────────────────────────────────────


def stories(path: Path) -> dict[str, str]:
    """Return how the stories of the videos stand that the engine knows, by their ids."""
    with closing(sqlite3.connect(path)) as database:
        return dict(database.execute("SELECT workflow_uuid, status FROM workflow_status"))


async def press_delete(play: Stage, asked: InteractionResult) -> str:
    assert asked.response is not None
    return shown(await play.alice.click(asked.response, label=ENGLISH.say(words.DELETE)))


async def test_all_is_handed_over_and_deleted_on_request_only(play: Stage, tmp_path: Path) -> None:
    await make(play, "a boat", "a lost boat #refused")
    bob = play.guild.add_member(play.env.create_user("bob"))
    await bob.slash(play.channel, "video", prompt="bob's")
    path = tmp_path / "bot.sqlite3"
    await until(lambda: set(stories(path).values()) == {"SUCCESS"}, "the end of all stories")

    asked = await play.alice.slash(play.channel, "forget-me")

    assert shown(asked) == ENGLISH.say(words.STORED)
    assert asked.response is not None
    (file,) = asked.response.attachments
    stored = json.loads(await file.read())
    assert [video["prompt"] for video in stored["videos"]] == ["a lost boat #refused", "a boat"]
    assert stored["videos"][1]["outcome"]["kind"] == "Ready"
    assert len(stored["holds"]) == 2
    assert stored["arrivals"] == []
    assert "token" not in json.dumps(stored)
    assert len(await ids(play, play.alice.id)) == 2

    await play.restart()
    assert await press_delete(play, asked) == ENGLISH.say(words.deleted(0))
    assert await press_delete(play, asked) == ENGLISH.say(words.deleted(0))

    assert await ids(play, play.alice.id) == []
    assert len(await ids(play, bob.id)) == 1
    assert len(stories(path)) == 1


async def test_what_is_being_made_is_still_shown_and_then_forgotten(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 1.0
    await play.video("a boat")
    await until(lambda: atlas.predictions, "the submit")
    asked = await play.alice.slash(play.channel, "forget-me")

    assert await press_delete(play, asked) == ENGLISH.say(words.deleted(1))
    await play.restart()

    assert "**Ready.**" in (await play.result(await play.thread())).content

    async def gone() -> None:
        while await ids(play, play.alice.id):
            await play.bot.caretaker.forget()
            await asyncio.sleep(0.05)

    await asyncio.wait_for(gone(), 10)
    assert len(atlas.predictions) == 1


async def test_a_forgotten_video_is_not_made_again_by_its_interaction(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await make(play, "a boat")
    (command,) = interactions(play)
    asked = await play.alice.slash(play.channel, "forget-me")
    await press_delete(play, asked)

    play.env.backend.emit("INTERACTION_CREATE", command)
    await play.env.settle()

    assert await ids(play, play.alice.id) == []
    assert len(atlas.predictions) == 1


async def test_a_lost_video_that_is_forgotten_meanwhile_is_not_tried_again(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    asked = await play.alice.slash(play.channel, "forget-me")
    (command,) = interactions(play)
    arrival = Arrival(
        id=VideoId(5),
        asked_at=0.0,
        member_id=play.alice.id,
        place=Place(play.channel.id, play.guild.id, Access.THREAD),
        reply=Reply(int(command["application_id"]), command["token"]),
        prompt="a boat",
        prompt_expansion=False,
        first_frame=None,
        retry_of=VideoId(4),
    )

    await play.bot.intake.accept(arrival)

    assert shown(asked) == ENGLISH.say(refusals.not_lost(Standing.GONE))
    assert atlas.predictions == []


async def test_old_videos_are_deleted_where_the_operator_says_so(
    settings: Settings, atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    tidy = settings_for(atlas.base_url, settings.database_url, RETENTION_DAYS="30")
    async with stage(tidy) as play:
        await make(play, "old", "young")
        path = tmp_path / "bot.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute(
                "UPDATE videos SET settled_at = settled_at - 31 * 86400 WHERE prompt = 'old'"
            )

        await play.bot.caretaker.forget()

        assert prompts(await videos(play)) == ["young"]
