"""Whatever a member attaches becomes a picture that keeps Atlas's rules, or a way out."""

import asyncio
import io
import random
import re
import struct
import sys
import time
from collections.abc import Iterator
from math import isqrt
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from bot.language import ENGLISH
from bot.picture import Darkroom, Picture, PictureRefused
from tests.fuzz.pictures import FORMS, chunk, damaged, exif_of, good, png, saved, tiff, zeros

WAY_OUT: Final = re.compile(r"\b(save|shrink|crop|take|attach|make) .*(again|smaller)\.$")
SOON_S: Final = 20.0  # of the processor's time; the slowest takes 5 here
MOST_MEMORY_MB: Final = 700
WEIGH: Final = """
import asyncio, pathlib, sys, time
from bot.language import ENGLISH
from bot.picture import Darkroom
from tests.fuzz.test_pictures import developed

async def main():
    darkroom = Darkroom()
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        upload, began = path.read_bytes(), time.process_time()
        await developed(darkroom, upload)
        print(path.name, time.process_time() - began, peak_mb(), sep="\\t")
    darkroom.close()

def peak_mb():  # getrusage would count the parent, too
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 // 10**6

asyncio.run(main())
"""
# Pillow grumbles about odd files; the darkroom silences it for a whole process.
pytestmark = pytest.mark.filterwarnings(r"ignore:::PIL\.")


@pytest.fixture
def darkroom() -> Iterator[Darkroom]:
    darkroom = Darkroom()
    yield darkroom
    darkroom.close()


async def developed(darkroom: Darkroom, upload: bytes) -> Picture | str:
    """Return the first frame, after a look at it, or the sentence of a refusal."""
    try:
        frame = await darkroom.check(upload)
    except PictureRefused as refused:
        said = ENGLISH.say(refused.sentence)
        assert WAY_OUT.search(said)  # both ends are right, each in its way
        return said
    check(frame)
    return frame


def check(frame: Picture) -> None:
    """Hold a first frame against the rules of Atlas, with a decoder of its own."""
    with Image.open(io.BytesIO(frame.content), formats=["JPEG", "PNG"]) as image:
        image.load()
        assert Image.MIME[image.format or ""] == frame.media_type
        assert image.size == (frame.width, frame.height)
        assert image.mode == "RGB"
        assert not image.getexif()
        assert 2 * frame.height < 5 * frame.width
        assert 2 * frame.width < 5 * frame.height
        assert min(image.size) > 300
    assert len(frame.content) <= 20_000_000


@pytest.mark.parametrize("form", FORMS)
async def test_100_damaged_uploads_are_a_picture_or_a_way_out(
    form: str, darkroom: Darkroom
) -> None:
    chance = random.Random(form)
    uploads = [good(form)]
    for _ in range(100):
        uploads.append(damaged(chance, chance.choice((good(form), uploads[-1] or good(form)))))
    began = time.process_time()

    ends = [await developed(darkroom, upload) for upload in uploads]

    assert isinstance(ends[0], Picture)
    assert time.process_time() - began < 30


def polyglots() -> dict[str, bytes]:
    """Return uploads that are one thing to us, and another to somebody else."""
    jpeg, gif = good("JPEG"), good("GIF")
    script = b"/*" + bytes(2) + b"*/=1;alert(1)//<script>alert(1)</script>"
    zipped = b"PK\x05\x06" + bytes(18)
    return {
        "jpeg and zip": jpeg + zipped,
        "jpeg in a pdf": b"%PDF-1.7\n1 0 obj\n" + jpeg,
        "jpeg with a pdf": jpeg[:2] + b"\xff\xfe\0\x0a%PDF-1.7" + jpeg[2:],
        "gif and script": gif + script,
        "gif that is script": b"GIF89a=1;//" + gif[11:],
        "gif89a of html": b"GIF89a<html><script>alert(1)</script>",
        "png and html": good("PNG") + b"<html><script>alert(1)</script>",
        "png in a jpeg": jpeg[:2] + good("PNG"),
        "bmp and script": good("BMP")[:2] + script + good("BMP")[40:],
        "tiff and jpeg": good("TIFF") + jpeg,
        "webp with a wav": b"RIFF\x24\0\0\0WAVEfmt " + good("WEBP"),
        "heic and mp4": good("HEIC") + b"\0\0\0\x08mdat",
        "a program": b"MZ" + jpeg,
        "html": b"<!doctype html><img src=x onerror=alert(1)>",
    }


