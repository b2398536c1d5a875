"""What a submit asks for, and the rules of its model's schema; unknown fields are not noticed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sandbox.atlas._answer import Refused
from sandbox.atlas._catalogue import MODELS, Model, Schema

_KINDS: Final[Mapping[str, type]] = {"string": str, "integer": int, "boolean": bool}
_WEB_URL: Final = re.compile(r"https?://[^\s/?#]+\S*")


@dataclass(frozen=True, slots=True)
class Wish:
    """A submit that keeps the rules.

    `body` is all that was sent; `image` is a `data:` or other URL, None for text alone;
    `webhook_url` is None without one.
    """

    model: Model
    body: Mapping[str, Any] = field(repr=False)
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
    for name, rule in model.properties.items():
        if given.get(name) is not None:
            _check(name, given[name], rule)
    image = (model.picture and given.get(model.picture)) or None
    return Wish(
        model=model,
        body=given,
        prompt=given["prompt"],
        image=image,
        prompt_expansion=given.get("enable_prompt_expansion") is True,
        webhook_url=_webhook_url(given.get("webhook_url")),
    )


def _check(name: str, value: object, rule: Schema) -> None:
    """Raise Refused where a value breaks the rule for it; a schema has no others."""
    kind = _KINDS[rule["type"]]
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise Refused(400, f"{name} must be a {rule['type']}")
    if value not in rule.get("enum", [value]):
        raise Refused(400, f"{name} must be one of {rule['enum']}")
    if isinstance(value, str) and len(value) > rule.get("maxLength", len(value)):
        raise Refused(400, f"{name} is longer than {rule['maxLength']} characters")
    if isinstance(value, int) and not (
        rule.get("minimum", value) <= value <= rule.get("maximum", value)
    ):
        raise Refused(400, f"{name} must lie between {rule['minimum']} and {rule['maximum']}")


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
