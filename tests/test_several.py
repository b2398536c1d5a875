"""Several processes on one PostgreSQL: one line, taken turns, deaths, deploys and outages."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from sandbox.atlas import SimulatedAtlas
from tests.campaign import Outage, PostgresBehindGate
from tests.company import TOGETHER_S, Company, company
from tests.discord_socket import BotProcess
from tests.stage import until
from tests.theatre import theatre

THREE = {"MAX_IN_FLIGHT": "3"}


async def run(bots: AsyncExitStack, *cast: BotProcess) -> None:
    """Start bots at the same time; they are killed at the end if they still live."""
    for bot in cast:
        bots.push_async_callback(bot.kill)
    await asyncio.gather(*(bot.start() for bot in cast))


async def test_two_processes_begin_together_on_nothing_and_share_one_fair_line(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 0.8
    async with company(atlas, database_url, shards=2) as play, AsyncExitStack() as bots:
        await run(bots, play.of_shard(0, THREE), play.of_shard(1, THREE))
        await play.discord.wait_connected()
        identified = [at for _, at in play.discord.gateway.identified_at]

        cast = play.members(4)
        sent = [
            await play.discord.slash(hall.channel, member, "video", {"prompt": f"by {member}"})
            for hall, member in cast * 3
        ]
        await play.ended(*sent)

        play.check_the_books(12)
        assert play.most_at_once() == 3
        assert max(play.most_at_once([f"by {member}"]) for _, member in cast) <= 2
        assert max(identified) - min(identified) < 4  # a bucket for each of them


async def test_identifies_of_two_processes_take_turns(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    async with (
        company(atlas, database_url, shards=2, max_concurrency=1) as play,
        AsyncExitStack() as bots,
    ):
        await run(bots, play.of_shard(0), play.of_shard(1))
        await play.discord.wait_connected(TOGETHER_S)

        (_, first), (_, second) = play.discord.gateway.identified_at
        assert 5.0 <= second - first < 8.0


async def test_the_videos_of_a_process_that_never_comes_back_are_delivered_by_another(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 6.0
    async with company(atlas, database_url, shards=2) as play, AsyncExitStack() as bots:
        hall = play.halls[0]
        taker = play.of_shard(0, THREE)
        await run(bots, taker)
        await play.discord.until(lambda: play.discord.gateway.has_shard(0), timeout_s=TOGETHER_S)
        sent = [await commanded(play, n) for n in range(5)]
        await generating(play, sent, count=3)
        await run(bots, play.of_shard(1, THREE))
        await play.discord.wait_connected()

        await taker.kill()
        await play.discord.until(lambda: len(hall.results()) == 5, timeout_s=TOGETHER_S)
        await play.ended(*sent)

        play.check_the_books(5)
        assert play.most_at_once() == 3


async def test_a_restart_under_the_same_name_goes_on_at_once_and_before_all_others(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 4.0
    async with theatre(atlas, database_url, MAX_IN_FLIGHT="1") as play:
        first = await play.video("the first")
        await play.discord.until(lambda: "**Generating.**" in play.card(first))
        others = [await play.video(f"other {n}") for n in range(2)]
        await play.discord.until(lambda: len(play.threads()) == 3)
        await play.bot.kill()

        await play.start()
        await play.ended(first)

        resumed, *later = atlas.predictions
        assert resumed.prompt == "the first"
        assert all(resumed.due_at <= other.started_at for other in later)
        assert not any(map(play.has_ended, others))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("bot", "tests.next_version"),
        pytest.param("tests.next_version", "bot", marks=pytest.mark.soak),
    ],
)
async def test_a_deploy_to_another_version_of_the_story_loses_and_doubles_nothing(
    database_url: str, atlas: SimulatedAtlas, old: str, new: str
) -> None:
    atlas.generation_s = 2.0
    async with company(atlas, database_url) as play, AsyncExitStack() as bots:
        (hall,) = play.halls
        leaving, coming = (
            play.bot("web.1", THREE, module=old),
            play.bot("web.1", THREE, module=new),
        )
        await run(bots, leaving)
        await play.discord.wait_connected()
        sent = [await commanded(play, n) for n in range(5)]
        await generating(play, sent, count=3)

        await run(bots, coming)
        sent += [await commanded(play, n) for n in range(5, 7)]
        await play.discord.until(lambda: play.discord.gateway.connected == 2, timeout_s=TOGETHER_S)
        play.discord.resend(sent[-1])
        ending = asyncio.create_task(leaving.terminate(timeout_s=10))
        sent += [await commanded(play, n) for n in range(7, 9)]

        assert await ending == 0
        await play.discord.until(lambda: len(hall.results()) == 9, timeout_s=TOGETHER_S)
        await play.ended(*sent)
        play.check_the_books(9)
        assert play.most_at_once() == 3


@pytest.mark.soak
async def test_a_version_that_dies_in_a_deploy_leaves_its_videos_to_the_one_before(
    database_url: str, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 2.0
    async with company(atlas, database_url) as play, AsyncExitStack() as bots:
        (hall,) = play.halls
        new = play.bot("web.1", THREE, module="tests.next_version")
        await run(bots, new)
        await play.discord.wait_connected()
        sent = [await commanded(play, n) for n in range(5)]
        await generating(play, sent, count=3)
        await new.kill()

        await run(bots, play.bot("web.1", THREE))
        await play.discord.until(lambda: len(hall.results()) == 5, timeout_s=TOGETHER_S)

        play.check_the_books(5)
        assert play.most_at_once() == 3


@pytest.mark.soak
async def test_a_database_that_is_away_for_a_while_loses_nothing(
    database: sa.URL, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 2.0
    async with PostgresBehindGate(database) as gate, theatre(atlas, gate.url) as play:
        first = await play.video("before")
        await until(lambda: atlas.predictions)

        outage = asyncio.create_task(gate.suffer(Outage.REFUSED, 8.0))
        meanwhile = await play.video("meanwhile")
        await play.ended(meanwhile, "try again in a moment")
        await outage
        last = await play.video("after")
        await play.ended(first, patience_s=TOGETHER_S)
        await play.ended(last, patience_s=TOGETHER_S)

        assert [prediction.prompt for prediction in atlas.predictions] == ["before", "after"]
        assert len(play.results()) == 2


@pytest.mark.soak
async def test_nobody_takes_over_from_one_who_lost_the_database_for_some_seconds(
    database: sa.URL, atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    atlas.generation_s = 18.0
    url = database.set(drivername="postgresql").render_as_string(hide_password=False)
    async with (
        company(atlas, url, shards=2) as play,
        PostgresBehindGate(database) as gate,
        AsyncExitStack() as bots,
    ):
        heard = tmp_path / "other.log"
        await run(bots, play.of_shard(0, url=gate.url))
        await play.discord.until(lambda: play.discord.gateway.has_shard(0), timeout_s=TOGETHER_S)
        interaction = await play.halls[0].video()
        await until(lambda: atlas.predictions)
        await run(bots, play.of_shard(1, output=heard))
        await play.discord.wait_connected()

        await gate.suffer(Outage.REFUSED, 7.0)
        await play.ended(interaction)

        play.check_the_books(1)
        assert "video taken over" not in heard.read_text()


async def test_a_process_whose_loop_stands_still_is_ended(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with company(atlas, url) as play, AsyncExitStack() as bots:
        frozen = play.bot("web.1", {"FREEZE_IN_S": "0.5"}, module="tests.frozen")
        await run(bots, frozen)

        await until(lambda: frozen.exit_code is not None)

        assert frozen.exit_code == 1


@pytest.mark.soak
async def test_a_database_that_is_away_for_a_minute_loses_nothing(
    database: sa.URL, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 2.0
    async with PostgresBehindGate(database) as gate, theatre(atlas, gate.url) as play:
        sent = [await play.video(f"before {n}") for n in range(3)]
        await until(lambda: atlas.predictions)

        await gate.suffer(Outage.REFUSED, 60.0)
        sent.append(await play.video("after"))
        for interaction in sent:
            await play.ended(interaction, patience_s=180)

        assert len(play.results()) == len(atlas.predictions) == 4


async def commanded(play: Company, number: int) -> int:
    """Let another new member of the first hall type `/video`."""
    hall = play.halls[0]
    member = play.discord.member(play.guild_of(hall), f"m{number}")
    return await play.discord.slash(hall.channel, member, "video", {"prompt": f"wish {number}"})


async def generating(play: Company, sent: list[int], *, count: int) -> None:
    """Wait until so many cards say that the video is made: then its id at Atlas is written down."""
    hall = play.halls[0]
    await play.discord.until(
        lambda: sum("**Generating.**" in hall.card(interaction) for interaction in sent) == count
    )
