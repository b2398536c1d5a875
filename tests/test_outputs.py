"""The guarded fetch against a small internet of real connections."""

import asyncio
import gzip
import traceback
import tracemalloc
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from bot.atlas.client import AtlasClient
from bot.atlas.outputs import CHUNK_BYTES, Output, Outputs
from bot.errors import OutputGone, OutputRefused, OutputUnavailable
from bot.model import Ready
from sandbox.atlas import SimulatedAtlas
from tests.internet import (
    FILM,
    LINK,
    PAGE,
    PUBLIC,
    Answer,
    Internet,
    fetch,
    says,
    says_nothing,
    says_slowly,
)
from tests.stage import KEY, a_video, tiny_film, until

MIB = 1024 * 1024


@pytest.fixture
async def internet(tmp_path: Path) -> AsyncGenerator[Internet]:
    internet = Internet()
    async with internet.serve(tmp_path):
        yield internet


@pytest.fixture
def outputs(internet: Internet) -> Outputs:
    return Outputs(allow_private=False, patience_s=5.0, connector=internet.connector)


async def measure(output: Output, sizes: list[int], *, pause_s: float = 0.0) -> None:
    """Read like somebody who needs a while for each piece, and keep no more than its size."""
    async for chunk in output.chunks():
        sizes.append(len(chunk))
        await asyncio.sleep(pause_s)


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────


async def test_a_video_arrives_whole_with_its_size(internet: Internet, outputs: Outputs) -> None:
    internet.pages[PAGE] = says(FILM)

    async with outputs.open(LINK, most_bytes=MIB) as output:
        content = b"".join([chunk async for chunk in output.chunks()])

    assert content == FILM
    assert output.size == len(FILM)
    assert internet.reached == [PUBLIC]


async def test_a_document_arrives_whole_whatever_is_in_it(
    internet: Internet, outputs: Outputs
) -> None:
    content = b'{"no": "video"}' + b" " * 2 * CHUNK_BYTES
    internet.pages[PAGE] = says(content)

    assert await outputs.document(LINK, most_bytes=MIB) == content
    assert "Authorization" not in internet.heads[-1]


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (says(b" " * 101), OutputRefused),
        (says(status=404), OutputGone),
        (says(status=500), OutputUnavailable),
        (says(status=302, Location="https://127.0.0.1/"), OutputRefused),
    ],
)
async def test_a_document_that_is_too_large_or_not_there_is_an_error(
    internet: Internet, outputs: Outputs, page: Answer, error: type[Exception]
) -> None:
    internet.pages[PAGE] = page

    with pytest.raises(error):
        await outputs.document(LINK, most_bytes=100)


