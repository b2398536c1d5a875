"""Cards in a server's log channel: once for each case, and what moderators do with them."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route
from simcord import ChannelHandle, MemberActor
from simcord.results import InteractionResult

from bot.case import Kind, ended_case
from bot.case_card import Act, acted, case_card
from bot.errors import UserError
from bot.language import ENGLISH
from bot.model import Access, Deleted, Flagged, Place, VideoId
from bot.policy import Part
from bot.settings import Settings
from bot.words import endings
from bot.words import moderation as words
from tests.moderators import cards, log_channel, member, moderator, names, said
from tests.stage import Stage, a_video, stage, until

LINK = "https://a.example/v.mp4"


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


@pytest.fixture
async def log(play: Stage) -> ChannelHandle:
    return await log_channel(play)


async def a_card(log: ChannelHandle) -> discord.Message:
    await until(lambda: cards(log), "a card")
    return cards(log)[-1]


async def finished(play: Stage, prompt: str = "a boat") -> discord.Message:
    await play.video(prompt)
    return await play.result(await play.thread())


async def report(who: MemberActor, result: discord.Message, **filled: str) -> InteractionResult:
    return await who.submit_modal(await who.click(result, label=ENGLISH.say(words.REPORT)), filled)


def answer(shown: InteractionResult) -> str:
    told = shown.response or shown.followups[-1]
    return told.content


def send_back(folder: Path) -> None:
    """Leave the database as a kill just before the last write did, a few minutes ago."""
    with closing(sqlite3.connect(folder / "bot.sqlite3", isolation_level=None)) as database:
        database.execute("UPDATE videos SET logged_at = NULL, settled_at = settled_at - 300")


# ── what is shown ─────────────────────────────────────────────────────────────────────────────


async def test_a_flagged_video_has_one_card_without_a_link(play: Stage, log: ChannelHandle) -> None:
    result = await finished(play, "@everyone a ||bold|| boat https://a.example #flagged")

    card = await a_card(log)

    told = said(card)
    assert ENGLISH.say(words.HEADLINES[Kind.FLAGGED]) in told
    assert f"<@{play.alice.id}> in <#{play.channel.id}>" in told
    assert r"> ||\@everyone a \|\|bold\|\| boat https\://a.example " in told
    assert not card.mention_everyone
    assert names(card) == [f"case:pause:{play.alice.id}", "case:dismiss"]
    assert told.splitlines()[-1].removeprefix("-# ") in result.content
    assert [name for name in names(result) if name.startswith("report")] == []


def test_what_was_flagged_and_is_shown_all_the_same_can_be_removed_and_is_not_linked() -> None:
    case = ended_case(replace(a_video(), place=Place(3, 5, Access.THREAD)), Flagged((LINK,)))
    assert case is not None

    card = str(case_card(case, "en-US").to_components())

    assert f"case:remove:{case.video_id}" in card
    assert LINK not in card


async def test_a_card_is_posted_once_whatever_dies_after_it(
    play: Stage, log: ChannelHandle, tmp_path: Path
) -> None:
    await finished(play, "a boat #flagged")
    await a_card(log)
    send_back(tmp_path)

    await play.restart()
    await play.bot.log_book.catch_up()

    assert len(cards(log)) == 1


async def test_a_card_that_discord_did_not_take_is_posted_later(
    play: Stage, log: ChannelHandle, tmp_path: Path
) -> None:
    request, refused = play.bot.http.request, list[Route]()

    async def refuse(route: Route, **options: Any) -> Any:
        if route.channel_id == log.id:
            refused.append(route)
            raise aiohttp.ServerDisconnectedError
        return await request(route, **options)

    play.bot.http.request = refuse
    await finished(play, "a boat #flagged")
    await until(lambda: refused, "a try")
    play.bot.http.request = request
    await play.bot.log_book.catch_up()
    assert cards(log) == []  # its story may still be at it
    send_back(tmp_path)

    await play.bot.log_book.catch_up()
    await play.bot.log_book.catch_up()

    assert len(cards(log)) == 1


async def test_a_log_channel_that_is_closed_or_not_there_holds_nothing_up(play: Stage) -> None:
    async def lived_through() -> None:
        shown = await play.video("a boat #flagged")
        await until(lambda: "Withheld" in play.card(shown), "the card's last change")
        assert await play.bot.store.cases.unlogged(since=0, before=float("inf")) == []

    await lived_through()
    closed = {play.me: discord.PermissionOverwrite(view_channel=False)}
    log = await log_channel(play, overwrites=closed)
    await lived_through()

    assert cards(log) == []


# ── a member reports ──────────────────────────────────────────────────────────────────────────


async def test_each_member_reports_a_video_once_after_a_restart_too(play: Stage) -> None:
    result, bob = await finished(play), member(play)
    nowhere = await bob.click(result, label=ENGLISH.say(words.REPORT))
    log = await log_channel(play)
    form = await bob.click(result, label=ENGLISH.say(words.REPORT))
    await play.restart()

    told = await bob.submit_modal(form, {"reason": "it *shows* me"})
    again = await report(bob, result)
    await report(play.alice, result)

    assert (nowhere.modal, answer(nowhere)) == (None, ENGLISH.say(words.NO_LOG))
    assert (told.ephemeral, answer(told)) == (True, ENGLISH.say(words.REPORTED))
    assert answer(again) == ENGLISH.say(words.REPORTED_BEFORE)
    card, of_alice = cards(log)
    assert f"<@{bob.id}>: it \\*shows\\* me" in said(card)
    assert result.jump_url in said(card)
    assert [name.split(":")[1] for name in names(card)] == ["pause", "remove", "dismiss"]
    assert f"<@{play.alice.id}>, without a reason" in said(of_alice)


async def test_a_form_from_another_server_reports_nothing(play: Stage, log: ChannelHandle) -> None:
    (name,) = [name for name in names(await finished(play)) if name.startswith("report")]
    elsewhere = play.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("videos")
    carol = elsewhere.add_member(play.env.create_user("carol"))
    await play.bot.store.policies.set(elsewhere.id, None, Part.LOG, channel.id, member_id=1)
    await carol.slash(channel, "video", prompt="a raft")
    await until(lambda: channel.threads, "a thread")
    result = await play.result(channel.threads[0])
    forged = await carol.click(result, label=ENGLISH.say(words.REPORT))
    spec = forged._interaction.modal  # pyright: ignore[reportPrivateUsage]  # what a client may do
    assert spec is not None
    spec["custom_id"] = name

    told = await carol.submit_modal(forged, {"reason": "spite"})

    assert cards(log) == []
    assert answer(told) == ENGLISH.say(words.NOTHING_TO_REPORT)


# ── what moderators do ────────────────────────────────────────────────────────────────────────


async def test_a_moderator_removes_a_video(play: Stage, log: ChannelHandle, tmp_path: Path) -> None:
    shown = await play.video("a secret boat")
    result = await play.result(await play.thread())
    await report(member(play), result)
    card, mia = await a_card(log), moderator(play)
    await play.restart()

    await mia.click(card, custom_id=names(card)[1])

    assert play.results(await play.thread()) == []
    assert ENGLISH.say(endings.ending(Deleted(by_managers=True))) in play.card(shown)
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as database:
        assert "secret" not in "\n".join(database.iterdump())
    (done,) = cards(log)
    assert said(done).splitlines()[-1] == f"-# Removed by <@{mia.id}>."
    assert [name.split(":")[1] for name in names(done)] == ["pause", "dismiss"]


async def test_a_member_is_paused_and_let_go_on_again(play: Stage, log: ChannelHandle) -> None:
    await finished(play, "a boat #flagged")
    card, mia, bob = await a_card(log), moderator(play), member(play)
    menu = f"case:pause:{play.alice.id}"

    await mia.select(card, ["24"], custom_id=menu)
    paused = await play.video("a second boat")
    others = await bob.slash(play.channel, "video", prompt="another's boat")
    await mia.select(card, ["0"], custom_id=menu)
    free = await play.video("a third boat")

    assert "have paused new videos of yours. Nothing was spent: try again <t:" in answer(paused)
    assert "another's boat" in play.card(others)
    assert "a third boat" in play.card(free)
    (done,) = cards(log)
    assert said(done).splitlines()[-1] == f"-# Not paused any more, by <@{mia.id}>."


async def test_a_refused_video_has_a_card_that_is_dismissed_once(
    play: Stage, log: ChannelHandle
) -> None:
    await finished(play, "a boat #refused")
    card, mia = await a_card(log), moderator(play)
    assert ENGLISH.say(words.HEADLINES[Kind.REFUSED]) in said(card)

    await mia.click(card, label=ENGLISH.say(words.DISMISS))
    await play.repeat_last_interaction()

    (done,) = cards(log)
    assert names(done) == []
    assert said(done).splitlines()[-1] == f"-# Dismissed by <@{mia.id}>."
    assert acted(done, Act.DISMISSED, "by another manager at the same time") is None


async def test_who_may_not_moderate_there_changes_nothing(play: Stage, log: ChannelHandle) -> None:
    await report(member(play), await finished(play))
    card = await a_card(log)
    pause, *others = names(card)

    told = [answer(await play.alice.select(card, ["1"], custom_id=pause))]
    told += [answer(await play.alice.click(card, custom_id=name)) for name in others]
    with pytest.raises(UserError) as refused:
        await play.bot.returns.remove(VideoId(int(others[0].split(":")[2])), guild_id=1)

    assert told == [ENGLISH.say(words.MODERATORS_ONLY)] * 3
    assert refused.value.sentence == words.NOT_HERE
    assert [said(each) for each in cards(log)] == [said(card)]
    assert len(play.results(await play.thread())) == 1
