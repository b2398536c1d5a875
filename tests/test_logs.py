"""In JSON, the facts of a message are fields, with the ids that members and Atlas know."""

import json
import logging
from typing import Any

import pytest

from bot.logs import JsonLines
from bot.model import Access, Arrival, Place, Reply, VideoId, short_id
from bot.pipeline._look import few_at_once
from bot.recipe import Recipe

ID = 1_441_923_456_789_012_345


def line(message: str, *values: object, error: Exception | None = None) -> dict[str, Any]:
    """Return what is written of a message, without time, level and logger."""
    trace = error and (type(error), error, error.__traceback__)
    record = logging.LogRecord("bot.a", logging.INFO, __file__, 1, message, values, trace)
    written = json.loads(JsonLines().format(record))
    assert (written.pop("level"), written.pop("logger")) == ("INFO", "bot.a")
    assert written.pop("time")
    return written


def test_a_fact_is_a_field_and_no_digit_of_an_id_is_lost() -> None:
    assert line("video settled id=%s outcome=%s", ID, "Ready") == {
        "message": "video settled",
        "id": "1441923456789012345",
        "short_id": short_id(VideoId(ID)),
        "outcome": "Ready",
    }


@pytest.mark.parametrize("reason", ["", "a b", "id=7", "100 %s", '"\n'])
def test_a_fact_is_what_was_told_whatever_it_looks_like(reason: str) -> None:
    written = line("submit put off id=%s reason=%s", 7, reason)

    assert written == {
        "message": "submit put off",
        "id": "7",
        "short_id": "7",
        "reason": reason,
    }


@pytest.mark.parametrize(
    ("message", "values", "written"),
    [
        ("commands synced", (), {"message": "commands synced"}),
        ("not closed in %s s", (9.0,), {"message": "not closed in 9.0 s"}),
        ("100 % id=%s", (), {"message": "100 % id=%s"}),
        ("%s of id=%s %s", ("a", 1, "b"), {"message": "a of b", "id": "1", "short_id": "1"}),
        ("hears %(what)s", ({"what": "all"},), {"message": "hears all"}),
        (
            "failed path=%s error=%s\n%s",
            ("/a", "OSError", "  where"),
            {"message": "failed\n  where", "path": "/a", "error": "OSError"},
        ),
        ("told message=%s", ("x",), {"message": "told"}),
    ],
)
def test_what_is_no_fact_stays_in_the_message(
    message: str, values: tuple[object, ...], written: dict[str, str]
) -> None:
    assert line(message, *values) == written


def test_a_traceback_is_a_field() -> None:
    with pytest.raises(KeyError) as raised:
        _ = dict[str, str]()["x"]

    written = line("video is sick id=%s", ID, error=raised.value)

    assert written["message"] == "video is sick"
    assert written["exception"].startswith("Traceback (most recent call last):")
    assert written["exception"].endswith("KeyError: 'x'")


async def test_what_a_member_typed_is_not_told_when_a_command_cannot_be_taken_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    arrival = Arrival(
        id=VideoId(ID),
        asked_at=0.0,
        member_id=2,
        place=Place(3, None, Access.CHANNEL),
        reply=Reply(4, "token"),
        prompt="a secret boat",
        prompt_expansion=None,
        first_frame=None,
        recipe=Recipe(resolution="a secret size", aspect_ratio="a secret shape"),
    )

    async def break_down(_arrival: Arrival) -> None:
        raise LookupError

    await few_at_once(break_down, [arrival])

    assert str(ID) in caplog.text
    assert "secret" not in caplog.text + repr(arrival)
