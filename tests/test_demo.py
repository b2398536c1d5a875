"""The demo as a newcomer meets it: a process of its own, a browser, a file on disk."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import pytest
from PIL import Image

from sandbox.person import at, find_browser

_PATIENCE_S = 90.0


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "lake.png"
    Image.new("RGB", (480, 360), "teal").save(path)
    return path


async def test_a_prompt_becomes_a_film(tmp_path: Path) -> None:
    code, said = await _once("a paper boat", tmp_path)

    assert code == 0, said
    assert "A thread opens: a paper boat" in said
    assert "Ready. Here is your video." in said
    assert _frames(tmp_path / "film.mp4") > 100


async def test_a_film_has_the_shape_of_its_picture(tmp_path: Path, picture: Path) -> None:
    code, said = await _once("a paper boat", tmp_path, "--image", str(picture))

    assert code == 0, said
    assert _shape(tmp_path / "film.mp4") == pytest.approx(4 / 3, rel=0.02)


async def test_a_flagged_video_is_a_warning_and_no_file(tmp_path: Path) -> None:
    code, said = await _once("a paper boat #flagged", tmp_path)

    assert code == 1
    assert "flagged as not safe to show" in said
    assert ".mp4" not in said
    assert not (tmp_path / "film.mp4").exists()


async def test_a_missing_picture_is_one_sentence(tmp_path: Path) -> None:
    code, said = await _once("a paper boat", tmp_path, "--image", str(tmp_path / "none.png"))

    assert code == 2
    assert "there is no file" in said.splitlines()[-1]


@pytest.mark.skipif(find_browser() is None, reason="the page is tried in Chromium: install it")
async def test_a_video_plays_in_the_page(picture: Path) -> None:
    async with _demo() as url, at(url) as person:
        card = await person.ask("a paper boat [Pan left]", picture=picture)
        await card.get_by_text("Ready.", exact=True).wait_for(timeout=1000 * _PATIENCE_S)
        await person.open_thread(card)
        await person.watch()


async def _once(prompt: str, folder: Path, *options: str) -> tuple[int | None, str]:
    """Return the exit code of `--once`, and all that it printed."""
    out = ("--out", str(folder / "film.mp4"))
    process = await _start("--once", prompt, *out, *options)
    async with asyncio.timeout(_PATIENCE_S):
        said, _ = await process.communicate()
    return process.returncode, said.decode()


@asynccontextmanager
async def _demo() -> AsyncGenerator[str]:
    """Run the demo on a free port, and stop it as a terminal would."""
    process = await _start("--port", "0", "--generation", "1")
    try:
        async with asyncio.timeout(_PATIENCE_S):
            yield await _address(process)
            process.send_signal(signal.SIGTERM)
            said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        assert "Traceback" not in said.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        if line.strip().startswith(b"http://"):
            return line.strip().decode()
    pytest.fail("the demo ended before it told its address")


async def _start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


def _frames(path: Path) -> int:
    with av.open(str(path), "r") as film:
        return sum(1 for _ in film.decode(video=0))


def _shape(path: Path) -> float:
    with av.open(str(path), "r") as film:
        stream = film.streams.video[0]
        return stream.width / stream.height
