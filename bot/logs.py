"""Where the process writes what happens: standard error, as text or as JSON lines."""

import json
import logging
from typing import Final

_TEXT: Final = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and the traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        fact = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fact["exception"] = self.formatException(record.exc_info)
        return json.dumps(fact, ensure_ascii=False)


def configure(*, level: str, form: str) -> None:
    """Set the root logger up; at DEBUG only our own rooms say more."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(_TEXT))
    libraries = "INFO" if level == "DEBUG" else level
    logging.basicConfig(level=libraries, handlers=[handler])
    for room in ("bot", "cogs"):
        logging.getLogger(room).setLevel(level)
