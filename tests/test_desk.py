"""`/desk settings`: managers see and set the rules of their server; others do not see it."""

from collections.abc import AsyncGenerator
from decimal import Decimal
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord import MemberActor
from simcord.results import InteractionResult

from bot.language import ENGLISH, NAMES
from bot.model import Deliver, Nsfw
from bot.money import Budget, Scope, Unit
from bot.panel import Desk, panel
from bot.policy import Change, Part, Policy, Rulebook, Rules, operators_policy
from bot.words import desk as words
from sandbox.atlas import SimulatedAtlas
from tests.managers import away, manager, rule
from tests.stage import Stage, settings_for, stage, texts
from tests.test_gallery import check_limits, walk

PANEL = "desk settings"


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Stage]:
    """A bot whose operator leaves all choices but that of a model."""
    choices = {"NSFW_POLICY": "warn", "DELIVER": "auto", "BUDGET_GUILD_VIDEOS": "20"}
    database = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with stage(settings_for(atlas.base_url, database, **choices)) as play:
        yield play


async def opened(play: Stage, mia: MemberActor) -> InteractionResult:
    return await mia.slash(play.channel, PANEL)


async def choose(
    mia: MemberActor, shown: InteractionResult, name: str, *values: Any
) -> InteractionResult:
    assert shown.response is not None
    return await mia.select(shown.response, list(values), custom_id=f"desk:{name}")


async def rules(play: Stage) -> Rulebook:
    return await play.bot.store.policies.rulebook(play.guild.id)


def said(shown: InteractionResult) -> str:
    assert shown.response is not None
    return texts(shown.response.components) or shown.response.content


def chosen(shown: InteractionResult, name: str) -> list[str]:
    """Return what a menu shows as chosen."""
    assert shown.response is not None
    parts = walk(shown.response.components)
    (menu,) = (part for part in parts if part.get("custom_id") == f"desk:{name}")
    return [option["value"] for option in menu["options"] if option.get("default")]


# ── who ───────────────────────────────────────────────────────────────────────────────────────


async def test_only_managers_see_the_desk(play: Stage) -> None:
    mia = manager(play)

    assert PANEL in mia.available_commands(play.channel)
    assert PANEL not in play.alice.available_commands(play.channel)


async def test_who_is_shown_the_desk_without_the_right_is_told_so(play: Stage) -> None:
    commands = {command.name: command for command in await play.bot.tree.fetch_commands()}
    play.guild.set_command_permissions(commands["desk"], {play.alice: True})

    shown = await play.alice.slash(play.channel, PANEL)

    assert shown.ephemeral
    assert said(shown) == ENGLISH.say(words.MANAGERS_ONLY)


async def test_who_lost_the_right_meanwhile_changes_nothing(play: Stage) -> None:
    mia = manager(play)
    shown = await opened(play, mia)
    play.env.backend.edit_member(play.guild.id, mia.id, {"role_ids": []})

    refused = await choose(mia, shown, "nsfw:0", "block")

    assert said(refused) == ENGLISH.say(words.MANAGERS_ONLY)
    assert await rules(play) == Rulebook()


# ── what ──────────────────────────────────────────────────────────────────────────────────────


async def test_each_part_is_set_and_shown_and_set_back_after_a_restart_too(play: Stage) -> None:
    mia = manager(play)
    role, log = play.guild.create_role("makers"), play.guild.create_text_channel("log")
    shown = await opened(play, mia)
    assert shown.ephemeral
    await play.restart()

    await choose(mia, shown, "is_open:0", "False")
    await choose(mia, shown, "roles:0", role)
    await choose(mia, shown, "nsfw:0", "spoiler")
    await choose(mia, shown, "threads:0", "False")
    await choose(mia, shown, "deliver:0", "link")
    await choose(mia, shown, "log_channel_id:0", log)

    assert (await rules(play)).server == Rules(
        is_open=False,
        roles=(role.id,),
        nsfw=Nsfw.SPOILER,
        threads=False,
        deliver=Deliver.LINK,
        log_channel_id=log.id,
    )
    assert f"**Who may ask:** <@&{role.id}>" in said(shown)
    assert "**New videos:** may not be made" in said(shown)

    for name in ("is_open", "nsfw", "threads", "deliver"):
        await choose(mia, shown, f"{name}:0", "wider")
    await choose(mia, shown, "roles:0")
    await choose(mia, shown, "log_channel_id:0")

    assert (await rules(play)).server == Rules()
    assert "**Who may ask:** everyone" in said(shown)


