"""One video without a browser: `python -m sandbox --once "a paper boat"`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp

from sandbox.events import Post, Thread, read_event
from sandbox.world import DEADLINE_S, World, open_world

_GENERATION_S: Final = 1.0
_POLL_S: Final = 0.25
_PATIENCE_S: Final = DEADLINE_S + 30.0
_LAST_CARD_S: Final = 5.0


@dataclass(slots=True)
class Conversation:
    """Prints what the bot says, and knows when it has said everything."""

    bot_id: int
    member_id: int
    result: Post | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    _last: str = ""

    def hear(self, name: str, payload: Mapping[str, Any]) -> None:
        """Take one gateway event in."""
        match read_event(name, payload, bot_id=self.bot_id):
            case Thread(name=title):
                print(f"\nA thread opens: {title}")
            case Post(is_card=True, plain=text) if text != self._last:
                self._last = text
                print(f"\nThe card:\n{_indented(text)}")
                if self.result is not None:
                    self.closed.set()
            case Post(is_card=False) as post if self.member_id in post.mentions:
                print(f"\nThe result:\n{_indented(post.plain)}")
                self.result = post
                self.answered.set()
            case Post(is_card=False, plain=text):
                print(f"\nThe bot:\n{_indented(text)}")
                self.answered.set()
                self.closed.set()
            case _:
                pass


async def make_one(prompt: str, *, image: Path | None, out: Path) -> int:
    """Make one video as a member would, write it to a file, and return the exit code."""
    options: dict[str, Any] = {"prompt": prompt}
    if image is not None:
        options["image"] = (image.name, await asyncio.to_thread(image.read_bytes))
    async with open_world(generation_s=_GENERATION_S, poll_s=_POLL_S, tell=_tell) as world:
        result = await _ask(world, options)
        if result is None or not result.links:
            print("\nNo video was delivered.")
            return 1
        async with aiohttp.ClientSession() as session, session.get(result.links[0]) as answer:
            answer.raise_for_status()
            await asyncio.to_thread(out.write_bytes, await answer.read())
    print(f"\nWritten to {out}.")
    return 0


async def _ask(world: World, options: dict[str, Any]) -> Post | None:
    """Run the command, and wait until the bot has answered."""
    talk = Conversation(world.env.backend.bot_user.id, world.member.id)
    world.env.backend.subscribers.append(talk.hear)
    print(f"You: /video prompt: {options['prompt']}")
    try:
        await world.member.slash(world.rooms[0].channel, "video", **options)
        async with asyncio.timeout(_PATIENCE_S):
            await talk.answered.wait()
        async with asyncio.timeout(_LAST_CARD_S):
            await talk.closed.wait()
    except TimeoutError:
        if talk.result is None:
            print("\nThe bot did not answer in time.")
    return talk.result


def _tell(fact: str) -> None:
    print(f"  · {fact}")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
