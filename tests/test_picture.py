"""An upload becomes a first frame that Atlas takes, or a sentence that says why not."""

import asyncio
import random
import struct
import warnings
import zlib
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngInfo
from pillow_heif import from_pillow

from bot.errors import UserError
from bot.language import ENGLISH
from bot.picture import Darkroom, Picture, PictureRefused, check

RED = (200, 30, 30)
GREEN = (20, 200, 20)
FORMS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIC")
TOO_SMALL = "too small: each side must be over 300 px, so take a larger one and try again."
ORIENTATION = 0x0112
GPS = 0x8825
# Pillow grumbles about odd files; the darkroom silences it for a whole process.
pytestmark = pytest.mark.filterwarnings(r"ignore:::PIL\.")


def drawn(size: tuple[int, int] = (400, 320), mode: str = "RGB", colour: Any = RED) -> Image.Image:
    return Image.new(mode, size, colour)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


@cache
def heic() -> bytes:
    buffer = BytesIO()
    from_pillow(drawn()).save(buffer, quality=50)  # pyright: ignore[reportUnknownMemberType]: untyped
    return buffer.getvalue()


@cache
def uploads() -> dict[str, bytes]:
    """One small upload of every format we read."""
    return {form: heic() if form == "HEIC" else saved(drawn(), form) for form in FORMS}


def shown(frame: Picture) -> ImageFile:
    image = Image.open(BytesIO(frame.content), formats=["JPEG", "PNG"])
    image.load()
    assert image.size == (frame.width, frame.height)
    assert Image.MIME[image.format or ""] == frame.media_type
    return image


def near(colour: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(one - two) <= 6 for one, two in zip(colour, other, strict=True))


def refusal(upload: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        check(upload)
    return ENGLISH.say(refused.value.sentence)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(bytes(1000))),
            chunk(b"IEND", b""),
        )
    )


@pytest.mark.parametrize("form", FORMS)
def test_what_pillow_reads_becomes_jpeg_and_png_stays_png(form: str) -> None:
    frame = check(uploads()[form])

    image = shown(frame)
    assert (frame.width, frame.height) == (400, 320)
    assert frame.media_type == ("image/png" if form == "PNG" else "image/jpeg")
    assert frame.filename == ("first-frame.png" if form == "PNG" else "first-frame.jpg")
    assert image.mode == "RGB"
    assert near(image.getpixel((200, 160)), RED)


def test_a_png_loses_no_pixel() -> None:
    noise = Image.frombytes("RGB", (400, 320), random.Random(1).randbytes(400 * 320 * 3))

    assert shown(check(saved(noise, "PNG"))).tobytes() == noise.tobytes()


def test_a_result_is_checked_again_without_complaint() -> None:
    once = check(uploads()["WEBP"])

    assert (check(once.content).width, check(once.content).height) == (400, 320)


def test_the_content_stays_out_of_repr() -> None:
    frame = Picture(b"pixels", "image/png", 400, 320)

    assert repr(frame) == "Picture(media_type='image/png', width=400, height=320)"


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (
            (300, 900),
            "300 × 900 is too tall: the limit is 5:2, so crop it and try again.",
        ),
        (
            (900, 300),
            "900 × 300 is too wide: the limit is 5:2, so crop it and try again.",
        ),
        (
            (300, 400),
            f"300 × 400 is {TOO_SMALL}",
        ),
        (
            (1, 1),
            f"1 × 1 is {TOO_SMALL}",
        ),
    ],
)
def test_a_refusal_names_the_rule_the_figures_and_the_way_out(
    size: tuple[int, int], sentence: str
) -> None:
    assert refusal(saved(drawn(size), "PNG")) == sentence


def test_a_refusal_may_be_shown_to_a_member() -> None:
    assert issubclass(PictureRefused, UserError)


def test_a_side_of_301_passes_and_one_of_300_does_not() -> None:
    assert check(saved(drawn((301, 301)), "PNG")).width == 301
    assert "too small" in refusal(saved(drawn((301, 300)), "PNG"))


@given(short=st.integers(151, 350).map(lambda half: 2 * half))
@settings(max_examples=8, deadline=None)
def test_five_to_two_is_refused_and_one_pixel_less_passes(short: int) -> None:
    long = short * 5 // 2

    assert "too wide" in refusal(saved(drawn((long, short)), "BMP"))
    assert "too tall" in refusal(saved(drawn((short, long)), "BMP"))
    assert check(saved(drawn((long - 1, short)), "BMP")).width == long - 1
    assert check(saved(drawn((short, long - 1)), "BMP")).height == long - 1


