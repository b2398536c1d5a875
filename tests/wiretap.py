"""A wire that remembers all bytes that were sent along it to a server."""

import asyncio
from contextlib import suppress
from typing import Self

import yarl


class Wiretap:
    """Stands before the server of a URL on loopback: who asks `base` asks it, and is `heard`."""

    base: str

    def __init__(self, url: str) -> None:
        self.heard = bytearray()
        self._url = yarl.URL(url)
        self._calls = set[asyncio.Task[None]]()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.base = str(self._url.with_port(self._server.sockets[0].getsockname()[1]))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await self._server.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(self._call(reader, writer), name="wiretap")
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, server = await asyncio.open_connection(self._url.host, self._url.port)
            await asyncio.gather(
                _carry(reader, server, self.heard), _carry(answers, writer, bytearray())
            )
        finally:
            writer.close()


async def _carry(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, memory: bytearray
) -> None:
    try:
        with suppress(ConnectionError):
            while piece := await source.read(65536):
                memory += piece
                target.write(piece)
                await target.drain()
    finally:
        target.close()
