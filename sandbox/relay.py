"""Hands the page's requests on to SimCord's own server, and its answers back."""

import json
import re
from typing import Final

import aiohttp
from aiohttp import web

_REVISION: Final = re.compile(rb'("published_revision":)\d+')
_NOT_OURS_TO_SEND: Final = {"host", "origin", "content-length", "accept-encoding", "connection"}
_NOT_OURS_TO_RETURN: Final = {"content-length", "transfer-encoding", "connection", "date", "server"}


class Relay:
    """The way to SimCord over a borrowed session."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def ask(self, host: str, request: web.Request) -> web.Response:
        """Return what SimCord at `host` answers."""
        return await self._send(host, request, await request.read())

    async def act(self, host: str, request: web.Request) -> web.Response:
        """Return what SimCord answers to an act, asked again where only its revision was old."""
        body = await request.read()
        answer = await self._send(host, request, body)
        if (revision := _newer_revision(answer)) is None:
            return answer
        body = _REVISION.sub(rb"\g<1>%d" % revision, body, count=1)
        return await self._send(host, request, body)

    async def _send(self, host: str, request: web.Request, body: bytes) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _NOT_OURS_TO_SEND}
        url = f"http://{host}{request.rel_url.raw_path_qs}"
        async with self._session.request(request.method, url, headers=headers, data=body) as answer:
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _NOT_OURS_TO_RETURN}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


def _newer_revision(answer: web.Response) -> int | None:
    """Return the page's revision where SimCord turned an act down for an older one, else None.

    Something changed in the channel while the person typed; Discord would not mind.
    """
    if answer.content_type != "application/json" or not isinstance(answer.body, bytes):
        return None
    match json.loads(answer.body):
        case {"rejected": True, "diagnostics": [{"code": "stale-revision"}], "revision": revision}:
            return int(revision)
        case _:
            return None
