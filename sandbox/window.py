"""The browser page: SimCord's preview of one channel, with a list of channels put beside it.

SimCord shows one channel at a time and renders a thread as a line that cannot be clicked. So a
small server stands in front of it at a fixed address: it hands every request on, adds a script
and a style sheet to the page, and opens the preview of another channel when one is chosen.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack
from importlib.resources import files
from typing import Any, Final, Self
from urllib.parse import urlsplit

import aiohttp
import simcord
from aiohttp import web

from sandbox.relay import Relay
from sandbox.world import Room, World

log = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
_LARGEST: Final = 32 * 1024 * 1024
_PAGE: Final = files("sandbox") / "page"


class Window:
    """A page at `url` that shows one room of the world, and lets the person walk to others."""

    def __init__(self, world: World, *, port: int) -> None:
        self._world = world
        self._wanted_port = port
        self._port = 0
        self._rooms = {room.channel.id: room for room in world.rooms}
        self._media: dict[str, tuple[str, bytes]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._open = AsyncExitStack()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}/"

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opened:
            session = await opened.enter_async_context(aiohttp.ClientSession())
            self._relay = Relay(session)
            self._preview = await self._show(self._world.rooms[0])
            opened.push_async_callback(self._close_preview)
            runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            opened.push_async_callback(runner.cleanup)
            self._port = await _listen(runner, self._wanted_port)
            self._open = opened.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def lend(self, url: str, filename: str, content: bytes) -> None:
        """Let the page play what stands at `url`: it fetches nothing from elsewhere."""
        self._media[url] = (filename, content)
        # SimCord takes media only when a preview begins; this one is under way.
        self._preview._explicit_assets[url] = (filename, content)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    async def tick(self, *, changed: bool) -> None:
        """Let a moment pass in Discord, and show what happened."""
        async with self._one_at_a_time:
            try:
                await self._world.keep_time()
                if changed:
                    await self._preview.refresh()
            except TimeoutError:
                log.info("the bot is still at work; the next moment looks again")

    async def _show(self, room: Room) -> simcord.Preview:
        preview = self._world.env.preview(
            room.channel,
            viewers=[room.viewer],
            layout="channel",
            locale=self._world.locale,
            assets=self._media,
        )
        return await preview.__aenter__()

    async def _close_preview(self) -> None:
        await self._preview.close()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST, middlewares=[self._only_from_here])
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/favicon.ico", _no_icon),
                web.get("/rooms", self._list_rooms),
                web.post("/rooms/{id}", self._enter_room),
                web.get("/rooms.js", _static("rooms.js", "text/javascript")),
                web.get("/rooms.css", _static("rooms.css", "text/css")),
                web.route("*", "/{path:.*}", self._pass_on),
            ]
        )
        return app

    @web.middleware
    async def _only_from_here(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """A page elsewhere must not drive this one."""
        here = {f"{name}:{self._port}" for name in (HOST, "localhost")}
        origin = request.headers.get("Origin")
        if request.host not in here or (origin and urlsplit(origin).netloc not in here):
            raise web.HTTPForbidden
        return await handler(request)

    async def _index(self, request: web.Request) -> web.Response:
        answer = await self._pass_on(request)
        key = urlsplit(self._preview.url).fragment
        ours = (
            '<link rel="stylesheet" href="/rooms.css">'
            f'<script src="/rooms.js" data-capability="{key}"></script></head>'
        )
        answer.text = (answer.text or "").replace("</head>", ours, 1)
        return answer

    async def _list_rooms(self, _request: web.Request) -> web.Response:
        rooms = [
            {"id": str(channel.id), "name": _name(channel), "kind": kind}
            for channel, kind in self._channels()
        ]
        return web.json_response(
            {
                "capability": urlsplit(self._preview.url).fragment,
                "open": str(self._preview.channel.id),
                "rooms": rooms,
            }
        )

    async def _enter_room(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        channel = next((found for found, _ in self._channels() if str(found.id) == wanted), None)
        if channel is None:
            raise web.HTTPNotFound
        room = self._rooms.get(channel.id) or Room(channel, self._world.member)
        async with self._one_at_a_time:
            await self._preview.close()
            self._preview = await self._show(room)
        return web.Response(status=204)

    async def _pass_on(self, request: web.Request) -> web.Response:
        """Hand a request on; acts go one at a time, as SimCord wants them."""
        host = urlsplit(self._preview.url).netloc
        if request.method != "POST":
            return await self._relay.ask(host, request)
        async with self._one_at_a_time:
            return await self._relay.act(host, request)

    def _channels(self) -> Iterator[tuple[simcord.ChannelHandle, str]]:
        for room in self._world.rooms:
            yield room.channel, "direct" if room.channel.guild is None else "channel"
            for thread in room.channel.threads:
                yield thread, "thread"


async def _no_icon(_request: web.Request) -> web.Response:
    return web.Response(status=204)


def _static(name: str, content_type: str) -> Any:
    async def serve(_request: web.Request) -> web.Response:
        return web.Response(text=(_PAGE / name).read_text("utf-8"), content_type=content_type)

    return serve


def _name(channel: simcord.ChannelHandle) -> str:
    return channel.name or "Firstframe"


async def _listen(runner: web.AppRunner, port: int) -> int:
    """Listen on `port`, or on a free one where that is taken; return which."""
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError:
        await web.TCPSite(runner, HOST, 0).start()
    return int(runner.addresses[0][1])
