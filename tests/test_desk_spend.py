"""`/desk spend`: managers see their server, whoever runs the bot sees all; nobody else does."""

import csv
import io
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image
from simcord import MemberActor
from simcord.results import InteractionResult, ResponseMessage

from bot.language import ENGLISH
from bot.model import Access, Place, Ready, VideoId
from bot.money import Budget, Scope, Unit
from bot.policy import Part
from bot.settings import Settings
from bot.spend import Span
from bot.words import desk
from bot.words import spend as words
from sandbox.atlas import SimulatedAtlas
from tests.managers import manager, rule
from tests.stage import Stage, a_video, settings_for, stage

PRICE = Decimal("0.50")
HAILUO = "minimax/hailuo-02/t2v-standard"
COMMAND = "desk spend"
READY = Ready(("https://a.example/v.mp4",))


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


async def spend(
    play: Stage, member: MemberActor, number: int, *, model: str = HAILUO, is_here: bool = True
) -> None:
    """Let a member have made some videos today."""
    place = Place(play.channel.id, play.guild.id if is_here else 9, Access.CHANNEL)
    for _ in range(number):
        id_ = VideoId(time.time_ns())
        video = a_video(id=id_, member_id=member.id, model=model, place=place)
        await play.bot.store.accept(replace(video, accepted_at=time.time()), None, price_usd=PRICE)
        await play.bot.store.settle(id_, READY)


def message(shown: InteractionResult) -> ResponseMessage:
    assert shown.ephemeral
    assert shown.response is not None
    return shown.response


async def files(shown: InteractionResult) -> dict[str, bytes]:
    return {file.filename: await file.read() for file in message(shown).attachments}


async def test_a_manager_sees_this_server_by_member_and_model(play: Stage) -> None:
    mia, bob = manager(play), play.guild.add_member(play.env.create_user("bob"))
    await spend(play, play.alice, 3)
    await spend(play, bob, 1, model="minimax/video-01")
    await spend(play, bob, 1, is_here=False)

    shown = await mia.slash(play.channel, COMMAND)

    assert message(shown).content.splitlines() == [
        "**Spending of 7 days, this server**",
        "2.00 USD spent for 4 videos.",
        f"Members: <@{play.alice.id}> 1.50 USD and <@{bob.id}> 0.50 USD.",
        f"Models: {HAILUO} 1.50 USD and minimax/video-01 0.50 USD.",
        f"-# {ENGLISH.say(words.UTC)}",
    ]
    picture, table = (await files(shown)).values()
    assert len(Image.open(io.BytesIO(picture)).convert("RGB").getcolors(2**24) or []) > 50
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    assert [(row["member"], row["server"], row["model"], row["usd_settled"]) for row in rows] == [
        ("alice", "Studio", HAILUO, "1.500000"),
        ("bob", "Studio", "minimax/video-01", "0.500000"),
    ]
    assert message(shown).attachments[0].description == (
        "Spending of 7 days, this server: 2.00 USD spent for 4 videos. "
        "Members: alice 1.50 USD and bob 0.50 USD. "
        f"Models: {HAILUO} 1.50 USD and minimax/video-01 0.50 USD."
    )


async def test_whoever_runs_the_bot_sees_all_servers_and_what_is_left_at_atlas(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    mia = manager(play)
    play.bot.owner_id = mia.id
    await spend(play, play.alice, 1)
    await spend(play, play.alice, 2, is_here=False)

    shown = await mia.slash(play.channel, COMMAND)

    assert "**Spending of 7 days, all servers**" in message(shown).content
    assert "Servers: 9 1.00 USD and Studio 0.50 USD." in message(shown).content
    assert "100.00 USD are left on the account at Atlas." in message(shown).content


async def test_a_balance_that_atlas_does_not_tell_is_said_to_be_missing(
    atlas: SimulatedAtlas, settings: Settings
) -> None:
    wrong = settings_for(atlas.base_url, settings.database_url, ATLASCLOUD_API_KEY="another")
    async with stage(wrong) as play:
        play.bot.owner_id = (mia := manager(play)).id

        shown = await mia.slash(play.channel, COMMAND)

        assert ENGLISH.say(words.NO_BALANCE) in message(shown).content


async def test_a_button_shows_other_days_after_a_restart_too(play: Stage) -> None:
    mia = manager(play)
    await spend(play, play.alice, 1)
    shown = await mia.slash(play.channel, COMMAND)
    await play.restart()

    for span in (Span.MONTH, Span.TODAY):
        await mia.click(message(shown), custom_id=f"spend:{span}")

        assert ENGLISH.say(words.TITLES[span]) in message(shown).content
        assert "0.50 USD spent" in message(shown).content
        assert len(await files(shown)) == 2


async def test_where_nothing_was_spent_there_is_nothing_to_draw(play: Stage) -> None:
    shown = await manager(play).slash(play.channel, COMMAND)

    assert "0.00 USD spent" in message(shown).content
    assert await files(shown) == {}


async def test_who_lost_the_right_meanwhile_sees_nothing_any_more(play: Stage) -> None:
    mia = manager(play)
    await spend(play, play.alice, 1)
    shown = await mia.slash(play.channel, COMMAND)
    play.env.backend.edit_member(play.guild.id, mia.id, {"role_ids": []})

    await mia.click(message(shown), custom_id="spend:today")

    assert message(shown).content == ENGLISH.say(desk.MANAGERS_ONLY)
    assert message(shown).attachments == []


async def test_only_managers_are_answered(play: Stage) -> None:
    assert COMMAND not in play.alice.available_commands(play.channel)
    commands = {command.name: command for command in await play.bot.tree.fetch_commands()}
    play.guild.set_command_permissions(commands["desk"], {play.alice: True})

    shown = await play.alice.slash(play.channel, COMMAND)

    assert message(shown).content == ENGLISH.say(desk.MANAGERS_ONLY)


async def test_the_numbers_come_without_a_picture_too(
    play: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await spend(play, play.alice, 1)
    monkeypatch.setattr("bot.chart._CHILD", tmp_path / "gone.py")

    shown = await manager(play).slash(play.channel, COMMAND)

    assert "0.50 USD spent" in message(shown).content
    assert ENGLISH.say(words.NO_PICTURE) in message(shown).content
    (name,) = await files(shown)
    assert name.endswith(".csv")


async def test_a_server_is_told_once_that_a_budget_is_nearly_used(
    atlas: SimulatedAtlas, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(
        atlas.base_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}", BUDGET_GUILD_VIDEOS="2"
    )
    async with stage(settings) as play:
        log = play.guild.create_text_channel("log")
        await rule(play, Part.LOG, log.id)

        for prompt in ("one", "two", "three"):
            await play.video(prompt)
        await play.result(await play.thread())

        budget = Budget(Scope.SERVER, Unit.VIDEOS, Decimal(2))
        told = [message.content for message in log.history()]
        assert told == [ENGLISH.say(words.nearly_used(budget))]
        assert told[0].startswith("**Nearly used:** this server's limit of 2 videos a day")
        assert caplog.text.count("budget nearly used") == 1
