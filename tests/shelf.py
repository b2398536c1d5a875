"""A few videos of two members, in a store whose clock stands still."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.model import (
    Access,
    Outcome,
    Place,
    Post,
    Ready,
    Reply,
    Video,
    VideoId,
)
from bot.picture import check
from bot.store import Store
from tests.stage import picture

ALICE, BOB = 2**62 + 2, 2**62 + 3
DAY_S = 24 * 3600.0
NOW = 20_000 * DAY_S + 3600.0
PRICE = Decimal("0.50")
READY = Ready(("https://a.example/v.mp4",))
VIDEO = Video(
    id=VideoId(2**62),
    asked_at=NOW,
    member_id=ALICE,
    place=Place(channel_id=3, guild_id=5, access=Access.CHANNEL),
    reply=Reply(application_id=4, token="token-of-an-interaction"),
    prompt="a boat",
    prompt_expansion=False,
    model="minimax/video-01",
    accepted_at=NOW,
    first_frame=None,
)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def opened(url: str, clock: Clock) -> AsyncGenerator[Store]:
    store = Store(url, clock=clock)
    await store.open()
    try:
        yield store
    finally:
        store.close()


async def ask(store: Store, number: int, prompt: str = "a boat", **more: Any) -> Video:
    """Take in the nth video: asked for n seconds after the first."""
    moment = more.pop("at", NOW) + number
    times = {"asked_at": moment, "accepted_at": moment}
    video = replace(VIDEO, id=VideoId(number + 1), prompt=prompt, **times, **more)
    frame = check(picture()[1]) if video.first_frame else None
    await store.accept(video, frame, price_usd=PRICE)
    return video


async def end(store: Store, video: Video, outcome: Outcome = READY) -> None:
    await store.settle(video.id, outcome)
    ending = await store.ending(video.id)
    assert ending is not None
    await store.delivered(video.id, ending, Post(6, 7))


async def let_go(more: Callable[[], Awaitable[list[VideoId]]]) -> list[VideoId]:
    gone = list[VideoId]()
    while some := await more():
        gone += some
    return gone
