"""Answers that are not what was hoped for: sent instead of the real one, or made out of it."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from aiohttp import web

from sandbox.atlas._fault import Fault

_DRIP_S: Final = 0.5
_STALL_S: Final = 1.0
_UNLISTED: Final = "minimax/video-01"


class Refused(Exception):
    """A request that Atlas will not take: the code and the words of its answer."""

    def __init__(self, code: int, msg: str) -> None:
        super().__init__(msg)
        self.code, self.msg = code, msg


def request_id() -> str:
    """Return a new id for a request."""
    return f"req_{uuid4().hex}"


async def sign(_request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer its request id."""
    response.headers.setdefault("X-Request-ID", request_id())


def said(code: int, msg: str, *, status: int | None = None) -> web.Response:
    """Return a refusal in the shape of https://www.atlascloud.ai/docs/errors."""
    asked = request_id()
    body = {"code": code, "msg": msg, "request_id": asked, "data": None}
    return web.json_response(body, status=status or code, headers={"X-Request-ID": asked})


@dataclass(frozen=True, slots=True)
class Page:
    """What something in front of Atlas answers, in no shape of Atlas's."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def __call__(self) -> web.Response:
        kind = "text/html" if self.text.startswith("<") else "text/plain"
        return web.Response(
            status=self.status, text=self.text, content_type=kind, headers=self.headers
        )


EDGE: Final = Page(403, "error code: 1010")
_BAD_GATEWAY: Final = Page(502, "<html><h1>502 Bad Gateway</h1></html>")
_NO_ORIGIN: Final = Page(524, "<html><h1>524: a timeout occurred</h1></html>")
_GATEWAY_TIMEOUT: Final = Page(504, "<html><h1>504 Gateway Time-out</h1></html>")


def _patience() -> web.Response:
    answer = said(429, "rate limited")
    answer.headers["Retry-After"] = "2"
    return answer


INSTEAD: Final[Mapping[Fault, Callable[[], web.Response]]] = {
    Fault.HTTP_400: lambda: said(400, "invalid parameters"),
    Fault.HTTP_400_POLICY: lambda: said(400, "prompt violates the content policy"),
    Fault.MODEL_NOT_FOUND: lambda: said(400, "not found"),
    Fault.HTTP_401: lambda: said(401, "unauthorized"),
    Fault.HTTP_402: lambda: said(402, "insufficient balance"),
    Fault.HTTP_403: lambda: said(403, "forbidden"),
    Fault.HTTP_403_EDGE: EDGE,
    Fault.HTTP_404: lambda: said(404, "not found"),
    Fault.HTTP_413: lambda: said(413, "request entity too large"),
    Fault.HTTP_422: lambda: said(422, "unprocessable entity"),
    Fault.HTTP_429: lambda: said(429, "rate limited"),
    Fault.HTTP_429_RETRY_AFTER: _patience,
    Fault.HTTP_451: lambda: said(451, "not available in your region"),
    Fault.HTTP_500: lambda: said(500, "internal server error"),
    Fault.HTTP_502_HTML: _BAD_GATEWAY,
    Fault.HTTP_503: lambda: said(503, "overloaded"),
    Fault.HTTP_504: _GATEWAY_TIMEOUT,
    Fault.HTTP_524: _NO_ORIGIN,
    Fault.BODY_CODE_400: lambda: said(400, "invalid parameters", status=200),
    Fault.BODY_CODE_402: lambda: said(402, "insufficient balance", status=200),
    Fault.BODY_CODE_429: lambda: said(429, "rate limited", status=200),
    Fault.GARBAGE: Page(200, '{"code":200,"data":{"id":'),
}


def _without_id(body: dict[str, Any]) -> dict[str, Any]:
    data = {name: value for name, value in body["data"].items() if name != "id"}
    return body | {"data": data}


def _unlisted(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"data": [entry for entry in body["data"] if entry["model"] != _UNLISTED]}


REWRITTEN: Final[Mapping[Fault, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    Fault.WITHOUT_ID: _without_id,
    Fault.FLAT_ENVELOPE: lambda body: body["data"],
    Fault.MODEL_UNLISTED: _unlisted,
}


async def _cut(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Reset the connection."""
    if request.transport is not None:
        peer: socket.socket = request.transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return answer


async def _hang(_request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Say nothing until the other side goes away."""
    await asyncio.Event().wait()
    return answer


async def _stall(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Say nothing for a while, then reset the connection."""
    await asyncio.sleep(_STALL_S)
    return await _cut(request, answer)


async def _give_up(_request: web.Request, _answer: web.Response) -> web.StreamResponse:
    return _GATEWAY_TIMEOUT()


async def _break_off(request: web.Request, answer: web.Response) -> web.StreamResponse:
    stream, _ = await _half(request, answer)
    if request.transport is not None:
        request.transport.close()
    return stream


async def _dawdle(request: web.Request, answer: web.Response) -> web.StreamResponse:
    stream, rest = await _half(request, answer)
    await asyncio.sleep(_DRIP_S)
    await stream.write(rest)
    return stream


async def _half(request: web.Request, answer: web.Response) -> tuple[web.StreamResponse, bytes]:
    """Send the head and half of the body; return the other half."""
    body = _bytes(answer)
    stream = web.StreamResponse(status=answer.status)
    stream.content_type, stream.content_length = "application/json", len(body)
    await stream.prepare(request)
    await stream.write(body[: len(body) // 2])
    return stream, body[len(body) // 2 :]


Spoiler = Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]

UNANSWERED: Final[Mapping[Fault, Spoiler]] = {Fault.RESET: _cut, Fault.STALL: _stall}
SPOILT: Final[Mapping[Fault, Spoiler]] = {
    Fault.LOST_ANSWER: _cut,
    Fault.LOST_ANSWER_HANG: _hang,
    Fault.LOST_ANSWER_STALL: _stall,
    Fault.LOST_ANSWER_504: _give_up,
    Fault.TRUNCATED_BODY: _break_off,
    Fault.SLOW_BODY: _dawdle,
}


async def spoil(
    request: web.Request, answer: web.Response, faults: Iterable[Fault]
) -> web.StreamResponse:
    """Return what becomes of a good answer under these faults."""
    for fault in faults:
        if fault in REWRITTEN:
            answer = web.json_response(REWRITTEN[fault](json.loads(_bytes(answer))))
        if fault in SPOILT:
            return await SPOILT[fault](request, answer)
    return answer


def _bytes(answer: web.Response) -> bytes:
    return bytes(answer.body) if isinstance(answer.body, (bytes, bytearray)) else b""
