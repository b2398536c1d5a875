"""What Atlas's media API says and wants to hear: bodies out, answers in, no I/O.

The service wraps the published object in an envelope, says failure in several ways, and adds
states now and then; https://www.atlascloud.ai/docs/predictions and /docs/errors tell of most.
Whatever comes in ends here in a `Submitted`, a `Prediction`, or one of our own errors.
"""

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlsplit

from bot.errors import AtlasError, AtlasRejected, AtlasUnavailable, SubmitUnknown
from bot.model import Cause, Failed, Flagged, Ready, Refused

LINK_LIMIT: Final = 1700
"""Characters of all output links that still fit a Discord message of 2,000 beside our words."""

_CONTENT_MODERATION: Final = 1039  # https://www.atlascloud.ai/docs/errors
_POLICY: Final = re.compile(
    r"content.?policy|moderation|flagged|safety|sensitive|nsfw|violat", re.IGNORECASE
)
_DONE: Final = {"completed", "succeeded", "success"}
_CANCELLED: Final = {"canceled", "cancelled"}
_FAILED: Final = {"failed", "error", "timeout"}

_REFUSALS: Final[Mapping[int, Cause]] = {
    400: Cause.INPUT,
    401: Cause.KEY,
    402: Cause.BALANCE,
    403: Cause.KEY,
    404: Cause.MODEL,
    413: Cause.TOO_LARGE,
    451: Cause.REGION,
}
_REFUSED_FOR_NOW: Final = {429, 503}
_LINK: Final = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer of Atlas: its status, its body, and how long it asks us to wait."""

    status: int
    body: bytes = field(repr=False)
    retry_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Running:
    """Atlas still works on it."""


@dataclass(frozen=True, slots=True)
class Empty:
    """Atlas says it is done, and shows no output; it may show one soon."""


Prediction = Running | Empty | Ready | Flagged | Refused | Failed


def submit_body(
    *, model: str, prompt: str, image: str | None, prompt_expansion: bool
) -> dict[str, Any]:
    """Return the flat JSON of `POST /model/generateVideo`.

    `image` is an uploaded picture's URL or a `data:` URL.
    """
    body: dict[str, Any] = {
        "model": model,
        "prompt": prompt,
        "enable_prompt_expansion": prompt_expansion,
    }
    return body if image is None else body | {"image": image}


def read_submit(answer: Answer) -> str:
    """Return the id of the accepted prediction.

    Raises AtlasUnavailable or AtlasRejected when the answer proves that nothing was accepted,
    else SubmitUnknown.
    """
    status = _status(answer)
    if status in _REFUSED_FOR_NOW:
        raise AtlasUnavailable(f"submit: {status}", retry_after_s=answer.retry_after_s)
    if status in _REFUSALS:
        raise AtlasRejected(_refusal(status, _message(answer)))
    prediction_id = _prediction(answer).get("id") if status < 300 else None
    if not isinstance(prediction_id, str) or not prediction_id.strip():
        raise SubmitUnknown(f"submit: {status} without an id")
    return prediction_id


def read_prediction(answer: Answer, *, allow_private: bool) -> Prediction:
    """Return what a poll says; `allow_private` admits links to loopback and private hosts.

    Raises AtlasUnavailable for every answer that is not about the prediction: a video that was
    accepted is never given up for a bad answer.
    """
    status = _status(answer)
    prediction = _prediction(answer)
    if status >= 300 or not isinstance(prediction.get("status"), str):
        raise AtlasUnavailable(f"poll: {status}", retry_after_s=answer.retry_after_s)
    state = cast(str, prediction["status"]).strip().lower()
    if state in _DONE:
        return _finished(prediction, allow_private=allow_private)
    if state in _CANCELLED:
        return Failed(Cause.CANCELLED)
    if state in _FAILED:
        return _failure(prediction)
    return Running()


def read_upload(answer: Answer) -> str:
    """Return the URL under which Atlas keeps an uploaded picture.

    Raises AtlasError when there is none.
    """
    body = _json(answer)
    data = _mapping(body.get("data"))
    for name in ("download_url", "url", "file_url"):
        url = data.get(name) or body.get(name)
        if _status(answer) < 300 and isinstance(url, str) and url:
            return url
    raise AtlasError(f"upload: {answer.status}")


def read_models(answer: Answer) -> frozenset[str]:
    """Return the ids of the catalogue. Raises AtlasUnavailable when it cannot be read."""
    entries = _json(answer).get("data")
    if _status(answer) >= 300 or not isinstance(entries, list):
        raise AtlasUnavailable(f"models: {answer.status}", retry_after_s=answer.retry_after_s)
    found = (_mapping(entry).get("model") for entry in cast(list[Any], entries))
    return frozenset(model for model in found if isinstance(model, str))


def is_showable(link: str, *, allow_private: bool = False) -> bool:
    """Tell whether a link may be posted: https, a public host, and nothing but a link."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if not _LINK.fullmatch(link) or not host or parts.username:
        return False
    if allow_private:
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and _is_public(host)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        private = (".local", ".internal", ".localhost", ".home.arpa", ".lan")
        return "." in host and not host.endswith(private) and not host[-1].isdigit()


def _finished(prediction: Mapping[str, Any], *, allow_private: bool) -> Prediction:
    if _is_flagged(prediction.get("has_nsfw_contents")):
        return Flagged()
    links = _links(prediction.get("outputs") or prediction.get("output"))
    if not links:
        return Empty()
    shown = tuple(link for link in links if is_showable(link, allow_private=allow_private))
    while len("\n".join(shown)) > LINK_LIMIT:
        shown = shown[:-1]
    return Ready(shown) if shown else Failed(Cause.LINK)


def _is_flagged(flags: object) -> bool:
    """Anything but null, false, and lists of these is a flag: unreadable is not safe."""
    flags = cast(list[object], flags) if isinstance(flags, list) else [flags]
    return any(flag is not None and flag is not False for flag in flags)


def _links(outputs: object) -> tuple[str, ...]:
    listed = cast(list[object], outputs) if isinstance(outputs, list) else [outputs]
    found = (item if isinstance(item, str) else _mapping(item).get("url") for item in listed)
    return tuple(link.strip() for link in found if isinstance(link, str) and link.strip())


def _failure(prediction: Mapping[str, Any]) -> Prediction:
    text = str(prediction.get("error") or "")
    moderated = str(prediction.get("error_code")) == str(_CONTENT_MODERATION)
    if moderated or _POLICY.search(text):
        return Refused(Cause.CONTENT)
    return Failed(Cause.BROKEN)


def _refusal(status: int, message: str) -> Cause:
    if status == 400 and message.strip().lower() == "not found":
        return Cause.MODEL  # what an unknown model really answers, instead of the documented 404
    if status == 400 and _POLICY.search(message):
        return Cause.CONTENT
    return _REFUSALS[status]


def _status(answer: Answer) -> int:
    """The HTTP status, or the worse one that the body carries under an HTTP 200."""
    code = str(_json(answer).get("code"))
    inner = int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 0
    return inner if answer.status < 300 and inner >= 400 else answer.status


def _message(answer: Answer) -> str:
    body = _json(answer)
    return str(body.get("msg") or body.get("message") or "")


def _prediction(answer: Answer) -> Mapping[str, Any]:
    body = _json(answer)
    data = body.get("data")
    return cast(Mapping[str, Any], data) if isinstance(data, dict) else body


def _json(answer: Answer) -> Mapping[str, Any]:
    """The body as an object; an empty one for HTML from the edge, garbage and the rest."""
    try:
        return _mapping(json.loads(answer.body))
    except (ValueError, RecursionError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}
