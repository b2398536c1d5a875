"""The demo in the browser: the real bot in a small Discord that is a page."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from sandbox.atlas import ENDINGS
from sandbox.events import Post, Thread, read_event
from sandbox.film import render
from sandbox.unfurl import unfurl
from sandbox.window import Window
from sandbox.world import DEADLINE_S, ENGLISH, Film, World, open_world

_POLL_S: Final = 1.0
_MOMENT_S: Final = 1.0

Tell = Callable[[str], None]


class Watcher:
    """Tells what happens in Discord, and remembers what the page does not show yet."""

    def __init__(self, *, bot_id: int, tell: Tell) -> None:
        self._bot_id = bot_id
        self._tell = tell
        self._said: dict[int, str] = {}
        self.changed = True
        self.posts: list[Post] = []

    def hear(self, name: str, payload: Mapping[str, Any]) -> None:
        """Take one gateway event in."""
        self.changed = True
        match read_event(name, payload, bot_id=self._bot_id):
            case Thread(name=title):
                self._tell(f"Discord: thread opened: {title}")
            case Post(is_card=True) as post if self._said.get(post.id) != post.plain:
                self._said[post.id] = post.plain
                self._tell(f"Discord: card: {post.plain.splitlines()[1]}")
            case Post(is_card=False, is_new=True) as post:
                self._tell(f"Discord: posted: {post.plain.splitlines()[0]}")
                self.posts.append(post)
            case _:
                pass


@asynccontextmanager
async def open_page(
    *, port: int, generation_s: float, tell: Tell, locale: str = ENGLISH, film: Film = render
) -> AsyncGenerator[str]:
    """Start everything, keep the page up to date, and yield its address."""
    async with (
        open_world(
            generation_s=generation_s, poll_s=_POLL_S, tell=tell, locale=locale, film=film
        ) as world,
        aiohttp.ClientSession() as session,
        Window(world, port=port) as window,
        asyncio.TaskGroup() as tasks,
    ):
        keeping = tasks.create_task(_keep_up(world, window, session, tell), name="page")
        yield window.url
        keeping.cancel()


async def play(*, port: int, generation_s: float, locale: str) -> None:
    """Show the demo until it is cancelled."""
    opening = open_page(port=port, generation_s=generation_s, tell=_tell, locale=locale)
    async with opening as url:
        print(_welcome(url), flush=True)
        await asyncio.Event().wait()


async def _keep_up(
    world: World, window: Window, session: aiohttp.ClientSession, tell: Tell
) -> None:
    """Once a moment, show in the page what happened in Discord."""
    watcher = Watcher(bot_id=world.env.backend.bot_user.id, tell=tell)
    world.env.backend.subscribers.append(watcher.hear)
    while True:
        while watcher.posts:
            await unfurl(world.env, window, watcher.posts.pop(0), session)
        changed, watcher.changed = watcher.changed, False
        await window.tick(changed=changed)
        await asyncio.sleep(_MOMENT_S)


def _welcome(url: str) -> str:
    width = max(map(len, ENDINGS))
    endings = "\n".join(f"    {word:<{width}}  {what}" for word, what in ENDINGS.items())
    return f"""
Firstframe is running in a simulated Discord, beside a simulated Atlas. Nothing leaves
this machine, and nothing is kept.

    {url}

Open the address, type /video, write a prompt, attach a picture if you like, and press Enter.
Click the thread under the card to see the video. A word in the prompt chooses another ending:

{endings}

A video that never ends is given up after {DEADLINE_S} s here; the real bot waits 15 minutes.
Ctrl-C stops the demo.
"""


def _tell(fact: str) -> None:
    print(f"  · {fact}", flush=True)
