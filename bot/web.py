"""The bot's HTTP server: what others may ask of it."""

import asyncio
import logging
import re
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web

from bot.atlas.keyring import Keyring
from bot.atlas.webhook import Keys, read_webhook
from bot.errors import (
    AtlasUnavailable,
    FirstframeError,
    WebhookKeyUnknown,
    WebhookRefused,
    WebhookUnreadable,
)
from bot.model import Attempt

log = logging.getLogger(__name__)

_HOST: Final = "0.0.0.0"  # noqa: S104  # a host's router may ask from anywhere
_AT_ONCE: Final = 100
_BODY_LIMIT: Final = 64 * 1024
_ATTEMPT: Final = re.compile(r"[0-9a-f]{32}")

_IDLE_S: Final = 75.0  # longer than the minute for which proxies keep a connection
_LINGER_S: Final = 1.0  # time to read a refusal for those who still write
_STOP_WITHIN_S: Final = 0.5

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(FirstframeError):
    """Something else listens on this port, or it is not ours to take."""


class Web:
    """A server on `port`; 0 takes any that is free, and `port` tells which once it started.

    `ring` is told the attempt and the prediction of a webhook, and answers whether the attempt is
    ours. It means "look now" and no more, so a webhook that comes twice may ring twice, and
    nothing is remembered here.
    """

    def __init__(
        self,
        *,
        port: int,
        keys: Callable[[], Awaitable[Keys]],
        ring: Callable[[Attempt, str], Awaitable[bool]],
        clock: Callable[[], float] = time.time,
        body_within_s: float = 10.0,
    ) -> None:
        self.port = port
        self._keyring = Keyring(keys, clock)
        self._ring, self._clock, self._body_within_s = ring, clock, body_within_s
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def start(self) -> None:
        """Listen. Raises PortTaken."""
        self._runner = web.AppRunner(
            self._app(),
            access_log=None,
            logger=_deaf_logger(),
            auto_decompress=False,  # Atlas signs the bytes as they come
            keepalive_timeout=_IDLE_S,
            lingering_time=_LINGER_S,
            shutdown_timeout=_STOP_WITHIN_S,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, _HOST, self.port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortTaken(f"PORT {self.port} cannot be used: {error.strerror}.") from error
        self.port = site.port
        log.info("web server started port=%s", self.port)

    async def close(self) -> None:
        """Stop listening, and end within about a second what is still open."""
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=_BODY_LIMIT, middlewares=[_guard])
        app.on_response_prepare.append(_stay_unnamed)
        app.router.add_post("/atlas/webhook", self._webhook)
        return app

    async def _webhook(self, request: web.Request) -> web.Response:
        """Ring for a webhook of Atlas that is about an attempt of ours."""
        attempt = request.query.get("attempt", "")
        if not _ATTEMPT.fullmatch(attempt):
            raise web.HTTPNotFound
        if self._places.locked():
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
        if (request.content_length or 0) > _BODY_LIMIT:
            raise web.HTTPRequestEntityTooLarge(_BODY_LIMIT)
        try:
            async with asyncio.timeout(self._body_within_s):
                return await request.read()
        except TimeoutError as error:
            raise web.HTTPRequestTimeout from error
        except ConnectionError as error:
            raise web.HTTPBadRequest from error  # who sent it may be gone


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 503 to what we did not plan: whoever asked may ask again."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001  # one sick request must not stop the server
        # Where it failed and not its text: a store's error may show the attempt.
        where = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error).__name__
        log.error("web request failed path=%s error=%s\n%s", request.path, kind, where)  # noqa: TRY400
        return web.Response(status=503)


async def _stay_unnamed(_request: web.Request, response: web.StreamResponse) -> None:
    """Tell strangers neither our versions nor those of Python."""
    response.headers.popall(hdrs.SERVER, None)


def _deaf_logger() -> logging.Logger:
    """Return what aiohttp may tell of strangers' broken HTTP; it would be an error in our log."""
    logger = log.getChild("strangers")
    logger.setLevel(logging.CRITICAL)
    return logger