async def test_a_large_video_passes_through_in_small_pieces(
    internet: Internet, outputs: Outputs
) -> None:
    film = FILM + b"\0" * (8 * MIB)
    internet.pages[PAGE] = says(film)
    sizes = list[int]()
    tracemalloc.start()

    async with outputs.open(LINK, most_bytes=10 * MIB) as output:
        await measure(output, sizes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sum(sizes) == len(film)
    assert max(sizes) <= CHUNK_BYTES
    assert peak < 4 * MIB


async def test_nothing_of_us_is_told_also_after_a_redirect(
    internet: Internet, outputs: Outputs
) -> None:
    internet.names["far.example"] = ["1.1.1.1"]
    internet.pages[PAGE] = says(
        status=302, Location="https://far.example/film", Set_Cookie="who=you"
    )
    internet.pages["/film"] = says(status=302, Location="/again", Set_Cookie="who=me")
    internet.pages["/again"] = says(FILM)

    await fetch(outputs)

    assert internet.heads[-1].splitlines() == [
        "GET /again HTTP/1.1",
        "Host: far.example",
        "User-Agent: Firstframe/0.1 (Discord bot)",
        "Accept-Encoding: identity",
        "Accept: */*",
        "Connection: close",
        "",
    ]


async def test_a_signed_link_is_asked_for_letter_by_letter(
    internet: Internet, outputs: Outputs
) -> None:
    page = "/a%2Fb.mp4?Signature=%2b/%7E+x%3d&Expires=1"
    internet.pages[page] = says(FILM)

    assert await fetch(outputs, f"https://cdn.example{page}") == FILM


async def test_with_the_setting_the_simulated_atlas_is_reached_and_sees_no_key(
    atlas: SimulatedAtlas,
) -> None:
    async with aiohttp.ClientSession() as session:
        client = AtlasClient(
            session, base_url=atlas.base_url, api_key=KEY, allow_private_outputs=True
        )
        prediction_id = await client.submit(a_video(), image=None, webhook_url=None)
        await atlas.settled()
        ready = await client.prediction(prediction_id)
    assert isinstance(ready, Ready)

    content = await fetch(Outputs(allow_private=True), ready.links[0])

    assert content == tiny_film("a boat", None)
    assert atlas.leaks == []


async def test_the_simulated_atlas_is_not_reached_without_the_setting(
    atlas: SimulatedAtlas,
) -> None:
    with pytest.raises(OutputRefused):
        await fetch(Outputs(allow_private=False), f"{atlas.output_origin}/film.mp4")


# ── size and time ────────────────────────────────────────────────────────────────────────────────


async def test_a_video_of_exactly_the_most_bytes_is_taken(
    internet: Internet, outputs: Outputs
) -> None:
    internet.pages[PAGE] = says(FILM)

    assert await fetch(outputs, most_bytes=len(FILM)) == FILM


async def test_a_video_that_says_it_is_too_large_is_not_begun(
    internet: Internet, outputs: Outputs
) -> None:
    internet.pages[PAGE] = says(FILM)

    with pytest.raises(OutputRefused, match="too large"):
        async with outputs.open(LINK, most_bytes=len(FILM) - 1):
            raise AssertionError("it was opened")


async def test_an_endless_video_ends_at_the_bound(internet: Internet, outputs: Outputs) -> None:
    internet.pages[PAGE] = says_slowly(FILM)
    sizes = list[int]()

    async with outputs.open(LINK, most_bytes=100_000) as output:
        with pytest.raises(OutputRefused, match="too large"):
            await measure(output, sizes)

    assert output.size is None
    assert 0 < sum(sizes) <= 100_000


async def test_a_video_that_stops_early_may_be_fetched_again(
    internet: Internet, outputs: Outputs
) -> None:
    internet.pages[PAGE] = says(FILM, size=len(FILM) + 1)

    with pytest.raises(OutputUnavailable):
        await fetch(outputs)


async def test_a_video_that_is_longer_than_it_says_may_be_fetched_again(
    internet: Internet, outputs: Outputs
) -> None:
    internet.pages[PAGE] = says(FILM, size=100)

    with pytest.raises(OutputUnavailable):
        await fetch(outputs)


@pytest.mark.parametrize(
    "answer",
    [says_slowly(FILM, pause_s=0.02), says_slowly(b"\0", pause_s=0.1), says_nothing],
    ids=["drips a video", "drips the first bytes", "falls silent"],
)
async def test_a_host_that_is_too_slow_is_left_in_time(internet: Internet, answer: Answer) -> None:
    internet.pages[PAGE] = answer
    outputs = Outputs(allow_private=False, patience_s=0.3, connector=internet.connector)

    async with asyncio.timeout(5):
        with pytest.raises(OutputUnavailable, match="TimeoutError"):
            await fetch(outputs)


async def test_a_reader_who_is_too_slow_is_told_so(internet: Internet) -> None:
    internet.pages[PAGE] = says_slowly(FILM)
    outputs = Outputs(allow_private=False, patience_s=0.3, connector=internet.connector)

    async with outputs.open(LINK, most_bytes=1000 * MIB) as output:
        with pytest.raises(OutputUnavailable, match="TimeoutError"):
            await measure(output, [], pause_s=0.05)


# ── what it is ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [b"", b"\0\0\0\x20fty", b"<!doctype html><h1>Sign in</h1>", b"MZ" + b"\0" * 99, b"\0" * 99],
)
async def test_what_is_no_mp4_is_refused_whatever_its_host_calls_it(
    internet: Internet, outputs: Outputs, body: bytes
) -> None:
    internet.pages[PAGE] = says(body, Content_Type="video/mp4")

    with pytest.raises(OutputRefused, match="not a video"):
        await fetch(outputs)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_packed_answer_is_not_unpacked(
    internet: Internet, outputs: Outputs, encoding: str
) -> None:
    bomb = gzip.compress(FILM + b"\0" * (32 * MIB))
    internet.pages[PAGE] = says(bomb, Content_Encoding=encoding)
    tracemalloc.start()

    with pytest.raises(OutputRefused, match="not a video"):
        await fetch(outputs)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * MIB


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, OutputGone),
        (403, OutputGone),
        (404, OutputGone),
        (410, OutputGone),
        (408, OutputUnavailable),
        (429, OutputUnavailable),
        (500, OutputUnavailable),
        (503, OutputUnavailable),
        (524, OutputUnavailable),
        (201, OutputRefused),
        (206, OutputRefused),
        (300, OutputRefused),
        (400, OutputRefused),
        (451, OutputRefused),
    ],
)
async def test_a_status_says_what_to_do_next(
    internet: Internet, outputs: Outputs, status: int, error: type[Exception]
) -> None:
    internet.pages[PAGE] = says(FILM, status=status)

    with pytest.raises(error, match=f"HTTP {status}"):
        await fetch(outputs)


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────


