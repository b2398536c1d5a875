"""The stand-in itself: a world behind a loopback port, and the test's hand on its wire."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web
from simcord.backend.errors import BackendError
from simcord.http import RouteNotImplemented, UnsupportedField

from tests.discord_socket._bot import BotProcess
from tests.discord_socket._cdn import Cdn
from tests.discord_socket._commands import slash_payload
from tests.discord_socket._gateway import Gateway
from tests.discord_socket._rest import Rest, status_of
from tests.discord_socket._wire import Fault, Request, answer_json, read_request
from tests.discord_socket._world import World

Hook = Callable[[str, str], Awaitable[None]]

_UPLOAD_LIMIT: Final = 25 * 1024 * 1024
_API: Final = "/api/v10"


class SocketDiscord(World):
    """A Discord at `base`, from `async with` until its end; see World for what is in it.

    `before_effect` and `after_effect` are awaited with (method, path) around the effect of each
    request, so that a test may kill the bot exactly there: the answer waits for them. A request
    that this stand-in does not know gets 501, and fails the test when the `async with` ends.
    """

    base: str
    gateway: Gateway

    def __init__(self, *, shards: int = 1, max_concurrency: int = 1) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.before_effect: Hook | None = None
        self.after_effect: Hook | None = None
        self._shards = shards
        self._max_concurrency = max_concurrency
        self.struck: list[Fault] = []
        self._faults: list[Fault] = []
        self._broken: list[Exception] = []
        self._interactions: dict[int, dict[str, Any]] = {}
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_UPLOAD_LIMIT)
        app.router.add_get("/gateway", self._serve_gateway)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        port = await self._listen(self._runner)
        self.base = f"http://127.0.0.1:{port}"
        gateway_url = f"ws://127.0.0.1:{port}/gateway"
        self._cdn = self.backend.cdn = Cdn(self.base)
        self.gateway = Gateway(self, url=gateway_url, changed=self.notify)
        self._rest = Rest(
            self,
            gateway_url=gateway_url,
            shards=self._shards,
            max_concurrency=self._max_concurrency,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.gateway.close()
        await self._runner.cleanup()
        if not self._broken:
            return
        if error is None:
            raise ExceptionGroup("the stand-in could not answer the bot", self._broken)
        error.add_note(f"the stand-in could not answer the bot: {self._broken}")

    async def _listen(self, runner: web.AppRunner) -> int:
        """Open a port; return it."""
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return site.port

    # ── commands ──────────────────────────────────────────────────────────────────────────────

    async def slash(
        self,
        channel: int,
        member: int,
        name: str,
        options: dict[str, Any] | None = None,
        *,
        attachment: bytes | None = None,
        filename: str = "picture.png",
    ) -> int:
        """Send a member's command to the bot and return the interaction's id without waiting."""
        interaction, payload = slash_payload(
            self,
            channel=channel,
            member=member,
            name=name,
            options=options or {},
            attachment=None if attachment is None else (filename, attachment),
        )
        self.gateway.send_interaction(payload)
        self._interactions[interaction] = payload
        return interaction

    def resend(self, interaction: int) -> None:
        """Deliver the same interaction once more."""
        self.gateway.send_interaction(self._interactions[interaction])

    # ── waiting ───────────────────────────────────────────────────────────────────────────────

    async def notify(self) -> None:
        """Let everyone who waits look again; for changes that come from elsewhere."""
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[], object], *, timeout_s: float = 10.0) -> None:
        """Wait until a condition holds; it is asked again after each request and connection."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(condition)
        except TimeoutError as error:
            last = [f"{request.method} {request.path}" for request in self.requests[-12:]]
            raise TimeoutError(f"not within {timeout_s} s; the last requests: {last}") from error

    async def wait_acknowledged(self, interaction: int, timeout_s: float = 5.0) -> None:
        """Wait until the bot answered an interaction, if only by "thinking…"."""
        await self.until(lambda: self.is_acknowledged(interaction), timeout_s=timeout_s)

    async def wait_connected(self, timeout_s: float = 15.0) -> None:
        """Wait until every shard of a bot is connected and its commands are there."""
        await self.until(
            lambda: self.gateway.connected >= self._shards and self.commands(), timeout_s=timeout_s
        )

    async def wait_disconnected(self, timeout_s: float = 5.0) -> None:
        """Wait until the wire noticed that the bot is gone."""
        await self.until(lambda: self.gateway.connected == 0, timeout_s=timeout_s)

    # ── the wire ──────────────────────────────────────────────────────────────────────────────

    def fail_next(
        self, method: str, path_glob: str, *, status: int | None = 502, after_effect: bool = True
    ) -> None:
        """Spoil one answer, before or after its effect; a status of None cuts the connection."""
        self.spoil(Fault(method, path_glob, status, after_effect))

    def spoil(self, fault: Fault) -> None:
        """Spoil one answer; `struck` tells when it happened."""
        self._faults.append(fault)

    def withdraw(self, fault: Fault) -> None:
        """Forget a fault that no request has met."""
        with suppress(ValueError):
            self._faults.remove(fault)

    def kill_at(
        self, bot: BotProcess, method: str, path_glob: str, *, after_effect: bool = True
    ) -> Fault:
        """Kill a bot once, when it asked for this: it never learns whether the effect came."""
        fault = Fault(method, path_glob, None, after_effect, meanwhile=bot.kill)
        self.spoil(fault)
        return fault

    def forget_nonces(self) -> None:
        """Do at once what Discord does after some minutes."""
        self._rest.forget_nonces()

    def count(self, method: str, path_glob: str) -> int:
        """Count the requests so far whose path matches."""
        return sum(request.matches(method, path_glob) for request in self.requests)

    async def _serve_gateway(self, request: web.Request) -> web.StreamResponse:
        return await self.gateway.serve(request)

    async def _serve(self, http: web.Request) -> web.Response:
        request = await read_request(http, http.path.removeprefix(_API))
        self.requests.append(request)
        try:
            return await self._respond(http, request)
        except Exception as error:  # noqa: BLE001 # ours or a hook's: the test must hear of it
            self._broken.append(error)
            return answer_json({"code": 0, "message": str(error)}, 501)
        finally:
            await self.notify()

    async def _respond(self, http: web.Request, request: Request) -> web.Response:
        await _call(self.before_effect, request)
        spoilt = await self._spoil(http, request, after_effect=False)
        if spoilt is not None:
            return spoilt
        response = self._answer(request)
        await _call(self.after_effect, request)
        return await self._spoil(http, request, after_effect=True) or response

    def _answer(self, request: Request) -> web.Response:
        if request.path.startswith("/attachments/"):
            return self._cdn.answer(request.path)
        try:
            payload = self._rest.answer(request)
        except (RouteNotImplemented, UnsupportedField):
            raise
        except BackendError as error:
            return answer_json(error.to_json(), error.status)
        status = status_of(request, payload)
        return web.Response(status=status) if payload is None else answer_json(payload, status)

    async def _spoil(
        self, http: web.Request, request: Request, *, after_effect: bool
    ) -> web.Response | None:
        for fault in self._faults:
            if fault.after_effect is after_effect and request.matches(fault.method, fault.path):
                self._faults.remove(fault)
                self.struck.append(fault)
                await asyncio.sleep(fault.hold_s)
                if fault.meanwhile is not None:
                    await fault.meanwhile()
                if fault.status is None and http.transport is not None:
                    http.transport.abort()
                return fault.answer()
        return None


async def _call(hook: Hook | None, request: Request) -> None:
    if hook is not None:
        await hook(request.method, request.path)
