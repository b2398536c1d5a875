"""Discord's gateway: sessions that outlive their connection, and events as text frames.

https://discord.com/developers/docs/events/gateway
A session is a log of frames. Its connection is one writer that walks along the log, so that a
resumed session only starts at another line, and what a bot missed waits there.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from enum import IntEnum
from typing import Any, Final

import discord
from aiohttp import WSMessage, WSMsgType, web
from simcord.backend import serializers
from simcord.intents import required_intent

from tests.discord_socket._world import World

_HEARTBEAT_INTERVAL_MS: Final = 41_250
_FINAL_CLOSES: Final = {1000, 1001}
"""With these a client ends its session; it cannot be resumed."""


class _Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    RECONNECT = 7
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class NoBotConnected(Exception):
    """Nobody would get this interaction; Discord would tell the member "did not respond"."""


class _Session:
    def __init__(self, *, intents: int, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(8)
        self.shard = shard
        self.socket: web.WebSocketResponse | None = None
        self.transport: asyncio.Transport | None = None
        self._intents = intents
        self._frames: list[str] = []
        self._grown = asyncio.Event()

    def push(self, event: str, payload: Mapping[str, Any]) -> None:
        frame = {"op": _Op.DISPATCH, "t": event, "s": len(self._frames) + 1, "d": payload}
        self._frames.append(json.dumps(frame))
        self._grown.set()

    async def write(self, socket: web.WebSocketResponse, *, after: int) -> None:
        """Send the log from a line on, and each new line, until cancelled or the bot is gone."""
        with suppress(ConnectionError):
            while True:
                while after < len(self._frames):
                    await socket.send_str(self._frames[after])
                    after += 1
                self._grown.clear()
                await self._grown.wait()

    def owns(self, guild: int | None) -> bool:
        number, count = self.shard
        return (0 if guild is None else (guild >> 22) % count) == number

    def wants(self, event: str, payload: Mapping[str, Any]) -> bool:
        intent = required_intent(event, payload)
        return intent is None or bool(self._intents & discord.Intents.VALID_FLAGS[intent])


class Gateway:
    """Accepts the bot's connections and tells them what happens in the world."""

    def __init__(self, world: World, *, url: str, changed: Callable[[], Awaitable[None]]) -> None:
        self._world = world
        self._url = url
        self._changed = changed
        self._sessions: list[_Session] = []
        self.identified_at: list[tuple[int, float]] = []  # shards, and when
        self.resumed = 0
        world.backend.subscribers.append(self._announce)

    @property
    def identified(self) -> int:
        """How many sessions began."""
        return len(self.identified_at)

    @property
    def connected(self) -> int:
        """How many shards are connected at this moment."""
        return len(self._live())

    def has_shard(self, number: int) -> bool:
        """Tell whether that shard is connected at this moment."""
        return any(session.shard[0] == number for session in self._live())

    def send_interaction(self, payload: dict[str, Any]) -> None:
        """Deliver to the newest shard that is responsible; raises NoBotConnected."""
        guild = _guild_of("INTERACTION_CREATE", payload)
        for session in reversed(self._live()):
            if session.owns(guild):
                session.push("INTERACTION_CREATE", payload)
                return
        raise NoBotConnected(f"no shard is connected for guild {guild}")

    async def ask_reconnect(self) -> None:
        """Ask every shard to come back and resume, as Discord does before its own restarts."""
        for session in self._live():
            if session.socket is not None:
                await _send(session.socket, _Op.RECONNECT, None)

    async def invalidate(self) -> None:
        """End every session: the shards have to identify anew."""
        for session in self._live():
            if session.socket is not None:
                await _send(session.socket, _Op.INVALID_SESSION, False)

    def drop(self) -> None:
        """Cut every connection without a word; the sessions wait to be resumed."""
        for session in self._live():
            if session.transport is not None:
                session.transport.abort()

    async def close(self) -> None:
        """Close the connections that are left."""
        for session in self._live():
            if session.socket is not None:
                await session.socket.close(code=1001)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection, from HELLO until either side is gone."""
        socket = web.WebSocketResponse(timeout=1)
        await socket.prepare(request)
        with suppress(ConnectionError):  # the bot may be killed while we write
            await _send(socket, _Op.HELLO, {"heartbeat_interval": _HEARTBEAT_INTERVAL_MS})
            joined = await self._greet(socket)
            if joined is not None:
                joined[0].transport = request.transport
                await self._hold(socket, *joined)
        return socket

    async def _greet(self, socket: web.WebSocketResponse) -> tuple[_Session, int] | None:
        """Return the session and the line to start after, None if the bot left before."""
        async for message in socket:
            match _read(message):
                case {"op": _Op.HEARTBEAT}:
                    await _send(socket, _Op.HEARTBEAT_ACK, None)
                case {"op": _Op.IDENTIFY, "d": identity}:
                    return self._identify(identity), 0
                case {"op": _Op.RESUME, "d": {"session_id": session_id, "seq": seq}}:
                    session = self._resume(session_id)
                    if session is not None:
                        return session, seq
                    await _send(socket, _Op.INVALID_SESSION, False)
                case _:
                    pass
        return None

    async def _hold(self, socket: web.WebSocketResponse, session: _Session, after: int) -> None:
        session.socket = socket
        writer = asyncio.create_task(session.write(socket, after=after), name="gateway writer")
        await self._changed()
        try:
            async for message in socket:
                if _read(message).get("op") == _Op.HEARTBEAT:
                    await _send(socket, _Op.HEARTBEAT_ACK, None)
        finally:
            writer.cancel()
            await asyncio.wait({writer})
            if session.socket is socket:  # and no resumed connection took its place
                session.socket = None
                if socket.close_code in _FINAL_CLOSES:
                    self._sessions.remove(session)
            await self._changed()

    def _identify(self, identity: dict[str, Any]) -> _Session:
        """Begin a session with READY and the guilds; forget one that a dead bot left behind."""
        number, count = identity.get("shard", (0, 1))
        self._sessions = [s for s in self._sessions if s.socket or s.shard != (number, count)]
        session = _Session(intents=identity["intents"], shard=(number, count))
        self._sessions.append(session)
        self.identified_at.append((number, time.monotonic()))
        backend = self._world.backend
        guilds = [
            guild
            for guild in backend.guilds.values()
            if self._world.has_bot(guild.id) and session.owns(guild.id)
        ]
        ready: dict[str, Any] = {
            "v": 10,
            "user": serializers.user_payload(backend.bot_user),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._url,
            "shard": [number, count],
            "application": {"id": str(backend.application_id), "flags": 0},
        }
        session.push("READY", ready)
        for guild in guilds:
            session.push(
                "GUILD_CREATE", self._shaped(serializers.guild_create_payload(backend, guild))
            )
        return session

    def _resume(self, session_id: str) -> _Session | None:
        for session in self._sessions:
            if session.id == session_id:
                self.resumed += 1
                session.push("RESUMED", {})
                return session
        return None

    def _announce(self, event: str, payload: Mapping[str, Any]) -> None:
        """Tell the sessions that may hear of it what SimCord's world just did."""
        guild = _guild_of(event, payload)
        if guild is not None and event != "GUILD_DELETE" and not self._world.has_bot(guild):
            return
        if event == "GUILD_CREATE":
            payload = self._shaped(payload)
        for session in self._sessions:
            if session.owns(guild) and session.wants(event, payload):
                session.push(event, payload)

    def _shaped(self, guild: Mapping[str, Any]) -> dict[str, Any]:
        """Leave only the bot among the members, as Discord does for most intents."""
        me = str(self._world.backend.bot_user.id)
        return {**guild, "members": [m for m in guild["members"] if m["user"]["id"] == me]}

    def _live(self) -> list[_Session]:
        return [session for session in self._sessions if session.socket is not None]


def _guild_of(event: str, payload: Mapping[str, Any]) -> int | None:
    key = "id" if event in {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"} else "guild_id"
    guild = payload.get(key)
    return None if guild is None else int(guild)


def _read(message: WSMessage) -> dict[str, Any]:
    return json.loads(message.data) if message.type is WSMsgType.TEXT else {}


async def _send(socket: web.WebSocketResponse, op: _Op, payload: Any) -> None:
    await socket.send_str(json.dumps({"op": op, "d": payload}))
