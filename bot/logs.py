"""Where the process writes what happens: standard error, as text or as JSON lines.

Our messages are facts with ids, written as `"video settled id=%s outcome=%s"`. In JSON each fact
is a field of its own, taken from the arguments and never guessed from the text.
"""

import json
import logging
import re
from collections.abc import Iterator
from typing import Final

from bot.model import VideoId, short_id

_TEXT: Final = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"
_HOLE: Final = re.compile(r"(?: ?\b(?P<name>[a-z_]+)=)?%(?:\.\d)?[sdf]")


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, its facts, the traceback if any.

    All facts are text, because ids have more digits than most readers of JSON keep. `short_id` is
    the id as members see it, wherever there is an `id`.
    """

    def format(self, record: logging.LogRecord) -> str:
        message, facts = _told_apart(record)
        line = facts | {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(*, level: str, form: str) -> None:
    """Set the root logger up; at DEBUG only our own rooms say more."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(_TEXT))
    libraries = "INFO" if level == "DEBUG" else level
    logging.basicConfig(level=libraries, handlers=[handler])
    for room in ("bot", "cogs"):
        logging.getLogger(room).setLevel(level)


def _told_apart(record: logging.LogRecord) -> tuple[str, dict[str, str]]:
    """Return the message without its facts, and the facts."""
    text, values = str(record.msg), record.args
    holes = list(_HOLE.finditer(text))
    if not isinstance(values, tuple) or len(holes) != len(values):
        return record.getMessage(), {}
    told = list(zip((hole["name"] for hole in holes), values, strict=True))
    rest = tuple(value for name, value in told if not name)
    message = _HOLE.sub(lambda hole: "" if hole["name"] else hole[0], text) % rest
    facts = {name: value for name, value in told if name}
    return message.strip(), {name: str(value) for name, value in _with_short_id(facts)}


def _with_short_id(facts: dict[str, object]) -> Iterator[tuple[str, object]]:
    yield from facts.items()
    if isinstance(video_id := facts.get("id"), int):
        yield "short_id", short_id(VideoId(video_id))
