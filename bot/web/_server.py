"""A small server for strangers: it stops soon, tells no versions, and no sick request ends it."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Protocol

from aiohttp import hdrs, web

from bot.errors import FirstframeError

log = logging.getLogger(__name__)

BODY_LIMIT: Final = 64 * 1024

_HOST: Final = "0.0.0.0"  # noqa: S104  # a host's router may ask from anywhere
_IDLE_S: Final = 75.0  # longer than the minute for which proxies keep a connection
_LINGER_S: Final = 1.0  # time to read a refusal for those who still write
_STOP_WITHIN_S: Final = 0.5

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(FirstframeError):
    """Something else listens on this port, or it is not ours to take."""


class Page(Protocol):
    """A part of what is served."""

    def routes(self) -> Iterable[web.RouteDef]:
        """Return where it is found."""
        ...


class Web:
    """A server on `port`; 0 takes any that is free, and `port` tells which once it started."""

    def __init__(self, *pages: Page, port: int) -> None:
        self.port = port
        self._pages = pages

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
        app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_guard])
        app.on_response_prepare.append(_stay_unnamed)
        for page in self._pages:
            app.router.add_routes(page.routes())
        return app


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
