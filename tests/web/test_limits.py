"""The server bears large, slow, broken and many requests, and stops soon."""

import asyncio
import logging
import time
from contextlib import suppress

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.atlas.client import AtlasClient
from bot.web import Web, Webhook
from sandbox.atlas import SimulatedAtlas
from tests.web.outside import ATTEMPT, BODY, ID, PATH, SOON_S, Bell, Outside

BODY_LIMIT = 64 * 1024


async def test_a_body_of_64_kib_is_read(outside: Outside, bell: Bell) -> None:
    body = BODY + b" " * (BODY_LIMIT - len(BODY))

    assert await outside.status(outside.signed(body), body) == 200
    assert bell.rung == [(ATTEMPT, ID)]


async def test_a_larger_body_is_refused_before_it_came(outside: Outside, bell: Bell) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: {BODY_LIMIT + 1}\r\n\r\n"

    reader, writer = await outside.connect(head.encode())
    async with asyncio.timeout(SOON_S):
        line = await reader.readline()
    writer.close()

    assert line.startswith(b"HTTP/1.1 413 ")
    assert bell.rung == []


async def test_a_body_without_end_is_refused_and_cut_off(outside: Outside, bell: Bell) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    reader, writer = await outside.connect(head.encode())

    async def pour() -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"400\r\n" + bytes(1024) + b"\r\n")
                await writer.drain()

    async with asyncio.timeout(SOON_S):
        line, _ = await asyncio.gather(reader.readline(), pour())
    writer.close()

    assert line.startswith(b"HTTP/1.1 413 ")
    assert bell.rung == []


async def test_a_body_that_does_not_come_is_not_waited_for(outside: Outside) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"

    reader, writer = await outside.connect(head.encode())
    async with asyncio.timeout(SOON_S):
        text = await reader.read()
    writer.close()

    assert text.startswith(b"HTTP/1.1 408 ")


async def test_who_goes_away_in_the_middle_is_not_worth_a_warning(
    outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
    reader, writer = await outside.connect(f"{head}Content-Length: 5\r\n\r\nab".encode())
    await reader.readline()
    writer.transport.abort()

    assert await outside.status(outside.signed()) == 200
    assert [it.getMessage() for it in caplog.records if it.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("body_within_s", [3.0])
async def test_a_crowd_of_slow_bodies_is_turned_away(outside: Outside) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n".encode()
    crowd = await asyncio.gather(*(outside.connect(head) for _ in range(120)))

    async with asyncio.timeout(SOON_S):
        lines = [await reader.readline() for reader, _ in crowd]
    for _, writer in crowd:
        writer.close()

    statuses = [int(line.split()[1]) for line in lines]
    assert (statuses.count(408), statuses.count(503)) == (100, 20)
    assert await outside.status(outside.signed()) == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", PATH, 405),
        ("HEAD", PATH, 405),
        ("PUT", PATH, 405),
        ("OPTIONS", PATH, 405),
        ("GET", "/", 404),
        ("POST", "/atlas/webhook/", 404),
        ("POST", "/ATLAS/WEBHOOK", 404),
        ("POST", PATH, 401),
    ],
)
async def test_nothing_else_is_served_and_no_version_is_told(
    outside: Outside, session: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with session.request(method, outside.origin + path) as answer:
        text = await answer.text()

    assert answer.status == status
    assert "Server" not in answer.headers
    assert "aiohttp" not in text


async def test_neither_body_nor_attempt_is_logged(
    outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    await outside.status(outside.signed())
    await outside.status({})
    await outside.status(outside.signed(b"{"), b"{")

    assert f"webhook prediction={ID} ours=True" in caplog.text
    assert "webhook refused reason=unsigned" in caplog.text
    assert ATTEMPT not in caplog.text
    assert "a.example" not in caplog.text


async def test_the_server_stops_soon_whoever_is_connected(client: AtlasClient, bell: Bell) -> None:
    server = Web(Webhook(keys=client.webhook_keys, ring=bell), port=0)
    await server.start()
    half = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab".encode()
    opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(3)]
    opened[1][1].write(half)
    opened[2][1].write(half[:9])
    await asyncio.sleep(0.05)

    began = time.perf_counter()
    await server.close()
    took_s = time.perf_counter() - began

    async with asyncio.timeout(SOON_S):
        await asyncio.gather(*(reader.read() for reader, _ in opened))
    for _, writer in opened:
        writer.close()
    assert took_s < 2


async def test_the_server_stops_soon_while_a_bell_hangs(
    client: AtlasClient, bell: Bell, atlas: SimulatedAtlas, session: aiohttp.ClientSession
) -> None:
    server = Web(Webhook(keys=client.webhook_keys, ring=bell), port=0)
    await server.start()
    bell.hangs = True
    outside = Outside(session, server, atlas)
    knock = asyncio.create_task(outside.status(outside.signed()))
    await bell.pulled.wait()

    began = time.perf_counter()
    await server.close()
    took_s = time.perf_counter() - began

    assert isinstance((await asyncio.gather(knock, return_exceptions=True))[0], aiohttp.ClientError)
    assert took_s < 2


text = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=90)
names = st.sampled_from(["Timestamp", "Key-Id", "Signature-Ed25519", "Signature", "Id", "Event"])
paths = st.sampled_from([PATH, "/atlas/webhook"]) | text.map("/atlas/webhook?attempt={}".format)
head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\n".encode()
on_a_live_server = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@on_a_live_server
@given(
    headers=st.dictionaries(names.map("X-AtlasCloud-Webhook-{}".format), text),
    body=st.binary(max_size=300),
    path=paths,
)
async def test_whatever_request_comes_is_refused(
    outside: Outside,
    bell: Bell,
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
    body: bytes,
    path: str,
) -> None:
    assert await outside.status(headers, body, path=path) in {401, 404}
    assert bell.rung == []
    assert "web request failed" not in caplog.text


@on_a_live_server
@given(content=st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: head + tail))
async def test_whatever_bytes_come_the_server_lives_and_stays_calm(
    outside: Outside, bell: Bell, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    reader, writer = await outside.connect(content)
    writer.write_eof()
    async with asyncio.timeout(SOON_S):
        await reader.read()
    writer.close()

    assert await outside.status({}) == 401
    assert bell.rung == []
    assert [it for it in caplog.records if it.levelno >= logging.WARNING] == []
