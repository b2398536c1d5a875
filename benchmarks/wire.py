"""When the first bytes of a request reached this process, before a server had time for them."""

import asyncio
import time
from collections.abc import Callable
from typing import cast

from aiohttp import web


class Wire:
    """A port whose server is told what comes in a moment after the clock was read."""

    def __init__(self) -> None:
        self._reached: dict[asyncio.BaseTransport | None, float] = {}

    async def listen(self, runner: web.AppRunner) -> int:
        """Open the port; return it."""
        serve = cast(Callable[[], asyncio.Protocol], runner.server)
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Line(serve(), self._reached), "127.0.0.1", 0
        )
        return self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Take no more connections."""
        self._server.close()

    def reached_at(self, request: web.Request) -> float:
        """Return when this request began to arrive; until it is answered."""
        return self._reached[request.transport]

    def answered(self, request: web.Request) -> None:
        """Let the next request on this connection have a time of its own."""
        self._reached.pop(request.transport, None)


class _Line(asyncio.Protocol):
    def __init__(
        self, server: asyncio.Protocol, reached: dict[asyncio.BaseTransport | None, float]
    ) -> None:
        self._server, self._reached = server, reached
        self._transport: asyncio.BaseTransport | None = None
        self.eof_received = server.eof_received
        self.pause_writing, self.resume_writing = server.pause_writing, server.resume_writing

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._server.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._reached.setdefault(self._transport, time.perf_counter())
        self._server.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._reached.pop(self._transport, None)
        self._server.connection_lost(exc)
