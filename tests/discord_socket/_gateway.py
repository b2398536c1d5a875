"""Discord's gateway: sessions that outlive their connection, and events as text frames.

https://discord.com/developers/docs/events/gateway
A session is a log of frames. Its connection is one writer that walks along the log, so that a
resumed session only starts at another line, and events of a bot that vanished wait there.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import discord
from aiohttp import WSMsgType, web
from simcord.backend import serializers
from simcord.intents import required_intent

from tests.discord_socket._world import World

_DISPATCH: Final = 0
_HEARTBEAT: Final = 1
_IDENTIFY: Final = 2
_RESUME: Final = 6
_RECONNECT: Final = 7
_INVALID_SESSION: Final = 9
_HELLO: Final = 10
_HEARTBEAT_ACK: Final = 11
_HEARTBEAT_INTERVAL_MS: Final = 41_250


class NoBotConnected(Exception):
    """Nobody would get this interaction; Discord would tell the member "did not respond"."""


class _Session:
    def __init__(self, *, intents: int, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(8)
        self.intents = intents
        self.shard = shard
        self.frames: list[str] = []
        self.grown = asyncio.Event()
        self.socket: web.WebSocketResponse | None = None

    def push(self, event: str, payload: Mapping[str, Any]) -> None:
        frame = {"op": _DISPATCH, "t": event, "s": len(self.frames) + 1, "d": payload}
        self.frames.append(json.dumps(frame))
        self.grown.set()

    def owns(self, guild: int | None) -> bool:
        number, count = self.shard
        return (0 if guild is None else (guild >> 22) % count) == number

    def wants(self, event: str, payload: Mapping[str, Any]) -> bool:
        intent = required_intent(event, payload)
        return intent is None or bool(self.intents & discord.Intents.VALID_FLAGS[intent])


class Gateway:
    """Accepts the bot's connections and tells them what happens in the world."""

    def __init__(self, world: World, *, url: str, changed: Callable[[], Awaitable[None]]) -> None:
        self._world = world
        self._url = url
        self._changed = changed
        self._sessions: list[_Session] = []
        self._sockets: set[web.WebSocketResponse] = set()
        self.identified = 0
        self.resumed = 0
        world.backend.subscribers.append(self._announce)

    @property
    def connected(self) -> int:
        """How many shards are ready at this moment."""
        return sum(session.socket is not None for session in self._sessions)

    def send_interaction(self, payload: dict[str, Any]) -> None:
        """Deliver to the one shard that is responsible; raises NoBotConnected."""
        guild = payload.get("guild_id")
        session = self._connected_owner(None if guild is None else int(guild))
        session.push("INTERACTION_CREATE", payload)

    def ask_reconnect(self) -> None:
        """Ask every shard to come back and resume, as Discord does before its own restarts."""
        for session in self._sessions:
            session.frames.append(json.dumps({"op": _RECONNECT, "d": None}))
            session.grown.set()

    async def close(self) -> None:
        """Close the connections that are left."""
        for socket in list(self._sockets):
            await socket.close(code=1001)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection, from HELLO until either side is gone."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            with suppress(ConnectionError):
                await _send(socket, _HELLO, {"heartbeat_interval": _HEARTBEAT_INTERVAL_MS})
                await self._read(socket)
        finally:
            self._sockets.discard(socket)
        return socket

    async def _read(self, socket: web.WebSocketResponse) -> None:
        writer: asyncio.Task[None] | None = None
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                frame: dict[str, Any] = json.loads(message.data)
                match frame["op"]:
                    case 1:
                        await _send(socket, _HEARTBEAT_ACK, None)
                    case 2:
                        writer = await self._join(socket, self._identify(frame["d"]), 0)
                    case 6:
                        session = self._resume(frame["d"])
                        if session is None:
                            await _send(socket, _INVALID_SESSION, False)
                        else:
                            writer = await self._join(socket, session, frame["d"]["seq"])
                    case _:
                        pass
        finally:
            await self._leave(socket, writer)
