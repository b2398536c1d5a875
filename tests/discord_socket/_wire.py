"""HTTP requests as values, and the faults that a test may ask for."""

import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from aiohttp import web

_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Upload:
    """One `files[n]` of a multipart body, in the shape that SimCord reads."""

    filename: str
    fp: io.BytesIO
    description: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """What the bot asked; `path` is without the /api/v10 in front."""

    method: str
    path: str
    body: Any = None
    params: dict[str, str] = field(default_factory=dict[str, str])
    files: tuple[Upload, ...] = ()

    def matches(self, method: str, path_glob: str) -> bool:
        """Compare with a method and a glob whose `*` spans slashes, too."""
        return method in (self.method, "*") and fnmatchcase(self.path, path_glob)


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that goes wrong, before or after its effect; `path` is a glob."""

    method: str
    path: str
    status: int | None
    """None cuts the connection."""
    after_effect: bool
    retry_after_s: float | None = None
    """How long a 429 asks to wait; without one it is a page of the edge."""
    hold_s: float = 0.0
    """How long nothing is said before."""
    meanwhile: Callable[[], Awaitable[None]] | None = None

    def answer(self) -> web.Response:
        """Return what is said instead; a 429 of Discord's own came by a proxy.

        https://discord.com/developers/docs/topics/rate-limits
        """
        if self.status == _TOO_MANY and self.retry_after_s is None:
            return web.Response(status=_TOO_MANY, text="error code: 1015")
        if self.status == _TOO_MANY:
            limit = {"message": "slow down", "retry_after": self.retry_after_s, "global": False}
            answer = answer_json(limit, _TOO_MANY)
            answer.headers.update({"Via": "1.1 google", "Retry-After": str(self.retry_after_s)})
            return answer
        return answer_json({"code": 0, "message": "spoilt"}, self.status or 502)


async def read_request(request: web.Request, path: str) -> Request:
    """Read a JSON or a multipart body."""
    params = dict(request.query)
    if request.content_type == "multipart/form-data":
        body, files = await _read_form(request)
        return Request(request.method, path, body, params, files)
    raw = await request.read()
    return Request(request.method, path, json.loads(raw) if raw else None, params)


async def _read_form(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    form = await request.post()
    payload = form.get("payload_json")
    body: dict[str, Any] = json.loads(payload) if isinstance(payload, str | bytes) else {}
    declared: list[dict[str, Any]] = body.get("attachments", [])
    described: dict[str, str | None] = {str(d["id"]): d.get("description") for d in declared}
    files = tuple(
        Upload(part.filename, io.BytesIO(part.file.read()), described.get(_index(name)))
        for name, part in sorted(form.items())
        if isinstance(part, web.FileField)
    )
    return body, files


def _index(name: str) -> str:
    return name.removeprefix("files[").removesuffix("]")


def answer_json(payload: Any, status: int = 200) -> web.Response:
    """Answer without a charset: discord.py hands on raw text if there is one."""
    return web.Response(
        status=status, body=json.dumps(payload).encode(), content_type="application/json"
    )
