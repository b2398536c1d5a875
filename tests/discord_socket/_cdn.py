"""Attachments under this server's own address, where the bot can read them."""

from typing import Any
from urllib.parse import quote

from aiohttp import web
from simcord.backend.cdn import CdnStore


class Cdn(CdnStore):
    """SimCord's store with links that lead somewhere."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self._files: dict[str, tuple[bytes, str]] = {}

    def store_attachment(
        self,
        attachment_id: int,
        channel_id: int,
        filename: str,
        data: bytes,
        description: str | None,
    ) -> dict[str, Any]:
        """Keep a file; return it as Discord describes it."""
        stored = super().store_attachment(attachment_id, channel_id, filename, data, description)
        path = f"/attachments/{channel_id}/{attachment_id}/{filename}"
        self._files[path] = (data, stored["content_type"])
        url = self._base + quote(path)
        return {**stored, "url": url, "proxy_url": url}

    def answer(self, path: str) -> web.Response:
        """Return a file's bytes, 404 if it was never there."""
        data, content_type = self._files.get(path, (None, "text/plain"))
        return web.Response(
            status=404 if data is None else 200, body=data, content_type=content_type
        )
