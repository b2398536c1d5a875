"""A film is a real MP4, and its camera moves are really made."""

from io import BytesIO
from typing import cast

import av
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from bot.camera import Move, moves_in
from sandbox.film import render
from sandbox.film._way import Way


def frames_of(film: bytes) -> list[Image.Image]:
    """Decode a film."""
    with av.open(BytesIO(film), "r") as container:
        return [
            cast(Image.Image, frame.to_image())  # pyright: ignore[reportUnknownMemberType]  # untyped
            for frame in container.decode(video=0)
        ]


def small(prompt: str, picture: bytes | None = None) -> list[Image.Image]:
    """Render and decode a short, small film."""
    return frames_of(render(prompt, picture, seconds=0.4, longest=320))


def change(one: Image.Image, other: Image.Image) -> float:
    """Return how much two frames differ, from 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def bar_at(frame: Image.Image) -> tuple[float, float]:
    """Return the middle and the width of the dark bar, as shares of the frame's width."""
    row = frame.convert("L").crop((0, frame.height // 2, frame.width, frame.height // 2 + 1))
    dark = [x for x, light in enumerate(row.tobytes()) if light < 128]
    return (dark[0] + dark[-1]) / 2 / frame.width, len(dark) / frame.width


@pytest.fixture(scope="module")
def picture() -> bytes:
    """A dark, upright bar in the middle of a light square."""
    image = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(image).rectangle((180, 0, 220, 400), fill="navy")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_film_is_h264_at_25_frames_a_second_in_720p() -> None:
    film = render("A boat at dusk", seconds=0.12)

    with av.open(BytesIO(film), "r") as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
        assert (codec.width, codec.height) == (1280, 720)
        assert (stream.average_rate, stream.frames) == (25, 3)


def test_a_film_begins_with_its_type_and_its_index() -> None:
    film = render("A boat", seconds=0.12, longest=320)

    assert film[4:8] == b"ftyp"
    assert film.index(b"moov") < film.index(b"mdat")


def test_six_seconds_are_150_frames() -> None:
    assert len(frames_of(render("A boat", longest=64))) == 150


def test_the_same_prompt_is_the_same_film() -> None:
    first, second = (small("A boat")[0] for _ in range(2))

    assert change(first, second) == 0


def test_another_prompt_is_another_film() -> None:
    assert change(small("A boat at noon")[0], small("A boat at night")[0]) > 10


@pytest.mark.parametrize("prompt", ["", "[Static shot]", "Лодка на закате", "#slow"])
def test_any_prompt_can_be_filmed(prompt: str) -> None:
    assert len(small(prompt)) == 10


def test_a_scene_moves_even_in_a_static_shot() -> None:
    frames = small("A boat [Static shot]")

    assert change(frames[0], frames[-1]) > 0.3


@pytest.mark.parametrize(
    ("sides", "size"),
    [((400, 400), (320, 320)), ((600, 350), (320, 186)), ((301, 701), (138, 320))],
)
def test_a_picture_gives_its_shape_with_even_sides(
    sides: tuple[int, int], size: tuple[int, int]
) -> None:
    out = BytesIO()
    Image.new("RGB", sides, "teal").save(out, "JPEG")

    assert small("A boat", out.getvalue())[0].size == size


def test_a_picture_that_cannot_be_read_raises() -> None:
    with pytest.raises(OSError, match="identify"):
        render("A boat", b"no picture")


def test_a_static_shot_of_a_picture_stands_still(picture: bytes) -> None:
    frames = small("[Static shot]", picture)

    assert change(frames[0], frames[-1]) < 1


@pytest.mark.parametrize(("move", "grows"), [("Push in", True), ("Zoom out", False)])
def test_a_push_in_enlarges_and_a_zoom_out_shrinks(picture: bytes, move: str, grows: bool) -> None:
    frames = small(f"[{move}]", picture)

    before, after = bar_at(frames[0])[1], bar_at(frames[-1])[1]
    assert (after > before * 1.2) if grows else (after < before / 1.2)


@pytest.mark.parametrize(
    ("move", "goes_right"),
    [("Pan left", True), ("Truck left", True), ("Pan right", False), ("Truck right", False)],
)
def test_what_is_seen_goes_against_the_camera(picture: bytes, move: str, goes_right: bool) -> None:
    frames = small(f"[{move}]", picture)

    before, after = bar_at(frames[0])[0], bar_at(frames[-1])[0]
    assert (after - before > 0.1) is goes_right
    assert abs(after - before) > 0.1


def test_without_a_command_the_camera_pushes_in_slowly(picture: bytes) -> None:
    frames = small("A bar", picture)

    assert bar_at(frames[-1])[1] > bar_at(frames[0])[1]


@pytest.mark.parametrize("move", Move)
def test_every_move_stays_in_the_picture_and_all_but_one_move(move: Move) -> None:
    way = Way.through(((move,),))

    boxes = [way.window(step / 50, size=(500, 300)) for step in range(51)]

    assert all(0 <= left < right <= 500 for left, _, right, _ in boxes)
    assert all(0 <= top < bottom <= 300 for _, top, _, bottom in boxes)
    assert (len(set(boxes)) > 1) == (move is not Move.STATIC_SHOT)


def test_moves_in_one_bracket_happen_together() -> None:
    way = Way.through(moves_in("[Pan left,Tilt down]"))

    start, end = (way.window(at, size=(1000, 1000)) for at in (0, 1))

    assert end[0] < start[0]
    assert end[1] > start[1]


def test_brackets_share_the_time() -> None:
    way = Way.through(moves_in("[Push in], then [Pull out]"))

    widths = [
        right - left
        for left, _, right, _ in (way.window(at, size=(1000, 1000)) for at in (0, 0.5, 1))
    ]

    assert widths[0] == widths[2] == 1000
    assert widths[1] < 750
