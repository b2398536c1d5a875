"""What is seen from outside: the time that others have, and the way for Atlas's webhooks."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

from bot.atlas.client import USER_AGENT
from bot.atlas.webhook import Keys
from bot.checkup._finding import Finding
from bot.errors import DatabaseAway
from bot.model import Attempt
from bot.settings import Settings
from bot.web import PortTaken, Web, Webhook
from bot.words import checkup as words

_MOST_DRIFT_S: Final = 60
"""Webhooks are refused when they are older than 300 s; the way and Atlas's patience take some."""

_PATIENCE: Final = aiohttp.ClientTimeout(total=3.0)
_NOBODYS: Final = Attempt(32 * "0")
_OURS: Final = (404, 401)
"""How the bot answers a webhook without an attempt, and one that is not signed."""


async def clock(
    session: aiohttp.ClientSession, url: str, *, now: Callable[[], float] = time.time
) -> Iterable[Finding]:
    """Compare our clock with that of the host which answers there; no key is sent."""
    headers = {"User-Agent": USER_AGENT}
    async with session.head(url, headers=headers, allow_redirects=False) as answer:
        date = answer.headers.get("Date")
    if date is None:
        return [Finding(None, words.CLOCK, words.NO_DATE)]
    off_s = abs(round(now() - parsedate_to_datetime(date).timestamp()))
    is_right = off_s <= _MOST_DRIFT_S
    return [Finding(is_right, words.CLOCK, words.clock(off_s), None if is_right else words.NTP)]


async def webhooks(
    session: aiohttp.ClientSession, settings: Settings, *, keys: Callable[[], Awaitable[Keys]]
) -> Iterable[Finding]:
    """Ask at the address that Atlas is told, as Atlas would but unsigned.

    Where nobody answers and the port is free, no bot runs here: then we listen for a moment. What
    Atlas itself sends in that moment is put off, and so comes again.
    """
    if settings.public_url is None:
        return [Finding(None, words.WEBHOOKS, words.NOT_ASKED)]
    url = f"{settings.public_url}/atlas/webhook"
    is_ours = await _is_ours(session, url)
    if not is_ours and settings.port is not None:
        with suppress(PortTaken):
            async with _listening(settings.port, keys):
                is_ours = await _is_ours(session, url)
    if is_ours:
        return [Finding(True, words.WEBHOOKS, words.answers(url))]
    return [Finding(False, words.WEBHOOKS, words.silent(url), words.LEAD_THERE)]


@asynccontextmanager
async def _listening(port: int, keys: Callable[[], Awaitable[Keys]]) -> AsyncGenerator[None]:
    """Stand in for the bot at its port. Raises PortTaken."""
    web = Web(Webhook(keys=keys, ring=_put_off), port=port)
    await web.start()
    try:
        yield
    finally:
        await web.close()


async def _is_ours(session: aiohttp.ClientSession, url: str) -> bool:
    """Tell whether a Firstframe answers: few others answer just so."""
    try:
        return (await _ask(session, url), await _ask(session, f"{url}?attempt={_NOBODYS}")) == _OURS
    except (aiohttp.ClientError, OSError):
        return False


async def _ask(session: aiohttp.ClientSession, url: str) -> int:
    async with session.post(url, json={}, allow_redirects=False, timeout=_PATIENCE) as answer:
        return answer.status


async def _put_off(_attempt: Attempt, _prediction_id: str) -> bool:
    raise DatabaseAway
