"""Atlas's media API over HTTP: one method per endpoint, each a single request."""

import asyncio
import base64
import io
import json
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from typing import Final, TypeVar
from urllib.parse import quote

import aiohttp

from bot.atlas import wire
from bot.atlas.webhook import Keys, read_keys
from bot.atlas.wire import Answer, Listing, Prediction
from bot.errors import AtlasError, AtlasUnavailable, SubmitUnknown
from bot.model import Video
from bot.picture import Picture

T = TypeVar("T")

USER_AGENT: Final = "Firstframe/0.1 (Discord bot)"
"""Our own: Atlas's edge refuses some default agents with 403 `error code: 1010`."""

_SUBMIT_TIMEOUT_S: Final = 120.0
_UPLOAD_TIMEOUT_S: Final = 60.0
_READ_TIMEOUT_S: Final = 30.0
_CONNECT_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=15)
_BODY_LIMIT: Final = 4 * 1024 * 1024  # the catalogue has 0.7; JSON grows thirtyfold in memory

_REQUEST_ID: Final = re.compile(r"[\w.-]{1,100}", re.ASCII)

_BROKEN: Final = (aiohttp.ClientError, OSError)
_NEVER_CONNECTED: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


def _unheard(_endpoint: str, _error: Exception) -> None:
    pass


class AtlasClient:
    """Borrowed sessions pointed at one Atlas account.

    What costs is sent through `session`, what only reads through `reads`, which may keep its
    connections. `base_url` is the media base, `https://api.atlascloud.ai/api/v1`. `failed` is told
    the endpoint and the error of each call that did not do what it should, before it is raised.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        api_key: str,
        reads: aiohttp.ClientSession | None = None,
        allow_private_outputs: bool = False,
        failed: Callable[[str, Exception], None] = _unheard,
    ) -> None:
        self._session = session
        self._reads = reads or session
        self._base_url = base_url.rstrip("/")
        self._public_url = f"{self._base_url.removesuffix('/api/v1')}/public/v1"
        self._headers = {"Authorization": f"Bearer {api_key}", "User-Agent": USER_AGENT}
        self._allow_private_outputs = allow_private_outputs
        self._failed = failed

    async def submit(self, video: Video, *, image: str | None, webhook_url: str | None) -> str:
        """Ask for a video that costs money, once, and return the prediction's id.

        Raises AtlasUnavailable or AtlasRejected when surely nothing was accepted, and
        SubmitUnknown when nobody can know.
        """
        body = json.dumps(wire.submit_body(video, image=image, webhook_url=webhook_url)).encode()
        # As a file and not as bytes: aiohttp writes it in pieces, and a picture may be in it.
        data = aiohttp.BytesIOPayload(io.BytesIO(body), content_type="application/json")
        with self._watched("submit"):
            try:
                answer = await self._request(
                    "POST", "/model/generateVideo", timeout_s=_SUBMIT_TIMEOUT_S, data=data
                )
            except _NEVER_CONNECTED as error:
                raise AtlasUnavailable(f"submit: {type(error).__name__}") from error
            except _BROKEN as error:
                raise SubmitUnknown(f"submit: {type(error).__name__}") from error
            return _understood(wire.read_submit, answer)

    async def prediction(self, prediction_id: str) -> Prediction:
        """Return how far a video is. Raises AtlasUnavailable when that cannot be learnt now."""
        path = f"/model/prediction/{quote(prediction_id, safe='')}"
        read = partial(wire.read_prediction, allow_private=self._allow_private_outputs)
        return await self._read("prediction", path, read)

    async def catalogue(self) -> Mapping[str, Listing]:
        """Return what the catalogue says of each model.

        Raises AtlasUnavailable.
        """
        return await self._read("models", "/models", wire.read_catalogue)

    async def balance(self) -> Decimal:
        """Return the US dollars that are left on the account; to read it proves the key.

        Raises AtlasRejected when the key is refused, and AtlasUnavailable.
        """
        return await self._read("balance", "/balance", wire.read_balance, base_url=self._public_url)

    async def webhook_keys(self) -> Keys:
        """Return the keys that Atlas signs its webhooks with. Raises AtlasUnavailable."""
        return await self._read("keys", "/webhooks/jwks.json", read_keys)

    async def lend(self, picture: Picture) -> str:
        """Return a URL under which Atlas finds the picture: uploaded, else a `data:` URL.

        Free and repeatable, unlike a submit.
        """
        form = aiohttp.FormData()
        form.add_field(
            "file",
            io.BytesIO(picture.content),  # as a file, as above: written in pieces
            filename=picture.filename,
            content_type=picture.media_type,
        )
        try:
            with self._watched("upload"):
                answer = await self._request(
                    "POST", "/model/uploadMedia", timeout_s=_UPLOAD_TIMEOUT_S, data=form
                )
                return _understood(wire.read_upload, answer)
        except (AtlasError, *_BROKEN):
            encoded = base64.b64encode(picture.content).decode("ascii")
            return f"data:{picture.media_type};base64,{encoded}"

    async def _read(
        self,
        endpoint: str,
        path: str,
        read: Callable[[Answer], T],
        *,
        base_url: str | None = None,
    ) -> T:
        with self._watched(endpoint):
            try:
                answer = await self._request(
                    "GET", path, timeout_s=_READ_TIMEOUT_S, base_url=base_url
                )
            except _BROKEN as error:
                raise AtlasUnavailable(f"{endpoint}: {type(error).__name__}") from error
            return _understood(read, answer)

    @contextmanager
    def _watched(self, endpoint: str) -> Generator[None]:
        try:
            yield
        except (AtlasError, *_BROKEN) as error:
            self._failed(endpoint, error)
            raise

    async def _request(
        self,
        method: str,
        path: str,
        *,
        timeout_s: float,
        data: aiohttp.FormData | aiohttp.Payload | None = None,
        base_url: str | None = None,
    ) -> Answer:
        session = self._reads if method == "GET" else self._session
        # No redirect is followed: the key and the prompt go to the API host alone.
        async with (
            asyncio.timeout(timeout_s),
            session.request(
                method,
                (base_url or self._base_url) + path,
                headers=self._headers,
                data=data,
                timeout=_CONNECT_TIMEOUT,
                allow_redirects=False,
            ) as response,
        ):
            content = bytearray()
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > _BODY_LIMIT:
                    raise aiohttp.ClientPayloadError("answer too large")
            return Answer(
                response.status,
                bytes(content),
                retry_after_s=_retry_after_s(response.headers),
                request_id=_request_id(response.headers),
            )


def _understood(read: Callable[[Answer], T], answer: Answer) -> T:
    """Read an answer; an error bears the name that Atlas gave the request."""
    try:
        return read(answer)
    except AtlasError as error:
        error.request_id = answer.request_id
        raise


def _retry_after_s(headers: Mapping[str, str]) -> float:
    value = headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0.0


def _request_id(headers: Mapping[str, str]) -> str:
    value = headers.get("X-Request-ID", "")
    return value if _REQUEST_ID.fullmatch(value) else ""
