"""Results that their members delete: gone from Discord, and from what we keep."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route
from simcord import MemberActor
from simcord.results import InteractionResult

from bot.language import ENGLISH
from bot.model import Deleted
from bot.sentence import Sentence
from bot.settings import Settings
from bot.words import buttons, cards, endings, refusals
from sandbox.atlas import SimulatedAtlas
from tests.stage import Stage, picture, stage, until

WISH = "a secret paper boat"


@pytest.fixture
async def play(settings: Settings) -> AsyncGenerator[Stage]:
    async with stage(settings) as play:
        yield play


async def finished(play: Stage) -> tuple[InteractionResult, discord.Message]:
    """Let a video be made; return its card and its result."""
    shown = await play.video(WISH, image=picture())
    result = await play.result(await play.thread())
    await until(lambda: "**Ready.**" in play.card(shown), "the card's last change")
    return shown, result


async def press(
    play: Stage, message: discord.Message, label: Sentence, *, by: MemberActor | None = None
) -> InteractionResult:
    return await (by or play.alice).click(message, label=ENGLISH.say(label))


async def ask_to_delete(play: Stage, result: discord.Message) -> discord.Message:
    """Press Delete mine; return the question that only the member sees."""
    (question,) = (await press(play, result, buttons.DELETE)).followups
    assert question.ephemeral
    assert question.content == ENGLISH.say(buttons.CONFIRM_DELETE)
    return question.message


def answered(answer: InteractionResult) -> str:
    assert answer.response is not None
    return answer.response.content


def kept(folder: Path) -> str:
    """Return all that our own tables say, in one text."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as database:
        return "\n".join(database.iterdump())


def steps_kept(folder: Path) -> int:
    """Return how many results of steps the engine holds: among them is the link, in its form."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM operation_outputs").fetchone()[0]


async def test_a_deleted_result_is_gone_everywhere(
    play: Stage, atlas: SimulatedAtlas, tmp_path: Path
) -> None:
    shown, result = await finished(play)
    (link,) = [line for line in result.content.splitlines() if line.startswith("http")]
    question = await ask_to_delete(play, result)
    assert WISH in kept(tmp_path)
    assert link in kept(tmp_path)

    answer = await press(play, question, buttons.DELETE_YES)

    assert answered(answer) == ENGLISH.say(buttons.DELETED)
    thread = await play.thread()
    assert play.results(thread) == []
    assert thread.name == ENGLISH.say(cards.UNTITLED)
    assert ENGLISH.say(endings.ending(Deleted())) in play.card(shown)
    assert WISH not in play.card(shown)
    assert shown.response is not None
    assert shown.response.attachments == []
    assert steps_kept(tmp_path) > 0
    await play.bot.caretaker.forget()
    assert steps_kept(tmp_path) == 0
    assert WISH not in kept(tmp_path)
    assert link not in kept(tmp_path)


async def test_it_works_after_a_restart_and_when_the_message_is_gone(play: Stage) -> None:
    shown, result = await finished(play)
    question = await ask_to_delete(play, result)
    await play.restart()
    play.env.backend.delete_message(result.channel.id, result.id)

    answer = await press(play, question, buttons.DELETE_YES)

    assert answered(answer) == ENGLISH.say(buttons.DELETED)
    assert WISH not in play.card(shown)


async def test_what_discord_did_not_delete_is_deleted_the_next_time(play: Stage) -> None:
    _, result = await finished(play)
    answer = play.bot.http.request

    async def refuse(route: Route, **options: Any) -> Any:
        if route.method == "DELETE":
            raise aiohttp.ServerDisconnectedError
        return await answer(route, **options)

    play.bot.http.request = refuse
    refused = await press(play, await ask_to_delete(play, result), buttons.DELETE_YES)
    play.bot.http.request = answer
    done = await press(play, await ask_to_delete(play, result), buttons.DELETE_YES)

    assert answered(refused) == ENGLISH.say(buttons.NOT_REACHED)
    assert answered(done) == ENGLISH.say(buttons.DELETED)
    assert play.results(await play.thread()) == []


async def test_only_who_asked_may_delete(play: Stage) -> None:
    _, result = await finished(play)
    stranger = play.guild.add_member(play.env.create_user("bob"))

    (answer,) = (await press(play, result, buttons.DELETE, by=stranger)).followups

    assert answer.content == ENGLISH.say(refusals.NOT_YOUR_VIDEO)
    assert len(play.results(await play.thread())) == 1