async def test_a_name_that_nobody_knows_may_be_looked_up_again(outputs: Outputs) -> None:
    with pytest.raises(OutputUnavailable):
        await fetch(outputs, "https://nowhere.example/film.mp4")


async def test_a_host_without_a_right_certificate_is_told_nothing(
    internet: Internet, outputs: Outputs
) -> None:
    internet.names["other.example"] = [PUBLIC]

    with pytest.raises(OutputUnavailable, match="Certificate"):
        await fetch(outputs, "https://other.example/film.mp4")

    assert internet.heads == []


async def garbage(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")


async def cut(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@pytest.mark.parametrize("answer", [garbage, cut, says(FILM, size=5000), says(status=500)])
async def test_no_error_quotes_the_signed_link(
    internet: Internet, outputs: Outputs, answer: Answer
) -> None:
    internet.pages[PAGE] = answer

    with pytest.raises(OutputUnavailable) as caught:
        await fetch(outputs)

    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert "cdn.example" not in str(caught.value) + repr(caught.value)


async def test_an_error_of_the_reader_comes_through_as_it_is(
    internet: Internet, outputs: Outputs
) -> None:
    internet.pages[PAGE] = says(FILM)
    mine = ConnectionResetError("where the video was sent to")

    with pytest.raises(ConnectionResetError) as caught:
        async with outputs.open(LINK, most_bytes=MIB):
            raise mine

    assert caught.value is mine


async def test_a_reader_who_has_enough_leaves_no_connection(
    internet: Internet, outputs: Outputs
) -> None:
    internet.pages[PAGE] = says_slowly(FILM)

    async with outputs.open(LINK, most_bytes=MIB) as output:
        first = await anext(output.chunks())

    assert first == FILM[:8]
    await internet.quiet()


async def test_a_fetch_that_is_called_off_leaves_no_connection(
    internet: Internet, outputs: Outputs
) -> None:
    internet.pages[PAGE] = says_nothing
    fetching = asyncio.create_task(fetch(outputs))
    await until(lambda: internet.heads, "the request")

    fetching.cancel()

    with pytest.raises(asyncio.CancelledError):
        await fetching
    await internet.quiet()


async def test_fetches_run_side_by_side(internet: Internet, outputs: Outputs) -> None:
    internet.pages[PAGE] = says(FILM)

    assert await asyncio.gather(*(fetch(outputs) for _ in range(20))) == [FILM] * 20
