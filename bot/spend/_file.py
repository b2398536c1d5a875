"""The file for spreadsheets: RFC 4180, in UTF-8, with the mark by which Excel knows that.

https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Final

from bot.spend._report import Entry, Names

_COLUMNS: Final = (
    "day",
    "server_id",
    "server",
    "member_id",
    "member",
    "model",
    "videos",
    "usd_settled",
    "usd_held",
)
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_file(entries: Iterable[Entry], names: Names) -> bytes:
    """Return the file; what nobody knows any more is left empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows(_row(entry, names) for entry in entries)
    return text.getvalue().encode("utf-8-sig")


def _row(entry: Entry, names: Names) -> list[object]:
    amount = entry.amount
    return [
        entry.day.isoformat(),
        entry.server_id or "",
        _name(names.servers, entry.server_id),
        entry.member_id or "",
        _name(names.members, entry.member_id),
        _harmless(entry.model or ""),
        amount.videos,
        f"{amount.settled_usd:f}",
        f"{amount.held_usd:f}",
    ]


def _name(names: Mapping[int, str], id_: int | None) -> str:
    return "" if id_ is None else _harmless(names.get(id_, ""))


def _harmless(text: str) -> str:
    """Keep spreadsheets from reading what somebody is called as a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text
