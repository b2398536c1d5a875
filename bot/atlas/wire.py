"""What Atlas's media API says and wants to hear: bodies out, answers in, no I/O.

The service wraps the published object in an envelope, says failure in several ways, and adds
states now and then; https://www.atlascloud.ai/docs/predictions and /docs/errors tell of most.
Whatever comes in ends here in a value that is safe to keep, or in one of our own errors.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, cast

from bot.atlas.links import LINK_LIMIT, is_showable, is_web_link
from bot.errors import (
    AtlasError,
    AtlasRejected,
    AtlasUnavailable,
    PredictionUnseen,
    SubmitUnknown,
)
from bot.model import Cause, Failed, Flagged, Ready, Refused, Video

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
_UNSEEN: Final = {404, 410}
_REFUSED_FOR_NOW: Final = {429, 503}
_TEXT_READ: Final = 10_000  # characters
ID: Final = re.compile(r"(?!\.{1,2}$)[!-~]{1,200}")  # fits a URL's path and any database
_PRICE: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6})?")
_MONEY: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer of Atlas: its status, its body, how long it asks us to wait, its name."""

    status: int
    body: bytes = field(repr=False)
    retry_after_s: float = 0.0
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What an answer says: the status that counts, the remark on it, and what is inside.

    `content` is the prediction of a submit or a poll, wrapped as the service sends it or flat as
    it is published.
    """

    status: int
    remark: str
    body: Mapping[str, Any]
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Running:
    """Atlas still works on it."""


@dataclass(frozen=True, slots=True)
class Empty:
    """Atlas says it is done, and shows no output; it may show one soon."""


Prediction = Running | Empty | Ready | Flagged | Refused | Failed


def submit_body(video: Video, *, image: str | None, webhook_url: str | None) -> dict[str, Any]:
    """Return the flat JSON of `POST /model/generateVideo`, without members that are None.

    `image` is an uploaded picture's URL or a `data:` URL.
    """
    body = {
        "model": video.model,
        "prompt": video.prompt,
        "enable_prompt_expansion": video.prompt_expansion,
        "image": image,
        "webhook_url": webhook_url,
    }
    return {name: value for name, value in body.items() if value is not None}


def read_submit(answer: Answer) -> str:
    """Return the id of the accepted prediction.

    Raises AtlasUnavailable or AtlasRejected when the answer proves that nothing was accepted,
    else SubmitUnknown.
    """
    envelope = _opened(answer)
    status, prediction_id = envelope.status, envelope.content.get("id")
    if not prediction_id:  # what refuses and yet shows an id proves nothing
        if status in _REFUSED_FOR_NOW:
            raise AtlasUnavailable(f"submit: {status}", retry_after_s=answer.retry_after_s)
        if status in _REFUSALS:
            raise AtlasRejected(_refusal(envelope))
    if status >= 300 or not (isinstance(prediction_id, str) and ID.fullmatch(prediction_id)):
        raise SubmitUnknown(f"submit: {status} without a sure id")
    return prediction_id


def read_prediction(answer: Answer, *, allow_private: bool) -> Prediction:
    """Return what a poll says; `allow_private` admits links to loopback and private hosts.

    Raises AtlasUnavailable for every answer that is not about the prediction: a video that was
    accepted is never given up for a bad answer. Of these PredictionUnseen says that Atlas knows
    no such prediction.
    """
    envelope = _opened(answer)
    state = envelope.content.get("status")
    if envelope.body and (envelope.status in _UNSEEN or _is_not_found(envelope)):
        raise PredictionUnseen(f"poll: {envelope.status}", retry_after_s=answer.retry_after_s)
    if envelope.status >= 300 or not isinstance(state, str):
        raise AtlasUnavailable(f"poll: {envelope.status}", retry_after_s=answer.retry_after_s)
    state = state.strip().lower()
    if state in _DONE:
        return _finished(envelope.content, allow_private=allow_private)
    if state in _CANCELLED:
        return Failed(Cause.CANCELLED)
    if state in _FAILED:
        return _failure(envelope.content)
    return Running()


def read_upload(answer: Answer) -> str:
    """Return the URL under which Atlas keeps an uploaded picture.

    Raises AtlasError when there is none that Atlas could read.
    """
    envelope = _opened(answer)
    for name in ("download_url", "url", "file_url"):
        url = envelope.content.get(name) or envelope.body.get(name)
        if envelope.status < 300 and isinstance(url, str) and is_web_link(url):
            return url
    raise AtlasError(f"upload: {envelope.status}")


def read_catalogue(answer: Answer) -> Mapping[str, Decimal | None]:
    """Return the models with the price of one video in USD, None where none can be read.

    Raises AtlasUnavailable when the catalogue itself cannot be read.
    """
    envelope = _opened(answer)
    entries = envelope.body.get("data")
    if envelope.status >= 300 or not isinstance(entries, list):
        raise AtlasUnavailable(f"models: {envelope.status}", retry_after_s=answer.retry_after_s)
    listed = map(_mapping, cast(list[object], entries))
    priced = ((entry.get("model"), _price(entry)) for entry in listed)
    return {model: price for model, price in priced if isinstance(model, str)}


def read_balance(answer: Answer) -> Decimal:
    """Return the US dollars that are left on the account.

    https://www.atlascloud.ai/docs/public-api; raises AtlasRejected when the key is refused, and
    AtlasUnavailable when the balance cannot be read.
    """
    envelope = _opened(answer)
    if _REFUSALS.get(envelope.status) is Cause.KEY:
        raise AtlasRejected(Cause.KEY)
    available = _mapping(envelope.body.get("available"))
    text, currency = _text(available.get("value")), _text(available.get("currency"))
    if envelope.status >= 300 or currency.lower() != "usd" or not _MONEY.fullmatch(text):
        raise AtlasUnavailable(f"balance: {envelope.status}", retry_after_s=answer.retry_after_s)
    return Decimal(text)


def _finished(prediction: Mapping[str, Any], *, allow_private: bool) -> Prediction:
    flags = _listed(prediction.get("has_nsfw_contents"))
    if not all(flag is None or isinstance(flag, bool) for flag in flags):
        return Flagged()  # unreadable is not safe, and no policy softens it
    links = list(_links(prediction.get("outputs") or prediction.get("output")))
    shown = _fitting(link for link in links if is_showable(link, allow_private=allow_private))
    if any(flags):
        return Flagged(shown)
    if not links:
        return Empty()
    return Ready(shown) if shown else Failed(Cause.LINK)


def _listed(value: object) -> list[object]:
    return cast(list[object], value) if isinstance(value, list) else [value]


def _links(outputs: object) -> Iterator[str]:
    found = (
        item if isinstance(item, str) else _mapping(item).get("url") for item in _listed(outputs)
    )
    return (link.strip() for link in found if isinstance(link, str) and link.strip())


def _fitting(links: Iterator[str]) -> tuple[str, ...]:
    """Return the first links, as many as fit one message with a line each."""
    fitting, room = list[str](), LINK_LIMIT
    for link in links:
        if len(link) > room:
            break
        fitting.append(link)
        room -= len(link) + 1
    return tuple(fitting)


def _failure(prediction: Mapping[str, Any]) -> Prediction:
    error = prediction.get("error")
    text = _text(error) or _text(_mapping(error).get("message"))
    moderated = prediction.get("error_code") in (_CONTENT_MODERATION, str(_CONTENT_MODERATION))
    if moderated or _POLICY.search(text):
        return Refused(Cause.CONTENT)
    return Failed(Cause.BROKEN)


def _refusal(envelope: _Envelope) -> Cause:
    if _is_not_found(envelope):
        return Cause.MODEL
    if envelope.status == 400 and _POLICY.search(envelope.remark):
        return Cause.CONTENT
    return _REFUSALS[envelope.status]


def _is_not_found(envelope: _Envelope) -> bool:
    """Tell whether this is what Atlas really answers, instead of the documented 404."""
    return envelope.status == 400 and envelope.remark.strip().lower() == "not found"


def _price(entry: Mapping[str, Any]) -> Decimal | None:
    actual = _mapping(_mapping(entry.get("price")).get("actual"))
    text = _text(actual.get("base_price"))
    return Decimal(text) if _PRICE.fullmatch(text) else None


def _opened(answer: Answer) -> _Envelope:
    body = decoded(answer.body)
    data = body.get("data")
    return _Envelope(
        status=_worse(answer.status, body.get("code")),
        remark=_text(body.get("msg") or body.get("message")),
        body=body,
        content=cast(Mapping[str, Any], data) if isinstance(data, dict) else body,
    )


def decoded(body: bytes) -> Mapping[str, Any]:
    """Return a JSON object; an empty one for HTML from the edge, garbage and the rest."""
    try:
        return _mapping(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def _worse(status: int, code: object) -> int:
    """Return the HTTP status, or the error that the body carries under an HTTP 200."""
    inner = str(code) if isinstance(code, int | str) else ""
    is_error = re.fullmatch(r"[4-9][0-9]{2}", inner) is not None
    return int(inner) if status < 300 and is_error else status


def _text(value: object) -> str:
    """Return what is written there; nothing for anything but text, and not too much of that."""
    return value[:_TEXT_READ] if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}
