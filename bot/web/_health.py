"""Whether the process lives, and whether it can do its work."""

from collections.abc import Iterable

from aiohttp import web

from bot.health import Health


class HealthPages:
    """`/healthz` answers while the process lives; `/readyz` names what is not ready, with 503."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.get("/healthz", self._alive), web.get("/readyz", self._ready)]

    async def _alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _ready(self, _request: web.Request) -> web.Response:
        parts = await self._health.readiness()
        missing = [name for name, is_ready in parts.items() if not is_ready]
        body = {"ready": not missing, "not_ready": missing}
        return web.json_response(body, status=503 if missing else 200)
