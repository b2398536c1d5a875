"""Where Atlas tells that a video is done."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from aiohttp import web

from bot.atlas.keyring import Keyring
from bot.atlas.webhook import Keys, read_webhook
from bot.errors import (
    AtlasUnavailable,
    WebhookKeyUnknown,
    WebhookRefused,
    WebhookUnreadable,
)
from bot.model import Attempt
from bot.web._server import BODY_LIMIT

log = logging.getLogger(__name__)

_AT_ONCE: Final = 100
_ATTEMPT: Final = re.compile(r"[0-9a-f]{32}")


def _always() -> bool:
    return True


class Webhook:
    """Rings for what Atlas signed about an attempt of ours, while `is_open`.

    `ring` is told the attempt and the prediction of a webhook, and answers whether the attempt is
    ours. It means "look now" and no more, so a webhook that comes twice may ring twice, and
    nothing is remembered here.
    """

    def __init__(
        self,
        *,
        keys: Callable[[], Awaitable[Keys]],
        ring: Callable[[Attempt, str], Awaitable[bool]],
        is_open: Callable[[], bool] = _always,
        clock: Callable[[], float] = time.time,
        body_within_s: float = 10.0,
    ) -> None:
        self._keyring = Keyring(keys, clock)
        self._ring, self._is_open = ring, is_open
        self._clock, self._body_within_s = clock, body_within_s
        self._places = asyncio.Semaphore(_AT_ONCE)

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.post("/atlas/webhook", self._hear)]

    async def _hear(self, request: web.Request) -> web.Response:
        attempt = request.query.get("attempt", "")
        if not _ATTEMPT.fullmatch(attempt):
            raise web.HTTPNotFound
        if self._places.locked() or not self._is_open():
            raise web.HTTPServiceUnavailable
        async with self._places:
            prediction_id = await self._prediction_id(request)
            is_ours = await self._ring(Attempt(attempt), prediction_id)
        log.info("webhook prediction=%s ours=%s", prediction_id, is_ours)
        return web.Response(status=200 if is_ours else 404)

    async def _prediction_id(self, request: web.Request) -> str:
        """Return what the webhook is about; raise the answer to one that is not Atlas's."""
        body = await self._body(request)
        try:
            return await self._verified(request, body)
        except WebhookRefused as error:
            log.info("webhook refused reason=%s", error)
            raise web.HTTPUnauthorized from error
        except WebhookUnreadable as error:
            log.warning("webhook of Atlas not understood reason=%s", error)
            raise web.HTTPBadRequest from error
        except AtlasUnavailable as error:
            raise web.HTTPServiceUnavailable from error

    async def _verified(self, request: web.Request, body: bytes) -> str:
        headers, now = request.headers, self._clock()
        try:
            return read_webhook(headers, body, keys=await self._keyring.keys(), now=now)
        except WebhookKeyUnknown:
            return read_webhook(headers, body, keys=await self._keyring.renewed(), now=now)

    async def _body(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > BODY_LIMIT:
            raise web.HTTPRequestEntityTooLarge(BODY_LIMIT)
        try:
            async with asyncio.timeout(self._body_within_s):
                return await request.read()
        except TimeoutError as error:
            raise web.HTTPRequestTimeout from error
        except ConnectionError as error:
            raise web.HTTPBadRequest from error  # who sent it may be gone