@pytest.mark.parametrize(
    ("taken", "sent"), [((6000, 4000), (3000, 2000)), ((4000, 3000), (4000, 3000))]
)
def test_a_photo_of_more_pixels_than_any_video_needs_is_halved(
    taken: tuple[int, int], sent: tuple[int, int]
) -> None:
    frame = check(saved(drawn(taken), "JPEG"))

    assert (frame.width, frame.height) == sent


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_stands_upright_before_it_is_judged(form: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    lying = drawn((640, 400))
    lying.paste(GREEN, (0, 0, 320, 400))

    image = shown(check(saved(lying, form, exif=exif)))

    assert image.size == (400, 640)
    assert near(image.getpixel((200, 40)), GREEN)
    assert near(image.getpixel((200, 600)), RED)
    assert "340 × 900 is too tall" in refusal(saved(drawn((900, 340)), form, exif=exif))


def test_no_metadata_survives() -> None:
    exif = Image.Exif()
    exif[0x010E] = "who took this"
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 0.0)}
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]: a C type
    text = PngInfo()
    text.add_text("Comment", "who took this")
    more: dict[str, Any] = {"exif": exif, "icc_profile": srgb}
    jpeg = saved(drawn(), "JPEG", comment=b"who took this", xmp=b"<who took this>", **more)
    png = saved(drawn(), "PNG", pnginfo=text, **more)
    webp = saved(drawn(), "WEBP", xmp=b"<who took this>", **more)

    frames = [check(upload) for upload in (jpeg, png, webp)]

    for frame in frames:
        image = shown(frame)
        assert b"who took this" not in frame.content
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_bytes_behind_the_picture_are_dropped() -> None:
    for upload in uploads().values():
        assert b"<script>" not in check(upload + b"<script>" * 9).content


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 90, (90, 90, 90)),
        ("LA", (90, 0), (255, 255, 255)),
        ("P", 0, (0, 0, 0)),
        ("RGBA", (*RED, 255), RED),
        ("RGBA", (*RED, 0), (255, 255, 255)),
        ("I;16", 0x8000, (128, 128, 128)),
    ],
)
def test_every_mode_becomes_rgb_on_white(
    mode: str, colour: Any, expected: tuple[int, int, int]
) -> None:
    image = shown(check(saved(drawn(mode=mode, colour=colour), "PNG")))

    assert image.mode == "RGB"
    assert near(image.getpixel((9, 9)), expected)


def test_a_see_through_palette_becomes_white() -> None:
    for upload in (
        saved(drawn(mode="P", colour=0), "PNG", transparency=0),
        saved(drawn(mode="P", colour=0), "GIF", transparency=0),
    ):
        assert near(shown(check(upload)).getpixel((9, 9)), (255, 255, 255))


@pytest.mark.parametrize(
    ("mode", "colour", "form"),
    [("CMYK", (0, 255, 255, 0), "JPEG"), ("CMYK", (0, 255, 255, 0), "TIFF")],
)
def test_printers_colours_become_red(mode: str, colour: Any, form: str) -> None:
    image = shown(check(saved(drawn(mode=mode, colour=colour), form)))

    assert near(image.getpixel((9, 9)), (254, 0, 0))


@pytest.mark.parametrize("order", ["I;16", "I;16B"])
def test_deep_grey_keeps_its_brightness(order: str) -> None:
    image = shown(check(saved(drawn(mode=order, colour=0x8000), "TIFF")))

    assert near(image.getpixel((9, 9)), (128, 128, 128))


def test_a_colour_profile_that_fits_nothing_is_ignored() -> None:
    for profile in (b"no profile", b"\0" * 200):
        assert near(shown(check(saved(drawn(), "PNG", icc_profile=profile))).getpixel((9, 9)), RED)


def test_floating_point_pixels_are_refused() -> None:
    assert "save it anew" in refusal(saved(drawn(mode="F", colour=0.5), "TIFF"))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_of_many_frames_is_taken(form: str) -> None:
    more = [drawn(colour=GREEN), drawn(colour=(20, 20, 200))]

    upload = saved(drawn(), form, save_all=True, append_images=more)

    assert near(shown(check(upload)).getpixel((200, 160)), RED)


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='400' height='400'/>",
        b"%PDF-1.7\n1 0 obj",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 400 400\n",
        b"GIF89",
        b"P6 400 400 255\n" + bytes(480_000),
    ],
)
def test_what_is_no_picture_is_refused_kindly(upload: bytes) -> None:
    assert "as JPEG or PNG" in refusal(upload) or "attach a JPEG or PNG" in refusal(upload)


@pytest.mark.parametrize("form", ["EPS", "AVIF"])
def test_a_format_with_a_dangerous_decoder_reaches_none(form: str) -> None:
    upload = saved(drawn(), form)

    assert refusal(upload) == (
        "I cannot read this file as a picture: attach a JPEG or PNG and try again."
    )


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_000, 10_000), (6_000, 5_000)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        sentence = refusal(png_claiming(*size))

    assert sentence == (
        f"{size[0]} × {size[1]} is too large: "
        "the limit is 25 megapixels, so shrink it and try again."
    )


def test_a_heic_that_lies_about_its_size_is_refused() -> None:
    lie = heic().replace(struct.pack(">II", 400, 320), struct.pack(">II", 310, 310))

    assert lie != heic()
    assert "save it anew" in refusal(lie)


