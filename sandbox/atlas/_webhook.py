"""Webhooks as https://www.atlascloud.ai/docs/en/webhooks tells of them: signed, and repeated."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_EVENT: Final = "video.task.terminal"
_GOOD: Final = {"completed", "succeeded", "success"}
_BAD: Final = {"failed", "timeout", "canceled", "cancelled"}
_ATTEMPTS: Final = 10
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One try to hand a webhook over; `status` is None when nobody answered."""

    prediction_id: str
    url: str = field(repr=False)
    at: float
    status: int | None

    @property
    def is_taken(self) -> bool:
        """Whether it need not be repeated."""
        return self.status is not None and 200 <= self.status < 300


class SigningKey:
    """An Ed25519 pair with its id, and the older way to sign beside it."""

    def __init__(self) -> None:
        self.id = f"key_{uuid4().hex[:12]}"
        self._private = Ed25519PrivateKey.generate()

    def headers(self, body: bytes, *, webhook_id: str, at: float) -> dict[str, str]:
        """Return all headers of a webhook with that body."""
        timestamp = str(int(at))
        signed = timestamp.encode() + b"." + body
        return {
            "Content-Type": "application/json",
            "X-AtlasCloud-Webhook-Id": webhook_id,
            "X-AtlasCloud-Webhook-Event": _EVENT,
            "X-AtlasCloud-Webhook-Timestamp": timestamp,
            "X-AtlasCloud-Webhook-Key-Id": self.id,
            "X-AtlasCloud-Webhook-Signature-Ed25519": _base64url(self._private.sign(signed)),
            "X-AtlasCloud-Webhook-Signature": hmac.new(b"old", signed, hashlib.sha256).hexdigest(),
        }

    def jwk(self) -> dict[str, str]:
        """Return the public half: https://www.rfc-editor.org/rfc/rfc8037"""
        public = _base64url(self._private.public_key().public_bytes_raw())
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": self.id,
            "x": public,
        }


class WebhookSender:
    """Sends each webhook until somebody takes it, with pauses that double."""

    def __init__(self, *, first_pause_s: float) -> None:
        self.deliveries: list[WebhookDelivery] = []
        """Every try so far."""
        self.key = SigningKey()
        self._published = [self.key]
        self._first_pause_s = first_pause_s
        self._tasks: set[asyncio.Task[None]] = set()

    def rotate_key(self) -> None:
        """Sign with a new key from now on; the old one stays published."""
        self.key = SigningKey()
        self._published.append(self.key)

    def send(self, url: str, prediction: Mapping[str, Any]) -> None:
        """Tell of a prediction that ended; nothing is told of one that did not."""
        status = str(prediction["status"]).lower()
        if status not in _GOOD | _BAD:
            return
        task = asyncio.create_task(
            self._deliver(url, prediction["id"], webhook_body(prediction, is_good=status in _GOOD)),
            name=f"webhook {prediction['id']}",
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until each webhook is taken or given up."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Give up what nobody took yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def serve_keys(self, _request: web.Request) -> web.Response:
        """Answer with the public keys."""
        return web.json_response({"keys": [key.jwk() for key in self._published]})

    async def _deliver(self, url: str, prediction_id: str, body: bytes) -> None:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            for attempt in range(_ATTEMPTS):
                at = time.time()
                headers = self.key.headers(body, webhook_id=prediction_id, at=at)
                status = await _post(session, url, body, headers)
                delivery = WebhookDelivery(prediction_id, url, at, status)
                self.deliveries.append(delivery)
                if delivery.is_taken:
                    return
                await asyncio.sleep(self._first_pause_s * 2**attempt)


def webhook_body(prediction: Mapping[str, Any], *, is_good: bool = True) -> bytes:
    """Return what a webhook says of a prediction."""
    body = {
        "session_id": prediction["id"],
        "event_type": _EVENT,
        "status": "OK" if is_good else "ERROR",
        "payload": prediction,
        "error": None if is_good else prediction.get("error"),
    }
    return json.dumps(body).encode()


async def _post(
    session: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str]
) -> int | None:
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
