"""A picture that breaks a rule that can be mended comes back in every way in which it would fit."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from bot.language import ENGLISH
from bot.picture import Fit, Fitted, Picture, PictureMisfits, PictureRefused, check
from bot.picture._fit import fitting_sides
from tests.test_picture import ORIENTATION, RED, drawn, near, png_claiming, saved, shown

BLUE = (20, 20, 200)
SIDE = st.integers(1, 5_000)


def fits(upload: bytes) -> dict[Fit, Picture]:
    return {fitted.fit: fitted.picture for fitted in refused(upload)}


def refused(upload: bytes) -> tuple[Fitted, ...]:
    """Return what is offered instead, if anything."""
    with pytest.raises(PictureRefused) as refusal:
        check(upload)
    return refusal.value.fits if isinstance(refusal.value, PictureMisfits) else ()


def is_legal(width: int, height: int) -> bool:
    short, long = sorted((width, height))
    return short > 300 and 2 * long < 5 * short and width * height <= 25_000_000


@given(width=SIDE, height=SIDE)
@example(width=2_499, height=1_000)
@example(width=100, height=249)
@example(width=301, height=752)
@example(width=1, height=1)
@example(width=147, height=148)
@settings(deadline=None)
def test_sides_that_are_offered_keep_the_rules(width: int, height: int) -> None:
    for sides in fitting_sides(width, height).values():
        assert is_legal(*sides)
        assert max(sides) <= 2_048
        assert min(sides) <= max(320, width, height)


@given(short=st.integers(75, 500), long=st.integers(75, 2_500), is_tall=st.booleans())
@settings(max_examples=15, deadline=None)
def test_every_fit_that_is_offered_passes_the_check(short: int, long: int, is_tall: bool) -> None:
    sides = (short, long) if is_tall else (long, short)
    upload = saved(drawn(sides), "BMP")
    if is_legal(*sides):
        assert check(upload).width == sides[0]
    elif offered := fitting_sides(*sides):
        made = fits(upload)
        assert {fit: (p.width, p.height) for fit, p in made.items()} == offered
        for picture in made.values():
            again = check(picture.content)
            assert (again.width, again.height) == (picture.width, picture.height)
    else:
        assert not refused(upload)


def test_a_crop_keeps_the_middle_and_a_pad_keeps_all() -> None:
    striped = drawn((1500, 400), colour=BLUE)
    ImageDraw.Draw(striped).rectangle((0, 0, 100, 400), fill="white")

    made = fits(saved(striped, "PNG"))

    assert list(made) == [Fit.CROP, Fit.PAD]
    crop, pad = shown(made[Fit.CROP]), shown(made[Fit.PAD])
    assert (crop.size, pad.size) == ((960, 400), (1500, 625))
    assert crop.getcolors() == [(960 * 400, BLUE)]
    assert near(pad.getpixel((50, 312)), (255, 255, 255))
    assert near(pad.getpixel((750, 10)), BLUE)


def test_a_small_picture_is_scaled_up_fourfold_at_most() -> None:
    made = fits(saved(drawn((100, 80)), "PNG"))

    assert {fit: (p.width, p.height) for fit, p in made.items()} == {Fit.ENLARGE: (400, 320)}
    assert refused(saved(drawn((100, 79)), "PNG")) == ()


@pytest.mark.parametrize("sides", [(10, 10), (5_000, 100), (4_001, 400)])
def test_what_is_too_small_or_too_long_is_only_refused(sides: tuple[int, int]) -> None:
    assert refused(saved(drawn(sides), "PNG")) == ()


def test_a_fit_of_a_png_stays_png_while_it_is_light() -> None:
    light, noise = drawn((1_500, 400)), random.Random(1).randbytes(2_000 * 700 * 3)
    heavy = Image.frombytes("RGB", (2_000, 700), noise)

    assert fits(saved(light, "PNG"))[Fit.CROP].media_type == "image/png"
    assert fits(saved(heavy, "PNG"))[Fit.PAD].media_type == "image/jpeg"


def test_a_photo_of_48_megapixels_is_offered_smaller() -> None:
    with pytest.raises(PictureMisfits, match="is too large") as misfit:
        check(saved(drawn((8_000, 6_000)), "JPEG"))

    assert ENGLISH.say(misfit.value.sentence).startswith("8000 × 6000")
    (shrunk,) = misfit.value.fits
    assert (shrunk.fit, shrunk.picture.width, shrunk.picture.height) == (Fit.SHRINK, 2_048, 1_536)
    assert near(shown(shrunk.picture).getpixel((9, 9)), RED)


def test_more_pixels_than_can_be_decoded_in_part_are_only_refused() -> None:
    many = drawn((5_001, 5_000))

    assert refused(saved(many, "JPEG", progressive=True)) == ()
    assert refused(saved(many, "GIF")) == ()
    assert refused(png_claiming(8_000, 6_000)) == ()


def test_an_upload_of_25_mb_is_offered_smaller_and_one_of_41_is_not() -> None:
    png, gif = saved(drawn(), "PNG"), saved(drawn(), "GIF")

    assert list(fits(png.ljust(25_000_000, b"\0"))) == [Fit.SHRINK]
    assert refused(png.ljust(41_000_000, b"\0")) == ()
    assert refused(gif.ljust(25_000_000, b"\0")) == ()


def test_a_preview_is_named_by_what_was_done() -> None:
    upload = saved(drawn((1_500, 400)), "BMP")

    assert [fitted.filename for fitted in refused(upload)] == ["crop.jpg", "pad.jpg"]


def test_a_picture_stands_upright_before_it_is_made_to_fit() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6

    crop = fits(saved(drawn((1_500, 400)), "JPEG", exif=exif))[Fit.CROP]

    assert (crop.width, crop.height) == (400, 960)
