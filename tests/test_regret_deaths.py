"""Killed around the writes by which a member takes something back: it is done, or can be again.

The tests take a few of the writes; `make soak` takes the others.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.language import ENGLISH
from bot.sentence import Sentence
from bot.words import buttons
from sandbox.atlas import SimulatedAtlas
from tests.discord_socket import BotProcess
from tests.stage import environ
from tests.theatre import PATIENCE_S, Theatre, mortal_theatre

CALLED_OFF = "UPDATE videos SET outcome"
STOPPED = f"{CALLED_OFF}(?![^;]*intent_at)"  # not the try that is for what was never sent
FORGOTTEN = "UPDATE videos SET prompt"


def deaths(*some: tuple[int, str], more: tuple[tuple[int, str], ...]) -> pytest.MarkDecorator:
    """Return so many ways to die, of which some are for every day."""
    rest = [pytest.param(*death, marks=pytest.mark.soak) for death in more]
    return pytest.mark.parametrize(("number", "when"), [*some, *rest])


async def found(play: Theatre, *marks: str) -> Mapping[str, Any]:
    """Wait for a message with these marks in it, in the channel or its threads, and return it."""

    def look() -> list[dict[str, Any]]:
        places = [play.channel, *(int(thread["id"]) for thread in play.threads())]
        said = [message for place in places for message in play.discord.messages(place)]
        return [message for message in said if all(mark in str(message) for mark in marks)]

    await play.discord.until(look, timeout_s=PATIENCE_S)
    return look()[-1]


async def ask(play: Theatre, name: str, question: Sentence) -> Mapping[str, Any]:
    """Press a button that asks first; return the question."""
    play.press(name, await found(play, name))
    return await found(play, ENGLISH.say(question))


async def die(play: Theatre, video: int, word: str) -> None:
    """Wait for the death, or for the end: two writes at once may have passed by it."""
    gateway = play.discord.gateway
    await play.discord.until(
        lambda: gateway.connected == 0 or word in play.card(video), timeout_s=PATIENCE_S
    )
    await play.bot.kill()
    await play.discord.wait_disconnected(PATIENCE_S)


def successor(play: Theatre, url: str, **settings: str) -> BotProcess:
    env = environ(play.atlas.base_url, url, **settings)
    return BotProcess(play.discord.base, "bot", env=env)


@deaths((1, "after"), more=((1, "before"), (2, "before"), (2, "after")))
async def test_a_video_that_is_called_off_at_atlas_stays_so(
    atlas: SimulatedAtlas, tmp_path: Path, number: int, when: str
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    death = {"DIE_AT": str(number), "DIE": when, "DIE_SINCE": STOPPED}
    async with mortal_theatre(atlas, url, **death) as play:
        video = await play.video("#stuck")
        await play.ended(video, "**Generating.**")
        question = await ask(play, f"cancel:{video}:ask", buttons.CONFIRM_CANCEL)
        play.press(f"cancel:{video}:yes", question)
        await die(play, video, "**Cancelled.**")

        async with successor(play, url):
            await play.discord.wait_connected()
            play.press(f"cancel:{video}:yes", question)
            await play.ended(video, "**Cancelled.**")

        assert play.submits() == 1
        assert play.results() == []


@deaths((1, "after"), more=((1, "before"), (2, "before"), (2, "after")))
async def test_a_video_that_is_called_off_in_line_is_never_sent(
    atlas: SimulatedAtlas, tmp_path: Path, number: int, when: str
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    narrow = {"MAX_IN_FLIGHT": "1"}
    death = {"DIE_AT": str(number), "DIE": when, "DIE_SINCE": CALLED_OFF}
    async with mortal_theatre(atlas, url, **narrow, **death) as play:
        first = await play.video("#stuck")
        await play.ended(first, "**Generating.**")
        second = await play.video("never sent")
        name = f"cancel:{second}:ask"
        card = await found(play, name)
        play.press(name, card)
        await die(play, second, "**Cancelled.**")

        async with successor(play, url, **narrow):
            await play.discord.wait_connected()
            play.press(name, card)
            await play.ended(second, "**Cancelled.**")

        assert [prediction.prompt for prediction in atlas.predictions] == ["#stuck"]


@deaths((1, "after"), more=((1, "before"),))
async def test_a_video_that_is_deleted_can_be_deleted_to_the_end(
    atlas: SimulatedAtlas, tmp_path: Path, number: int, when: str
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    death = {"DIE_AT": str(number), "DIE": when, "DIE_SINCE": FORGOTTEN}
    async with mortal_theatre(atlas, url, **death) as play:
        video = await play.video()
        await play.ended(video)
        question = await ask(play, f"delete:{video}:ask", buttons.CONFIRM_DELETE)
        play.press(f"delete:{video}:yes", question)
        await die(play, video, "**Deleted.**")

        async with successor(play, url):
            await play.discord.wait_connected()
            play.press(f"delete:{video}:yes", question)
            await play.ended(video, "**Deleted.**")
            await play.discord.until(lambda: play.results() == [])

        assert play.submits() == 1
