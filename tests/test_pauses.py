"""Wishes that are stopped before anything is spent: by a pause, or by the operator's list."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest
from simcord.results import InteractionResult

from bot.language import ENGLISH
from bot.pause import Pause
from bot.store import Store
from bot.words import buttons, desk
from bot.words import moderation as words
from sandbox.atlas import SimulatedAtlas
from tests.moderators import cards, log_channel, member, names, said
from tests.shelf import ALICE, BOB, NOW, VIDEO, Clock, ask, end, let_go, opened
from tests.stage import Stage, settings_for, stage

HOUR_S = 3600.0
HERE, ELSEWHERE = 5, 6


@pytest.fixture
async def play(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncGenerator[Stage]:
    """A bot whose operator wants no badgers; Alice has one video of before that."""
    (tmp_path / "list.txt").write_text("# none of these\nbadger\n/gore\\d/\n")
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with stage(
        settings_for(atlas.base_url, url, BLOCKLIST=str(tmp_path / "list.txt"))
    ) as play:
        yield play


def answer(shown: InteractionResult) -> str:
    assert shown.response is not None
    return shown.response.content


# ── the operator's list ───────────────────────────────────────────────────────────────────────


async def test_a_listed_word_is_stopped_on_every_way_and_shown_to_the_managers(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    await play.video("a boat")
    result = await play.result(await play.thread())
    log = await log_channel(play)

    typed = await play.video("a BAD\u200bGER on a boat")
    form = await play.alice.click(result, label=ENGLISH.say(buttons.REMAKE))
    filled = await play.alice.submit_modal(form, {"prompt": "gore1"})

    assert [answer(typed), answer(filled)] == [ENGLISH.say(words.NOT_ALLOWED)] * 2
    assert len(atlas.predictions) == 1
    (card,) = cards(log)  # of a few in a row
    assert "**Not allowed.**" in said(card)
    assert names(card) == [f"case:pause:{play.alice.id}", "case:dismiss"]


async def test_a_video_of_before_the_list_is_not_made_again(
    atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    url, file = f"sqlite:///{tmp_path / 'bot.sqlite3'}", tmp_path / "list.txt"
    file.write_text("")
    async with stage(settings_for(atlas.base_url, url, BLOCKLIST=str(file))) as play:
        await play.video("a badger")
        result = await play.result(await play.thread())
        file.write_text("badger")
        play.bot.settings = settings_for(atlas.base_url, url, BLOCKLIST=str(file))
        await play.restart()

        again = await play.alice.click(result, label=ENGLISH.say(buttons.AGAIN))

        assert answer(again) == ENGLISH.say(words.NOT_ALLOWED)
        assert len(atlas.predictions) == 1


async def test_managers_see_which_lines_match_and_the_operator_what_they_say(play: Stage) -> None:
    mia, zoe = (member(play, name, manage_guild=True) for name in ("mia", "zoe"))
    play.bot.owner_id = zoe.id

    async def told(who: str, prompt: str) -> str:
        actor = {"mia": mia, "zoe": zoe}[who]
        return answer(await actor.slash(play.channel, "desk test", prompt=prompt))

    assert await told("mia", "a boat") == ENGLISH.say(words.ALLOWED)
    assert "by lines 2 and 3 of" in await told("mia", "a badger with gore1")
    assert r"by line 3 (/gore\\d/) of" in await told("zoe", "gore1")


# ── pauses ────────────────────────────────────────────────────────────────────────────────────


async def test_a_paused_server_makes_no_new_videos_and_those_in_flight_go_on(
    play: Stage, atlas: SimulatedAtlas
) -> None:
    atlas.generation_s = 1.0
    mia = member(play, "mia", manage_guild=True)
    begun = await play.video("a boat")

    told = await mia.slash(play.channel, "desk pause")
    paused = await play.video("a second boat")
    await play.restart()
    still = await mia.slash(play.channel, "video", prompt="a manager's boat")
    form = await play.alice.slash(play.channel, "studio")
    await play.result(await play.thread())
    resumed = [await mia.slash(play.channel, "desk resume") for _ in range(2)]
    free = await play.video("a third boat")

    assert answer(told) == ENGLISH.say(words.begun(None))
    expected = ENGLISH.say(words.paused(Pause(play.guild.id, None, None)))
    assert [answer(paused), answer(still), answer(form)] == [expected] * 3
    assert "a boat" in play.card(begun)
    assert [answer(each) for each in resumed] == [
        ENGLISH.say(words.RESUMED),
        ENGLISH.say(words.NOT_PAUSED),
    ]
    assert "a third boat" in play.card(free)


async def test_only_managers_pause_and_only_the_operator_everywhere(play: Stage) -> None:
    mia = member(play, "mia", manage_guild=True)
    play.bot.owner_id = mia.id + 1
    (shown_to_all,) = [each for each in await play.bot.tree.fetch_commands() if each.name == "desk"]
    play.guild.set_command_permissions(shown_to_all, {play.alice: True})

    told = [
        answer(await play.alice.slash(play.channel, "desk pause")),
        answer(await mia.slash(play.channel, "desk pause", everywhere=True)),
    ]
    play.bot.owner_id = mia.id
    told.append(answer(await mia.slash(play.channel, "desk pause", hours=2, everywhere=True)))
    shown = await play.env.create_user("carl").slash("video", prompt="a boat")

    assert told[:2] == [ENGLISH.say(desk.MANAGERS_ONLY), ENGLISH.say(words.OPERATOR_ONLY)]
    assert told[2].startswith("**Paused** until <t:")
    assert answer(shown).startswith("Whoever runs this bot has paused it. Nothing was spent: try")


# ── the table ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncGenerator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'bot.sqlite3'}", clock) as store:
        yield store


@pytest.mark.parametrize(
    ("pause", "held_up"),
    [
        (Pause(HERE, ALICE, None), [(HERE, ALICE)]),
        (Pause(HERE, None, None), [(HERE, ALICE), (HERE, BOB)]),
        (Pause(None, BOB, None), [(HERE, BOB), (ELSEWHERE, BOB), (None, BOB)]),
        (
            Pause(None, None, NOW + 1),
            [(g, m) for g in (HERE, ELSEWHERE, None) for m in (ALICE, BOB)],
        ),
        (Pause(HERE, ALICE, NOW), []),
    ],
)
async def test_a_pause_holds_up_whom_it_names_where_it_says(
    store: Store, pause: Pause, held_up: list[tuple[int | None, int]]
) -> None:
    await store.pauses.set(pause, by=1)

    found = [
        (guild, member)
        for guild in (HERE, ELSEWHERE, None)
        for member in (ALICE, BOB)
        if await store.pauses.holding(guild, member) == pause
    ]
    assert sorted(found, key=str) == sorted(held_up, key=str)


async def test_the_longest_pause_is_told_and_the_last_one_set_holds(
    store: Store, clock: Clock
) -> None:
    await store.pauses.set(Pause(HERE, None, NOW + HOUR_S), by=1)
    await store.pauses.set(Pause(HERE, ALICE, None), by=1)
    assert await store.pauses.holding(HERE, ALICE) == Pause(HERE, ALICE, None)

    await store.pauses.set(Pause(HERE, ALICE, NOW + 1), by=1)

    assert await store.pauses.holding(HERE, ALICE) == Pause(HERE, None, NOW + HOUR_S)
    clock.now += HOUR_S
    await store.pauses.forget()
    assert not await store.pauses.end(HERE, None)


async def test_a_pause_is_told_and_outlasts_being_forgotten_but_a_report_does_not(
    store: Store, tmp_path: Path
) -> None:
    await store.pauses.set(Pause(HERE, ALICE, None), by=ALICE)
    await store.cases.reported(VIDEO.id, member_id=ALICE)
    stored = await store.library.everything(ALICE)
    assert [told["guild_id"] for told in stored["pauses"]] == [str(HERE)]
    assert [told["video_id"] for told in stored["reports"]] == [str(VIDEO.id)]

    await store.forgetting.begin(ALICE)
    await store.forgetting.of_leavers()

    assert await store.pauses.holding(HERE, ALICE) is not None
    assert not await store.cases.is_reported(VIDEO.id, member_id=ALICE)
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as database:
        assert database.execute("SELECT by_id FROM pauses").fetchall() == [(0,)]


async def test_a_report_goes_with_its_video(store: Store) -> None:
    video = await ask(store, 0)
    await end(store, video)
    await store.cases.reported(video.id, member_id=BOB)

    await let_go(lambda: store.forgetting.of_old(before=NOW + HOUR_S))

    assert not await store.cases.is_reported(video.id, member_id=BOB)
