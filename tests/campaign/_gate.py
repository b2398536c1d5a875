"""A port before another one, which can refuse, cut and stall."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Self

from tests.campaign._troubles import Outage

_PIECE: Final = 65_536
_RESET: Final = struct.pack("ii", 1, 0)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Gate:
    """Relays each connection to `port` to a new one that `reach` opens.

    The port is ours also while nobody listens on it.
    """

    def __init__(self, reach: Callable[[], Awaitable[Streams]]) -> None:
        self._reach = reach
        self._flows = asyncio.Event()
        self._flows.set()
        self._relays = set[asyncio.Task[None]]()
        self._server: asyncio.Server | None = None
        self._is_closed = False

    async def __aenter__(self) -> Self:
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._place.bind(("127.0.0.1", 0))
        self.port: int = self._place.getsockname()[1]
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_closed = True
        self._shut()
        self._flows.set()
        self.cut()
        await asyncio.gather(*self._relays, return_exceptions=True)
        self._place.close()

    async def open(self) -> None:
        """Let everything pass."""
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(
                self._welcome, "127.0.0.1", self.port, reuse_port=True
            )

    async def suffer(self, manner: Outage, seconds: float) -> None:
        """Be away for some seconds; a cut alone is over at once."""
        if manner is Outage.REFUSED:
            self._shut()
        if manner is Outage.STALLED:
            self._flows.clear()
        else:
            self.cut()
        if manner is not Outage.CUT:
            await asyncio.sleep(seconds)
            await self.open()

    def cut(self) -> None:
        """Reset every connection."""
        for relay in self._relays:
            relay.cancel()

    def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay in a task that is ours from the first moment: it may be cut before it begins."""
        if self._is_closed:
            _abort(writer)
            return

        def end(relay: asyncio.Task[None]) -> None:
            self._relays.discard(relay)
            _abort(writer)

        relay = asyncio.create_task(self._relay(reader, writer))
        self._relays.add(relay)
        relay.add_done_callback(end)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await self._pass_on(reader, writer)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await self._reach()
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pump(reader, far_writer))
                ways.create_task(self._pump(far_reader, writer))
        except* OSError:
            pass
        finally:
            _abort(far_writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_PIECE):
            await self._flows.wait()
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


def _abort(writer: asyncio.StreamWriter) -> None:
    """Reset a connection that still stands; one that was closed on both sides stays so."""
    peer = writer.get_extra_info("socket")
    if peer.family == socket.AF_INET and peer.fileno() >= 0:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