def test_a_tiff_of_giant_tiles_reaches_no_decoder() -> None:
    grey = [(256, 400), (257, 400), (258, 8), (259, 8), (262, 1), (277, 1)]
    tags = [*grey, (322, 32_000), (323, 32_000), (324, 134), (325, 1000)]
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    head = struct.pack("<4sIH", b"II*\0", 8, len(tags))

    with pytest.raises(PictureRefused) as refused:
        check(head + directory + bytes(4) + zlib.compress(bytes(10**6)))

    assert refused.value.__cause__ is None


def test_a_jpeg_of_endless_scans_is_refused_unread() -> None:
    head, *scans = saved(drawn(), "JPEG", progressive=True).split(b"\xff\xda")
    upload = b"\xff\xda".join([head, *scans[:-1] * 300, scans[-1]])

    assert "save it anew" in refusal(upload)


def test_a_jpeg_of_endless_markers_is_refused_unread() -> None:
    jpeg = uploads()["JPEG"]

    for idle in (b"\xff" * 3_000_000, b"\xff\xfe\0\2" * 3_000_000):
        upload = jpeg[:2] + idle + jpeg[2:]

        with pytest.raises(PictureRefused) as refused:
            check(upload)

        assert refused.value.__cause__ is None


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tag", [273, 324])
def test_a_tiff_of_endless_strips_is_refused_unread(order: str, tag: int) -> None:
    magic = b"II*\0" if order == "<" else b"MM\0*"
    directory = struct.pack(order + "IHHHII", 8, 1, tag, 4, 4_000_000, 0)

    with pytest.raises(PictureRefused) as refused:
        check(magic + directory + bytes(4 + 16_000_000))

    assert refused.value.__cause__ is None


def test_a_tiff_of_one_strip_a_row_is_read() -> None:
    upload = saved(drawn((400, 900), "L", 90), "TIFF", tiffinfo={278: 1}, compression="tiff_lzw")

    assert near(shown(check(upload)).getpixel((9, 899)), (90, 90, 90))


def test_an_upload_over_20_mb_is_refused() -> None:
    upload = uploads()["PNG"].ljust(20_000_001, b"\0")

    assert "the limit is 20 MB" in refusal(upload)
    assert check(upload[:-1]).width == 400


def test_a_result_over_the_limit_becomes_a_smaller_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.frombytes("RGB", (400, 320), random.Random(1).randbytes(400 * 320 * 3))
    upload = saved(noise, "JPEG", quality=80)
    monkeypatch.setattr("bot.picture._check.LARGEST_UPLOAD", len(upload))

    assert len(check(upload).content) <= len(upload)

    monkeypatch.setattr("bot.picture._check.LARGEST_UPLOAD", 30_000)
    small = saved(noise, "JPEG", quality=5)
    assert len(small) <= 30_000
    assert check(small).media_type == "image/jpeg"


@pytest.mark.parametrize("form", FORMS)
@given(part=st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_an_upload_cut_anywhere_is_a_picture_or_a_refusal(form: str, part: float) -> None:
    upload = uploads()[form]

    expect_picture_or_refusal(upload[: int(part * len(upload))])


@pytest.mark.parametrize("form", FORMS)
@given(at=st.floats(0, 0.999), value=st.binary(min_size=1, max_size=8))
@settings(max_examples=15, deadline=None)
def test_an_upload_damaged_anywhere_is_a_picture_or_a_refusal(
    form: str, at: float, value: bytes
) -> None:
    upload = bytearray(uploads()[form])
    place = int(at * min(len(upload), 600))
    upload[place : place + len(value)] = value

    expect_picture_or_refusal(bytes(upload))


@given(
    magic=st.sampled_from(
        [b"", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x18ftypheic"]
    ),
    noise=st.binary(max_size=400),
)
@example(magic=b"RIFF\0\0\0\0WEBP", noise=b"")
@settings(max_examples=80, deadline=None)
def test_random_bytes_are_a_picture_or_a_refusal(magic: bytes, noise: bytes) -> None:
    expect_picture_or_refusal(magic + noise)


def expect_picture_or_refusal(upload: bytes) -> None:
    with suppress(PictureRefused):
        frame = check(upload)
        assert min(frame.width, frame.height) > 300


async def test_the_darkroom_checks_many_and_refuses_as_check_does() -> None:
    darkroom = Darkroom()

    frames = await asyncio.gather(*map(darkroom.check, uploads().values()))
    with pytest.raises(PictureRefused):
        await darkroom.check(b"hello")
    darkroom.close()

    assert frames == [check(upload) for upload in uploads().values()]


async def test_a_closed_darkroom_takes_no_more() -> None:
    darkroom = Darkroom()
    darkroom.close()

    with pytest.raises(RuntimeError):
        await darkroom.check(uploads()["PNG"])
