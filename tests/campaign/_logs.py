"""What the bots wrote that nobody planned."""

import re
from collections import Counter
from pathlib import Path
from typing import Final

_RECORD: Final = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:)", re.MULTILINE)
_ALARM: Final = re.compile(r"^\S+ \S+ (ERROR|CRITICAL) |\n(Unclosed|\S+: RuntimeWarning:) ")
_EXPLAINED: Final = re.compile(
    # a gateway that was cut, told with a traceback
    r"discord\.client\s+Attempting a reconnect in"
    # an engine that begins while its database goes away: it is begun again
    r"|dbos\s+DBOS failed to launch:(?s:.*)psycopg\.OperationalError"
    # a story that lost the engine's database, or its threads at a stop: it is begun anew
    r"|dbos\s+Exception encountered in asynchronous workflow:"
    r"(?s:.*)(futures after shutdown|psycopg\.OperationalError)"
)
_OWN_OF_EACH: Final = re.compile(r"^\S+ \S+ |\d{5,}|0x[0-9a-f]+")
_LAST_LINES: Final = 3


def alarms(log: Path) -> list[str]:
    """Return the alarms of a log, those that say the same once, with how often they came."""
    records = _RECORD.split(log.read_text(errors="replace"))
    alarming = [
        _gist(record)
        for record in records
        if _ALARM.search(record) and not _EXPLAINED.search(record)
    ]
    return [f"{count} × {gist}" for gist, count in Counter(alarming).most_common()]


def _gist(record: str) -> str:
    """Return the message of a record and the end of its traceback, without ids and times."""
    first, *rest = _OWN_OF_EACH.sub("", record).strip().splitlines()
    told = [line for line in rest if line and not line.startswith((" ", "(Background"))]
    return "\n    ".join([first, *told[-_LAST_LINES:]])