async def test_a_channel_has_rules_of_its_own(play: Stage) -> None:
    mia, other = manager(play), play.guild.create_text_channel("other")
    shown = await opened(play, mia)

    await choose(mia, shown, "threads:0", "False")
    await choose(mia, shown, "channel:0", other)
    assert chosen(shown, f"threads:{other.id}") == ["wider"]
    assert "**Results:** in the channel itself" in said(shown)
    await choose(mia, shown, f"is_open:{other.id}", "False")

    assert chosen(shown, f"is_open:{other.id}") == ["False"]
    assert await rules(play) == Rulebook(Rules(threads=False), {other.id: Rules(is_open=False)})
    assert f"Rules of <#{other.id}>" in said(shown)
    await choose(mia, shown, f"channel:{other.id}")
    assert ENGLISH.say(words.SERVER) in said(shown)


async def test_what_the_operator_leaves_no_choice_of_is_said_and_not_offered(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    strict = {"THREADS": "0", "DELIVER": "link"}
    database = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with stage(settings_for(atlas.base_url, database, **strict)) as play:
        shown = await opened(play, manager(play))

        assert shown.response is not None
        names = {part.get("custom_id") for part in walk(shown.response.components)}
        assert names >= {"desk:is_open:0", "desk:roles:0", "desk:log_channel_id:0"}
        assert not names & {"desk:models:0", "desk:nsfw:0", "desk:threads:0", "desk:deliver:0"}
        assert ENGLISH.say(words.NO_CHOICE) in said(shown)
        assert "-# **Finished videos:** the link alone" in said(shown)


async def test_a_database_that_is_busy_is_said_in_time(play: Stage, tmp_path: Path) -> None:
    mia = manager(play)
    shown = await opened(play, mia)

    with away(tmp_path / "bot.sqlite3"):
        refused = await choose(mia, shown, "is_open:0", "False")

    assert said(refused) == ENGLISH.say(words.NOT_NOW)


# ── limits ────────────────────────────────────────────────────────────────────────────────────


async def ask_limits(mia: MemberActor, shown: InteractionResult) -> InteractionResult:
    assert shown.response is not None
    return await mia.click(shown.response, custom_id="desk:budgets:0")


async def test_limits_are_written_into_a_form_that_outlives_a_restart(play: Stage) -> None:
    mia = manager(play)
    form = await ask_limits(mia, shown := await opened(play, mia))
    await play.restart()

    await mia.submit_modal(form, {"member_here:videos": "3", "server:usd": "2,50"})

    limits = (
        Budget(Scope.MEMBER_HERE, Unit.VIDEOS, Decimal(3)),
        Budget(Scope.SERVER, Unit.USD, Decimal("2.50")),
    )
    assert (await rules(play)).server == Rules(budgets=limits)
    assert "Videos of each member here: 3" in said(shown)

    again = await ask_limits(mia, shown)
    assert again.modal is not None
    filled = [line["component"].get("value") for line in again.modal["components"]]
    assert filled == ["3", None, None, "2.50"]
    await mia.submit_modal(again, {})
    assert (await rules(play)).server == Rules()


async def test_a_limit_that_cannot_hold_is_told_and_nothing_is_changed(play: Stage) -> None:
    mia = manager(play)
    shown = await opened(play, mia)

    for written, reason in (
        ({"member_here:videos": "many"}, "**Videos of each member here:** write a number like 3"),
        ({"server:usd": "-1"}, "**US dollars of the whole server:** write a number like 2.50"),
        ({"server:videos": "20"}, "whoever runs this bot allows 20 videos, so set less"),
    ):
        form = await ask_limits(mia, shown)
        await mia.submit_modal(form, {"member_here:usd": "1", **written})

        assert reason in said(shown)
    assert (await rules(play)).server == Rules()


# ── who changed what ──────────────────────────────────────────────────────────────────────────


async def test_changes_are_noted_shown_and_told_in_the_log_channel(play: Stage) -> None:
    mia, log = manager(play), play.guild.create_text_channel("log")
    shown = await opened(play, mia)

    await choose(mia, shown, "log_channel_id:0", log)
    await choose(mia, shown, "nsfw:0", "block")
    await play.repeat_last_interaction()

    told = f"<@{mia.id}> set **Flagged videos** to “withheld”"
    assert [message.content for message in log.history()][1:] == [told]
    assert said(shown).count(told) == 1
    first, second = await play.bot.store.policies.changes(play.guild.id, limit=9)
    assert (first.part, first.member_id, first.channel_id) == (Part.NSFW, mia.id, None)
    assert second.part is Part.LOG


async def test_a_log_channel_that_the_bot_cannot_write_in_is_not_taken(play: Stage) -> None:
    mia = manager(play)
    closed = discord.PermissionOverwrite(send_messages=False)
    log = play.guild.create_text_channel("log", overwrites={play.me: closed})
    shown = await opened(play, mia)

    await choose(mia, shown, "log_channel_id:0", log)

    assert f"I cannot write in <#{log.id}>: I need the permission **Send Messages**" in said(shown)
    assert (await rules(play)).server == Rules()


async def test_a_deleted_log_channel_holds_nothing_up(play: Stage) -> None:
    mia = manager(play)
    await rule(play, Part.LOG, 123)

    await choose(mia, await opened(play, mia), "threads:0", "False")

    assert (await rules(play)).server.threads is False


# ── the panel ─────────────────────────────────────────────────────────────────────────────────


class Guild:
    """A server whose roles and channels are all there."""

    def get_role(self, role_id: int) -> int:
        return role_id

    def get_channel(self, channel_id: int) -> int:
        return channel_id


@pytest.mark.parametrize("channel_id", [None, 2**63 - 1])
@pytest.mark.parametrize("locale", ["en-US", *NAMES])
def test_the_fullest_panel_fits_discord(channel_id: int | None, locale: str) -> None:
    longest = 2**63 - 1
    operator: Policy = operators_policy(
        settings_for("https://a.example", "sqlite:///x", NSFW_POLICY="warn", DELIVER="auto")
    )
    operator = Policy(
        models=tuple(f"{number:0>100}" for number in range(40)),
        nsfw=operator.nsfw,
        threads=True,
        deliver=operator.deliver,
        budgets=(),
    )
    full = Rules(
        is_open=True,
        roles=tuple(range(longest - 25, longest)),
        models=operator.models,
        nsfw=Nsfw.WARN,
        threads=True,
        deliver=Deliver.FILE,
        budgets=tuple(Budget(*of, Decimal("999999.999999")) for of in words.LIMIT_NAMES),
        log_channel_id=longest,
    )
    changes = [Change(2e9, longest, longest, Part.MODELS, full)] * 5
    desk = Desk(
        guild=Guild(),  # pyright: ignore[reportArgumentType]  # all that is asked of it
        channel_id=channel_id,
        operator=operator,
        rulebook=Rulebook(full, {longest: full}),
        changes=changes,
        locale=locale,
    )
    note = words.no_effect(Scope.SERVER, Budget(Scope.SERVER, Unit.USD, Decimal("999999.999999")))

    check_limits(panel(desk, note).to_components())
