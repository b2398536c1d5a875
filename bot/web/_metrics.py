"""The figures for Prometheus."""

import asyncio
import hmac
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from aiohttp import hdrs, web

from bot.health import Health
from bot.inquiry import Inquiry
from bot.metrics import CONTENT_TYPE, Metrics
from bot.store import Figures

_GOOD_FOR_S: Final = 5.0


class MetricsPage:
    """`/metrics`; where there is a `token`, only for those who bear it."""

    def __init__(
        self,
        metrics: Metrics,
        health: Health,
        *,
        count: Callable[[], Coroutine[Any, Any, Figures]],
        token: str | None = None,
    ) -> None:
        self._metrics, self._health = metrics, health
        self._figures = Inquiry("figures", count, good_for_s=_GOOD_FOR_S)
        self._token = token

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.get("/metrics", self._tell)]

    async def close(self) -> None:
        """Count no more."""
        await self._figures.close()

    async def _tell(self, request: web.Request) -> web.Response:
        if not self._may_read(request):
            raise web.HTTPUnauthorized
        figures, readiness = await asyncio.gather(self._figures.answer(), self._health.readiness())
        self._metrics.note(figures, readiness)
        text = self._metrics.text()
        return web.Response(body=text, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})

    def _may_read(self, request: web.Request) -> bool:
        if self._token is None:
            return True
        shown = request.headers.get(hdrs.AUTHORIZATION, "")
        return hmac.compare_digest(shown.encode(errors="replace"), f"Bearer {self._token}".encode())
