"""The host of outputs, uploads and schemas: not Atlas, and so not to be shown its key."""

import mimetypes
from pathlib import Path
from typing import Final
from uuid import uuid4

from aiohttp import hdrs, web

from sandbox.atlas._catalogue import MODELS

_NAME: Final = r"{name:[0-9a-f]{32}\.[a-z0-9]+}"


class Warehouse:
    """Files in a folder, served as downloads of an unknown kind, as the real hosts do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fetched: list[str] = []
        """Paths that somebody asked for."""
        self.leaks: list[str] = []
        """Paths that somebody asked for with an Authorization header."""

    def app(self) -> web.Application:
        """Return the application that serves the folder."""
        app = web.Application()
        app.router.add_get(f"/{_NAME}", self._send)
        app.router.add_get("/model/schema/{name}", self._send_schema)
        return app

    def store(self, content: bytes, *, media_type: str) -> str:
        """Keep an uploaded file and return its name."""
        name = uuid4().hex + (mimetypes.guess_extension(media_type) or ".bin")
        (self._folder / name).write_bytes(content)
        return name

    def find(self, name: str) -> bytes | None:
        """Return an uploaded file; None when there is none of that name."""
        path = self._path(name)
        return None if path is None else path.read_bytes()

    def forget(self) -> None:
        """Delete everything, as the real hosts do after 14 days at most."""
        for path in self._folder.iterdir():
            path.unlink()

    def _path(self, name: str) -> Path | None:
        path = self._folder / Path(name).name
        return path if path.is_file() else None

    async def _send_schema(self, request: web.Request) -> web.StreamResponse:
        for model in MODELS.values():
            if model.schema_name == request.match_info["name"]:
                return self._refusal(request) or web.json_response(model.schema())
        return web.Response(status=404, text="NoSuchKey")

    def _refusal(self, request: web.Request) -> web.Response | None:
        if hdrs.AUTHORIZATION not in request.headers:
            return None
        self.leaks.append(request.path)
        return web.Response(status=400, text="InvalidArgument: no key is wanted here")

    async def _send(self, request: web.Request) -> web.StreamResponse:
        self.fetched.append(request.path)
        if (refusal := self._refusal(request)) is not None:
            return refusal
        path = self._path(request.match_info["name"])
        if path is None:
            return web.Response(status=404, text="NoSuchKey")
        headers = {
            hdrs.CONTENT_TYPE: "application/octet-stream",
            hdrs.CONTENT_DISPOSITION: "attachment",
            "x-oss-force-download": "true",
        }
        return web.FileResponse(path, headers=headers)
