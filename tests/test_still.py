"""The last frame of a film: taken elsewhere, and of a film only."""

from io import BytesIO
from tempfile import TemporaryFile

import pytest
from PIL import Image

from bot.errors import OutputRefused
from bot.still import last_frame
from tests.stage import tiny_film


async def still(content: bytes) -> bytes:
    with TemporaryFile() as film:
        film.write(content)
        film.flush()
        return await last_frame(film)


async def test_a_frame_has_the_sides_of_its_film() -> None:
    png = await still(tiny_film("a boat", None))

    assert Image.open(BytesIO(png)).size == (160, 90)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\0\x18ftypisom" + bytes(1000), tiny_film("a boat", None)[:1500]],
    ids=["nothing", "a beginning", "a cut film"],
)
async def test_what_cannot_be_decoded_is_refused(content: bytes) -> None:
    with pytest.raises(OutputRefused):
        await still(content)
