"""Whatever comes back on the wire, even if it is no HTTP, ends in one of our errors, soon."""

import asyncio
import gzip
import random
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

import aiohttp
import pytest

from bot.atlas.client import AtlasClient
from bot.errors import AtlasError, AtlasUnavailable, SubmitUnknown
from bot.picture import Picture
from tests.stage import a_video

BODY: Final = b'{"code":200,"data":{"id":"e135","status":"processing","outputs":null}}'
GOOD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Retry-After: 7\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: %d\r\n\r\n%s"
) % (len(BODY), BODY)
FRAME: Final = Picture(b"\xff\xd8\xff", "image/jpeg", 400, 320)


def http(*headers: bytes, body: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *headers, b"", body))


@asynccontextmanager
async def answering(content: bytes) -> AsyncGenerator[str]:
    """Serve the same bytes to every request, whatever it asks for; yield the address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(content)
        writer.close()

    listener = socket.create_server(("127.0.0.1", 0))
    async with await asyncio.start_server(answer, sock=listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


def client_for(session: aiohttp.ClientSession, base_url: str) -> AtlasClient:
    return AtlasClient(session, base_url=base_url, api_key="apikey-test")


async def submit(client: AtlasClient) -> str:
    return await client.submit(a_video(model="m/v"), image=None, webhook_url=None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100_000,
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        http(b"X: " + b"x" * 100_000, body=BODY),
        http(*[b"X: x"] * 50_000, body=BODY),
        http(b"Content-Length: -1", body=BODY),
        http(b"Content-Length: 999999", body=BODY),
        http(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=BODY),
        http(b"Transfer-Encoding: chunked", body=b"FFFFFFFFFFFFFFFFF\r\n" + BODY),
        http(b"Content-Encoding: gzip", b"Content-Length: 70", body=BODY),
        http(b"Content-Encoding: gzip", body=gzip.compress(bytes(200_000_000), 1)),
        http(b"Connection: close", body=b" " * 5_000_000 + BODY),
        http(b"Set-Cookie: \xff=\0", b"Content-Length: 2", body=b"{}"),
        b"HTTP/1.1 307 Go\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=lambda content: repr(content)[2:40] + str(len(content)),
)
async def test_what_is_no_good_answer_proves_nothing(
    session: aiohttp.ClientSession, content: bytes
) -> None:
    async with answering(content) as base_url, asyncio.timeout(20):
        client = client_for(session, base_url)

        with pytest.raises(SubmitUnknown):
            await submit(client)
        with pytest.raises(AtlasUnavailable):
            await client.prediction("e135")
        with pytest.raises(AtlasUnavailable):
            await client.catalogue()
        assert (await client.lend(FRAME)).startswith("data:image/jpeg;base64,")


async def test_a_redirect_is_not_followed(session: aiohttp.ClientSession) -> None:
    async with answering(GOOD) as elsewhere:
        away = b"HTTP/1.1 307 Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % elsewhere.encode()
        async with answering(away) as base_url:
            with pytest.raises(SubmitUnknown):
                await submit(client_for(session, base_url))


async def test_500_damaged_answers_each_end_in_an_id_or_one_of_our_errors(
    session: aiohttp.ClientSession,
) -> None:
    chance = random.Random(7)
    ids = 0

    for _ in range(500):
        at = chance.randrange(len(GOOD))
        damaged = GOOD[:at] + chance.randbytes(chance.randrange(3)) + GOOD[at + 1 :]
        async with answering(damaged) as base_url, asyncio.timeout(20):
            with suppress(AtlasError):
                ids += len(await submit(client_for(session, base_url))) > 0

    assert 0 < ids < 500
