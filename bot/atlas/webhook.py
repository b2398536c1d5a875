"""What Atlas's webhooks say: who signed them, when, and of which prediction; no I/O.

Atlas signs with Ed25519 over `<timestamp>.<raw body>` and publishes its keys as a JWKS:
https://www.atlascloud.ai/docs/en/webhooks and https://www.rfc-editor.org/rfc/rfc8037
"""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.atlas.wire import ID, Answer, decoded
from bot.errors import AtlasUnavailable, WebhookKeyUnknown, WebhookRefused, WebhookUnreadable

Keys = Mapping[str, Ed25519PublicKey]
"""Atlas's public keys by their ids."""

_KEY_LIMIT: Final = 32
_KEY_ID_LENGTH: Final = 200
_WINDOW_S: Final = 300  # Atlas's own advice
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{43}=?")  # 32 bytes as base64url
_SIGNATURE: Final = re.compile(r"[A-Za-z0-9_-]{86}(?:==)?")  # 64 bytes

_TIMESTAMP_HEADER: Final = "x-atlascloud-webhook-timestamp"
_KEY_ID_HEADER: Final = "x-atlascloud-webhook-key-id"
_SIGNATURE_HEADERS: Final = (
    "x-atlascloud-webhook-signature-ed25519",
    "x-atlascloud-webhook-signature",  # an HMAC today; others say that it will be Ed25519 later
)


def read_keys(answer: Answer) -> Keys:
    """Return the Ed25519 keys of a JWKS, and none of its other members.

    Raises AtlasUnavailable when there is none: a set without keys is no reason to forget any.
    """
    listed = decoded(answer.body).get("keys") if answer.status < 300 else None
    found = dict(_usable(cast(list[object], listed) if isinstance(listed, list) else []))
    if not found:
        raise AtlasUnavailable(f"keys: {answer.status}", retry_after_s=answer.retry_after_s)
    return found


def read_webhook(headers: Mapping[str, str], body: bytes, *, keys: Keys, now: float) -> str:
    """Return the id of the prediction that a webhook of Atlas is about.

    Raises WebhookRefused, WebhookKeyUnknown when a newer set of keys may change that, and
    WebhookUnreadable when the words are Atlas's and name no prediction.
    """
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, signature = given.get(_TIMESTAMP_HEADER, ""), _signature(given)
    if signature is None or not _TIMESTAMP.fullmatch(timestamp):
        raise WebhookRefused("unsigned")
    if abs(now - int(timestamp)) > _WINDOW_S:
        raise WebhookRefused("stale")
    key = keys.get(given.get(_KEY_ID_HEADER, ""))
    if key is None:
        raise WebhookKeyUnknown("key unknown")
    try:
        key.verify(signature, timestamp.encode("ascii") + b"." + body)
    except InvalidSignature as error:
        raise WebhookRefused("forged") from error
    return _prediction_id(body)


def _prediction_id(body: bytes) -> str:
    prediction_id = decoded(body).get("session_id")
    if not isinstance(prediction_id, str) or not ID.fullmatch(prediction_id):
        raise WebhookUnreadable("no prediction named")
    return prediction_id


def _signature(given: Mapping[str, str]) -> bytes | None:
    """The first that has the shape of an Ed25519 signature, as an HMAC has not; None without."""
    for name in _SIGNATURE_HEADERS:
        if _SIGNATURE.fullmatch(given.get(name, "")):
            return _from_base64url(given[name])
    return None


def _usable(listed: list[object]) -> Iterator[tuple[str, Ed25519PublicKey]]:
    for entry in listed[:_KEY_LIMIT]:
        match entry:
            case {"kty": "OKP", "crv": "Ed25519", "kid": str(key_id), "x": str(key)}:
                if len(key_id) <= _KEY_ID_LENGTH and _KEY.fullmatch(key):
                    yield key_id, Ed25519PublicKey.from_public_bytes(_from_base64url(key))
            case _:
                pass


def _from_base64url(text: str) -> bytes:
    """Decode what may be written with or without its padding."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "==")
