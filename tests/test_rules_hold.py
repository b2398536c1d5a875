"""A server's rules hold for commands, buttons and forms alike, and from acceptance on."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import discord
import pytest
from simcord.results import InteractionResult

from bot.language import ENGLISH
from bot.model import Deliver
from bot.money import Budget, Scope, Unit
from bot.policy import Part
from bot.words import buttons, refusals
from bot.words import rules as words
from sandbox.atlas import SimulatedAtlas
from tests.managers import away, rule
from tests.stage import Stage, settings_for, stage, until


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Stage]:
    database = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    settings = settings_for(atlas.base_url, database, NSFW_POLICY="warn", DELIVER="auto")
    async with stage(settings) as play:
        yield play


def said(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


async def by_command(play: Stage) -> Callable[[], Awaitable[InteractionResult]]:
    return lambda: play.video("a boat")


async def by_button(play: Stage) -> Callable[[], Awaitable[InteractionResult]]:
    await play.video("a boat")
    result = await play.result(await play.thread())
    return lambda: play.alice.click(result, label=ENGLISH.say(buttons.AGAIN))


async def by_form(play: Stage) -> Callable[[], Awaitable[InteractionResult]]:
    form = await play.alice.slash(play.channel, "studio")
    return lambda: play.alice.submit_modal(form, {"prompt": "a boat"})


async def by_opening_a_form(play: Stage) -> Callable[[], Awaitable[InteractionResult]]:
    return lambda: play.alice.slash(play.channel, "studio")


@pytest.mark.parametrize("way", [by_command, by_button, by_form, by_opening_a_form])
async def test_where_no_videos_are_made_no_way_leads_to_one(
    play: Stage,
    atlas: SimulatedAtlas,
    way: Callable[[Stage], Awaitable[Callable[[], Awaitable[InteractionResult]]]],
) -> None:
    ask = await way(play)
    before = len(atlas.predictions)
    await rule(play, Part.OPEN, False, at=play.channel)

    shown = await ask()

    assert said(shown) == ENGLISH.say(words.closed(()))
    assert shown.modal is None
    assert len(atlas.predictions) == before
    assert await play.bot.store.arrivals.unanswered(before=float("inf")) == []


async def test_a_closed_server_names_the_channels_that_are_open(play: Stage) -> None:
    studio = play.guild.create_text_channel("studio")
    await rule(play, Part.OPEN, False)
    await rule(play, Part.OPEN, True, at=studio)

    assert said(await play.video("a boat")) == ENGLISH.say(words.closed((studio.id,)))
    play.channel = studio
    await play.video("a boat")
    assert "**Ready.**" in (await play.result(await play.thread())).content


async def test_only_members_with_one_of_the_roles_may_ask(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    makers, friends = play.guild.create_role("makers"), play.guild.create_role("friends")
    bob = play.guild.add_member(play.env.create_user("bob"), roles=[friends])
    await rule(play, Part.ROLES, (makers.id, friends.id))

    shown = await play.video("a boat")

    assert said(shown) == ENGLISH.say(words.role_missing((makers.id, friends.id)))
    await bob.slash(play.channel, "video", prompt="a boat")
    await play.result(await play.thread())
    assert len(atlas.predictions) == 1


async def test_a_model_that_is_not_allowed_makes_no_video(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await rule(play, Part.MODELS, ("another/model",))

    assert said(await play.video("a boat")) == ENGLISH.say(words.NO_MODEL)
    assert atlas.predictions == []


async def test_limits_of_a_server_bound_what_is_asked_for_there(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    one_each = Budget(Scope.MEMBER_HERE, Unit.VIDEOS, Decimal(1))
    await rule(play, Part.BUDGETS, (one_each,))
    await play.video("a boat")
    await play.result(await play.thread())

    shown = await play.video("a second boat")

    assert "Each member may make 1 video a day in this server" in said(shown)
    assert len(atlas.predictions) == 1


async def test_in_a_thread_the_rules_of_its_channel_hold(play: Stage) -> None:
    await play.video("a boat")
    thread = await play.thread()
    await play.result(thread)
    await rule(play, Part.OPEN, False, at=play.channel)

    shown = await play.alice.slash(thread, "video", prompt="a boat")

    assert said(shown) == ENGLISH.say(words.closed(()))


async def test_without_threads_the_result_comes_into_the_channel(play: Stage) -> None:
    await rule(play, Part.THREADS, False)

    await play.video("a boat")

    assert "**Ready.**" in (await play.result(play.channel)).content
    assert play.channel.threads == []


async def test_without_threads_the_right_to_post_in_the_channel_is_asked_for_before(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    in_threads_only = discord.PermissionOverwrite(send_messages=False)
    play.channel = play.guild.create_text_channel("quiet", overwrites={play.me: in_threads_only})
    await rule(play, Part.THREADS, False)

    shown = await play.video("a boat")

    assert said(shown) == ENGLISH.say(refusals.missing_rights(["send_messages"]))
    assert atlas.predictions == []


async def test_what_held_when_a_video_was_accepted_holds_to_its_end(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 1.0
    await rule(play, Part.DELIVER, Deliver.LINK)
    await play.video("a boat")
    await rule(play, Part.DELIVER, Deliver.AUTO)

    result = await play.result(await play.thread())

    assert result.attachments == []
    await play.video("a second boat")
    await until(lambda: len(play.channel.threads) == 2, "a second thread")
    (second,) = (thread for thread in play.channel.threads if thread.name == "a second boat")
    assert len((await play.result(second)).attachments) == 1


async def test_outside_of_servers_the_operators_word_holds(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await rule(play, Part.OPEN, False)

    await play.env.create_user("zoe").slash("video", prompt="a boat")

    await until(lambda: atlas.predictions, "a video")


async def test_rules_that_cannot_be_read_in_time_do_not_hold_a_form_up(
    play: Stage, tmp_path: Path
) -> None:
    """What was typed is looked at again when it is submitted."""
    with away(tmp_path / "bot.sqlite3"):
        shown = await play.alice.slash(play.channel, "studio")

    assert shown.modal is not None
