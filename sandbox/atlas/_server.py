"""Atlas on loopback: the account, its routes and its two ports."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

from aiohttp import web

from sandbox.atlas import _picture as picture_rules
from sandbox.atlas._answer import Refused, request_id, sign
from sandbox.atlas._catalogue import MODELS
from sandbox.atlas._ending import ENDS
from sandbox.atlas._fault import Fault, wished
from sandbox.atlas._guard import FAULTS, Guard, Operation, SeenRequest
from sandbox.atlas._prediction import Prediction
from sandbox.atlas._studio import Film, Studio
from sandbox.atlas._warehouse import Warehouse
from sandbox.atlas._webhook import WebhookSender
from sandbox.atlas._wish import read_wish
from sandbox.film import render

_BODY_LIMIT: Final = 50 * 1024 * 1024


class SimulatedAtlas:
    """A whole Atlas account with one key, alive inside `async with`.

    `film` makes the video; `tell` hears one short line for each thing that happens. A webhook that
    nobody takes is repeated after `webhook_pause_s`, then after twice that, and so on.
    """

    def __init__(
        self,
        *,
        api_key: str = "apikey-sandbox",
        generation_s: float = 4.0,
        film: Film = render,
        balance_usd: Decimal = Decimal(100),
        tell: Callable[[str], None] = lambda _line: None,
        webhook_pause_s: float = 10.0,
        host: str = "127.0.0.1",
        port: int = 0,
        output_port: int = 0,
    ) -> None:
        self.api_key = api_key
        self._guard = Guard(api_key)
        self.base_url = self.output_origin = ""
        self.webhooks = WebhookSender(first_pause_s=webhook_pause_s)
        self._host, self._ports = host, (port, output_port)
        self._resources = AsyncExitStack()
        self._folder = TemporaryDirectory(prefix="firstframe-")
        folder = Path(self._folder.name)
        self._warehouse = Warehouse(folder)
        self._studio = Studio(
            film,
            folder,
            generation_s=generation_s,
            balance_usd=balance_usd,
            tell=tell,
            ended=self._tell_of_end,
        )

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request that came in, in order."""
        return self._guard.requests

    @property
    def struck(self) -> list[tuple[str, Fault]]:
        """The faults that a request met, in order, each with its operation."""
        return self._guard.struck

    @property
    def predictions(self) -> list[Prediction]:
        """Everything accepted, and so charged, in order."""
        return self._studio.predictions

    @property
    def leaks(self) -> list[str]:
        """Paths of the output host that were asked for with a key."""
        return self._warehouse.leaks

    @property
    def fetched(self) -> list[str]:
        """Paths of the output host that were asked for."""
        return self._warehouse.fetched

    @property
    def generation_s(self) -> float:
        """How long the next videos take; may be changed at any time."""
        return self._studio.generation_s

    @generation_s.setter
    def generation_s(self, seconds: float) -> None:
        self._studio.generation_s = seconds

    @property
    def balance_usd(self) -> Decimal:
        """The money left; may be changed at any time."""
        return self._studio.balance_usd

    @balance_usd.setter
    def balance_usd(self, money: Decimal) -> None:
        self._studio.balance_usd = money

    def fail_next(self, operation: Operation, fault: Fault, *, times: int = 1) -> None:
        """Spoil the next `times` requests of that operation, after those already queued."""
        self._guard.fail_next(operation, fault, times=times)

    def heal(self) -> None:
        """Forget the faults that are still queued."""
        self._guard.heal()

    def delete_outputs(self) -> None:
        """Let 14 days pass for the files; Atlas still speaks of them."""
        self._warehouse.forget()

    def remember(self, prediction_id: str, *, model: str = "minimax/video-01") -> None:
        """Take up a video that a bot asked for before this Atlas began."""
        body = {"model": model, "prompt": "asked for before"}
        wish = read_wish("application/json", json.dumps(body).encode())
        self._studio.accept(wish, picture=None, faults=(), known_as=prediction_id)

    async def settled(self) -> None:
        """Wait until every accepted video is finished; one that is stuck never is."""
        await self._studio.settled()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opened:
            opened.callback(self._folder.cleanup)
            opened.push_async_callback(self.webhooks.close)
            opened.push_async_callback(self._studio.close)
            self.output_origin = await self._serve(self._warehouse.app(), self._ports[1], opened)
            self._origin = await self._serve(self._app(), self._ports[0], opened)
            self.base_url = f"{self._origin}/api/v1"
            self._resources = opened.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._resources.aclose()

    async def _serve(self, app: web.Application, port: int, opened: AsyncExitStack) -> str:
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        opened.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, self._host, port).start()
        return f"http://{self._host}:{runner.addresses[0][1]}"

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard.admit], client_max_size=_BODY_LIMIT)
        app.on_response_prepare.append(sign)
        router = app.router
        router.add_post("/api/v1/model/generateVideo", self._submit, name="submit")
        router.add_get("/api/v1/model/prediction/{id}", self._poll, name="poll")
        router.add_get("/api/v1/model/result/{id}", self._poll, name="poll-result")
        router.add_post("/api/v1/model/uploadMedia", self._upload, name="upload")
        router.add_get("/api/v1/models", self._models, name="models")
        router.add_get("/api/v1/webhooks/jwks.json", self.webhooks.serve_keys, name="jwks")
        router.add_get("/public/v1/balance", self._balance, name="balance")
        return app

    async def _submit(self, request: web.Request) -> web.Response:
        wish = read_wish(request.content_type, await request.read())
        picture = await self._picture(wish.image) if wish.image is not None else None
        request[FAULTS] |= wished(wish.prompt)
        prediction = self._studio.accept(wish, picture=picture, faults=request[FAULTS])
        return web.json_response({"code": 200, "message": "", "data": self._written(prediction)})

    async def _picture(self, url: str) -> bytes:
        """Return the picture behind a URL: in it, or uploaded here before. Raises Refused."""
        if picture_rules.is_data_url(url):
            content = picture_rules.from_data_url(url)
        else:
            origin, _, name = url.rpartition("/")
            content = self._warehouse.find(name) if origin == self.output_origin else None
            if content is None:
                raise Refused(400, "failed to download image from url")
        await asyncio.to_thread(picture_rules.check, content)
        return content

    async def _poll(self, request: web.Request) -> web.Response:
        prediction = self._studio.find(request.match_info["id"])
        if prediction is None:
            raise Refused(404, "not found")
        data = self._written(prediction)
        for fault in request[FAULTS] & ENDS.keys():
            data = ENDS[fault].write(data, self._output_url(prediction))
        return web.json_response({"code": 200, "message": "success", "data": data})

    async def _upload(self, request: web.Request) -> web.Response:
        file = (await request.post()).get("file")
        if not isinstance(file, web.FileField):
            raise Refused(400, "file is required")
        content = file.file.read()
        name = self._warehouse.store(content, media_type=file.content_type)
        data = {
            "type": file.content_type.partition("/")[0],
            "download_url": f"{self.output_origin}/{name}",
            "filename": name,
            "size": len(content),
        }
        return web.json_response({"code": 200, "message": "success", "data": data})

    async def _models(self, _request: web.Request) -> web.Response:
        entries = [model.entry(self.output_origin) for model in MODELS.values()]
        return web.json_response({"code": "200", "data": entries})

    async def _balance(self, _request: web.Request) -> web.Response:
        body = {
            "object": "balance",
            "scope": "account",
            "account": {"id": "acct_sandbox"},
            "available": _money(self.balance_usd),
            "cash": _money(self.balance_usd),
            "bonus": _money(Decimal(0)),
            "frozen": _money(self._studio.frozen_usd),
            "credit_grant": _money(Decimal(0)),
            "request_id": request_id(),
        }
        return web.json_response(body)

    def _written(self, prediction: Prediction) -> dict[str, Any]:
        return prediction.wire(
            now=time.monotonic(),
            base_url=self.base_url,
            output_url=self._output_url(prediction),
        )

    def _tell_of_end(self, prediction: Prediction) -> None:
        if prediction.webhook_url is not None:
            self.webhooks.send(prediction.webhook_url, self._written(prediction))

    def _output_url(self, prediction: Prediction) -> str:
        return f"{self.output_origin}/{prediction.id}.mp4"


def _money(value: Decimal) -> dict[str, str]:
    return {"value": f"{value:.6f}", "currency": "usd"}