@pytest.mark.parametrize("name", polyglots())
async def test_nothing_of_a_polyglot_but_its_picture_goes_on(name: str, darkroom: Darkroom) -> None:
    end = await developed(darkroom, polyglots()[name])

    content = end.content if isinstance(end, Picture) else b""
    assert not re.search(rb"script|alert|PK\x05\x06|%PDF|WAVE|mdat", content)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
async def test_no_orientation_but_the_eight_turns_a_picture(form: str, darkroom: Darkroom) -> None:
    image, turned = Image.new("RGB", (330, 310)), set[object]()

    for orientation in (*range(100), 65_535):
        exif = Image.Exif()
        exif[0x0112] = orientation
        frame = await developed(darkroom, saved(image, form, exif=exif))
        assert isinstance(frame, Picture)
        if frame.height > frame.width:
            turned.add(orientation)

    assert turned == {5, 6, 7, 8}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
async def test_every_mode_of_every_form_keeps_the_rules(
    mode: str, form: str, darkroom: Darkroom
) -> None:
    try:
        upload = saved(Image.new(mode, (330, 310)), form)
    except (OSError, ValueError):
        return  # no such file can be

    assert isinstance(await developed(darkroom, upload), Picture)


def bombs(part: int) -> dict[str, bytes]:
    """Return small or legal uploads that want much of a machine, or this part of so much."""
    side, entries = isqrt(25_000_000 // part), 1000 // part
    black, jpeg, square = Image.new("RGB", (330, 310)), good("JPEG"), (side, side)
    text = chunk(b"zTXt", b"c\0\0" + zeros(10**6))
    profile = chunk(b"iCCP", b"c\0\0" + zeros(2 * 10**7 // part))
    exif = exif_of(entries, 2, 9_000_000, padding=9_000_000)
    segment = (
        b"\xff\xe1"
        + struct.pack(">H", 65_008)
        + b"Exif\0\0"
        + exif_of(5000, 2, 10**7, padding=4990)
    )
    return {
        "png of 16 bits": png(width=side, height=side, bits=16),
        "png with zeros behind": png(bomb=5 * 10**7 // part),
        "png with many texts": png(text * (10_000 // part)),
        "png with a fat profile": png(profile),
        "png with many chunks": png(chunk(b"abcd", b"") * (300_000 // part)),
        "png with fat exif": png(chunk(b"eXIf", exif)),
        "png of one column": png(width=1, height=10_000_000 // part),
        "jpeg with fat exif": jpeg[:2] + segment * (250 // part) + jpeg[2:],
        "jpeg with idle markers": jpeg[:2] + b"\xff\xfe\0\2" * (600_000 // part) + jpeg[2:],
        "jpeg of many pixels": saved(Image.new("CMYK", square), "JPEG", progressive=True),
        "webp with fat exif": saved(black, "WEBP", exif=b"Exif\0\0" + exif),
        "webp of many pixels": saved(Image.new("RGBA", square), "WEBP", lossless=True),
        "gif of many frames": saved(
            black, "GIF", save_all=True, append_images=[black] * (100 // part)
        ),
        "tiff of many pixels": saved(Image.new("RGB", square), "TIFF", compression="jpeg"),
        "tiff that lies of its strip": tiff((279, 2**32 - 1), (278, 2**32 - 1), padding=200_000),
    }


@pytest.mark.parametrize(
    "part", [pytest.param(1, marks=pytest.mark.soak, id="whole"), pytest.param(4, id="quarter")]
)
async def test_no_upload_needs_much_time_or_memory(part: int, tmp_path: Path) -> None:
    uploads = bombs(part)
    for name, upload in uploads.items():
        (tmp_path / name).write_bytes(upload)

    weighing = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WEIGH, tmp_path, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await weighing.communicate()

    figures = [line.split("\t") for line in told.decode().splitlines()]
    assert [name for name, _, _ in figures] == sorted(uploads)
    assert [name for name, took_s, _ in figures if float(took_s) > SOON_S / part] == []
    assert int(figures[-1][-1]) < MOST_MEMORY_MB
