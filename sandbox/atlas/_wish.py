"""What a submit asks for, and the rules that it must keep; unknown fields are not noticed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sandbox.atlas._answer import Refused
from sandbox.atlas._catalogue import MODELS, Model

_PROMPT_LIMIT: Final = 2000
_WEB_URL: Final = re.compile(r"https?://[^\s/?#]+\S*")


@dataclass(frozen=True, slots=True)
class Wish:
    """A submit that keeps the rules.

    `image` is a `data:` or other URL, None for text alone; `webhook_url` is None without one.
    """

    model: Model
    prompt: str = field(repr=False)
    image: str | None = field(repr=False)
    prompt_expansion: bool
    webhook_url: str | None = field(repr=False)


def read_wish(content_type: str, body: bytes) -> Wish:
    """Return what the body asks for. Raises Refused."""
    if content_type != "application/json":
        raise Refused(400, "content type must be application/json")
    given = _object(body)
    if not isinstance(given.get("model"), str):
        raise Refused(400, "model is required")
    model = MODELS.get(given["model"])
    if model is None:
        raise Refused(400, "not found")  # so says the real service, instead of 404
    for name in model.required:
        if not isinstance(given.get(name), str) or not given[name].strip():
            raise Refused(400, f"{name} is required")
    if len(given["prompt"]) > _PROMPT_LIMIT:
        raise Refused(400, f"prompt is longer than {_PROMPT_LIMIT} characters")
    image = given.get("image") or None
    if not isinstance(image, str | None):
        raise Refused(400, "image must be a string")
    return Wish(
        model=model,
        prompt=given["prompt"],
        image=image,
        prompt_expansion=given.get("enable_prompt_expansion") is True,
        webhook_url=_webhook_url(given.get("webhook_url")),
    )


def _webhook_url(url: object) -> str | None:
    if url is None or (isinstance(url, str) and _WEB_URL.fullmatch(url)):
        return url
    raise Refused(400, "webhook_url must be an http or https URL")


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "malformed JSON") from error
    if not isinstance(given, dict):
        raise Refused(400, "malformed JSON: not an object")
    return cast(Mapping[str, Any], given)
