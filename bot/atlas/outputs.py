"""The guarded way to a finished video: from a host that is not Atlas, and learns nothing of us.

The link comes from outside and may lead where only this machine can go. So each hop is https to a
public address, and the address is judged as it is connected to: one that was looked up before may
be another by then. A link is signed and so a secret; aiohttp's errors quote it, and end here.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from typing import Final
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from bot.atlas.client import USER_AGENT
from bot.atlas.links import is_public, is_showable
from bot.errors import OutputGone, OutputRefused, OutputUnavailable

CHUNK_BYTES: Final = 64 * 1024

_PATIENCE_S: Final = 120.0
_CONNECT_TIMEOUT_S: Final = 15.0
_REDIRECTS: Final = 3
_HTTPS_PORT: Final = 443

_MOVED: Final = {301, 302, 303, 307, 308}
_GONE: Final = {401, 403, 404, 410}  # a signature that has run out is a 403
_BUSY: Final = {408, 425, 429}

_AddressInfo = tuple[int, int, int, str, tuple[str | int, ...]]
"""What `socket.getaddrinfo` returns of each address."""


class Output:
    """A video that is being fetched; `size` in bytes, None where its host does not say."""

    def __init__(
        self, response: aiohttp.ClientResponse, head: bytes, *, most_bytes: int, deadline: float
    ) -> None:
        self.size = response.content_length
        self._body = response.content
        self._head = head
        self._most_bytes = most_bytes
        self._deadline = deadline

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Yield the bytes once, in pieces of at most CHUNK_BYTES.

        Raises OutputRefused when there are too many, and OutputUnavailable when they stop early.
        """
        chunk, count = self._head, 0
        while chunk:
            count += len(chunk)
            if count > self._most_bytes:
                raise OutputRefused("too large")
            yield chunk
            async with _translated(self._deadline):
                chunk = await self._body.read(CHUNK_BYTES)


class Outputs:
    """Fetches outputs, each over connections of its own, so that nothing is kept to be closed.

    `allow_private` admits plain http and every address: for the sandbox and tests only.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        patience_s: float = _PATIENCE_S,
        connector: Callable[..., aiohttp.TCPConnector] = aiohttp.TCPConnector,
    ) -> None:
        self._allow_private = allow_private
        self._patience_s = patience_s
        self._connector = connector

    @asynccontextmanager
    async def open(self, link: str, *, most_bytes: int) -> AsyncGenerator[Output]:
        """Open an MP4 of at most `most_bytes`; its last byte is read in time or not at all.

        Raises OutputRefused, OutputGone or OutputUnavailable.
        """
        deadline = asyncio.get_running_loop().time() + self._patience_s
        async with self._session() as session:
            async with _translated(deadline):
                response = await self._follow(session, link)
            with closing(response):
                async with _translated(deadline):
                    head = await _head(response, most_bytes=most_bytes)
                yield Output(response, head, most_bytes=most_bytes, deadline=deadline)

    async def document(self, link: str, *, most_bytes: int) -> bytes:
        """Return a small document whole. Raises OutputRefused, OutputGone or OutputUnavailable."""
        deadline = asyncio.get_running_loop().time() + self._patience_s
        async with self._session() as session:
            async with _translated(deadline):
                response = await self._follow(session, link)
            with closing(response):
                async with _translated(deadline):
                    _check(response, most_bytes=most_bytes)
                    head = await response.content.read(CHUNK_BYTES)
                output = Output(response, head, most_bytes=most_bytes, deadline=deadline)
                return b"".join([chunk async for chunk in output.chunks()])

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._connector(
                socket_factory=self._socket, use_dns_cache=False, force_close=True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT_S),
            trust_env=False,
        )

    async def _follow(self, session: aiohttp.ClientSession, link: str) -> aiohttp.ClientResponse:
        for _ in range(1 + _REDIRECTS):
            if not self._may_ask(link):
                raise OutputRefused("not a public https link")
            response = await session.get(URL(link, encoded=True), allow_redirects=False)
            if response.status not in _MOVED:
                return response
            response.close()
            link = urljoin(link, response.headers.get("Location", ""))
        raise OutputRefused("too many redirects")

    def _may_ask(self, link: str) -> bool:
        if not is_showable(link, allow_private=self._allow_private):
            return False
        return self._allow_private or URL(link, encoded=True).port == _HTTPS_PORT

    def _socket(self, info: _AddressInfo) -> socket.socket:
        """Make the socket for the address that is connected to, if that is allowed.

        aiohttp asks for every connection, whether a name or an address led there.
        """
        family, kind, protocol, _, address = info
        if not self._allow_private and not is_public(str(address[0])):
            raise _NotPublic
        return socket.socket(family, kind, protocol)


class _NotPublic(OSError):
    """An OSError, because only that comes through aiohttp's race of addresses."""


async def _head(response: aiohttp.ClientResponse, *, most_bytes: int) -> bytes:
    """Return the first bytes of an MP4.

    They alone tell what it is: the hosts call everything `application/octet-stream`.
    """
    _check(response, most_bytes=most_bytes)
    try:
        head = await response.content.readexactly(8)
    except asyncio.IncompleteReadError:
        raise OutputRefused("not a video") from None
    if head[4:] != b"ftyp":
        raise OutputRefused("not a video")
    return head


def _check(response: aiohttp.ClientResponse, *, most_bytes: int) -> None:
    """Raise what an answer means that brings nothing, or too much."""
    if response.status in _GONE:
        raise OutputGone(f"HTTP {response.status}")
    if response.status in _BUSY or response.status >= 500:
        raise OutputUnavailable(f"HTTP {response.status}")
    if response.status != 200:
        raise OutputRefused(f"HTTP {response.status}")
    if (response.content_length or 0) > most_bytes:
        raise OutputRefused("too large")


@asynccontextmanager
async def _translated(deadline: float) -> AsyncGenerator[None]:
    """End in time, and say by the error what to do next, without a cause that quotes the link."""
    try:
        async with asyncio.timeout_at(deadline):
            await asyncio.sleep(0)  # what lies in a buffer is read without a look at the clock
            yield
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        if isinstance(error.__cause__, _NotPublic):
            raise OutputRefused("not a public address") from None
        raise OutputUnavailable(type(error).__name__) from None
    except ValueError:
        raise OutputRefused("not a link") from None
