"""What the schema of a model says: an OpenAPI document, whose `Input` alone decides what it takes.

Members are called differently from model to model, so each of our words has several names there.
What is hidden or disabled is not for members; what is required, and nothing that we know how to
give, makes a model unusable. Facts: https://www.atlascloud.ai/docs/models
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from bot.atlas._json import mapping
from bot.errors import SchemaUnusable
from bot.model import PROMPT_LIMIT
from bot.offer import Choice, Option, PictureField, Span, Switch, Takes, Trait, plain
from bot.recipe import Value

_PROMPT: Final = "prompt"
_EXPANSION: Final = "enable_prompt_expansion"

DOCUMENTED: Final = Takes(
    picture=PictureField("image"), expansion=Switch(_EXPANSION, default=False)
)
"""What `minimax/video-01` takes by its page: what is taken for granted where no schema was read."""

_OURS: Final = {"model", _PROMPT, "webhook_url"}
_PICTURES: Final = (
    "image",
    "image_url",
    "first_frame",
    "first_frame_image",
    "first_frame_url",
    "start_image",
    "start_image_url",
    "input_image",
    "images",
    "image_urls",
)
_TRAITS: Final[Mapping[Trait, tuple[str, ...]]] = {
    "seconds": ("duration", "seconds"),
    "resolution": ("resolution", "size"),
    "aspect_ratio": ("aspect_ratio", "ratio"),
}
_MEMBERS_READ: Final = 200
_VALUES_READ: Final = 50
_LONGEST_S: Final = 3600
_LARGEST: Final = 10**9
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_TEXT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,:;*×x+/_-]{0,39}")
_SECONDS: Final = re.compile(r"[1-9][0-9]{0,3}")


def input_of(document: bytes) -> Mapping[str, Any]:
    """Return the `Input` of a schema document. Raises SchemaUnusable when there is none."""
    try:
        whole: object = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise SchemaUnusable("no JSON") from error
    for name in ("components", "schemas", "Input"):
        whole = mapping(whole).get(name)
    if not isinstance(whole, dict):
        raise SchemaUnusable("no Input")
    return cast(Mapping[str, Any], whole)


def takes_of(given: Mapping[str, Any]) -> Takes:
    """Return what a model with this `Input` takes. Raises SchemaUnusable."""
    form = _Form.of(given)
    if _PROMPT not in form.shown:
        raise SchemaUnusable("it takes no prompt")
    picture, options, expansion = form.picture(), form.options(), form.expansion()
    given_anyway = {part.member for part in (picture, expansion) if part is not None}
    return Takes(
        prompt_limit=form.prompt_limit(),
        picture=picture,
        expansion=expansion,
        options=options,
        always=dict(form.always(given_anyway)),
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """The members of a request: all, those for members of ours, and those that must be there."""

    members: Mapping[str, Mapping[str, Any]]
    shown: Mapping[str, Mapping[str, Any]]
    required: tuple[str, ...]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "_Form":
        members = {
            name: _plain_type(mapping(member))
            for name, member in list(mapping(given.get("properties")).items())[:_MEMBERS_READ]
            if _NAME.fullmatch(name)
        }
        hiding = ("hidden", "disabled")
        shown = {
            name: member
            for name, member in members.items()
            if not any(member.get(way) is True for way in hiding)
        }
        listed = _list(given.get("required"))[:_MEMBERS_READ]
        return cls(members, shown, tuple(name for name in listed if isinstance(name, str)))

    def prompt_limit(self) -> int:
        limit = _whole(self.shown[_PROMPT].get("maxLength"))
        return PROMPT_LIMIT if limit is None or limit < 1 else min(limit, PROMPT_LIMIT)

    def picture(self) -> PictureField | None:
        for name in _PICTURES:
            kind = self.shown.get(name, {}).get("type")
            if kind in ("string", "array"):
                return PictureField(name, kind == "array", name in self.required)
        return None

    def expansion(self) -> Switch | None:
        member = self.shown.get(_EXPANSION)
        return None if member is None else Switch(_EXPANSION, member.get("default") is True)

    def options(self) -> dict[Trait, Option]:
        found: dict[Trait, Option] = {}
        for trait, names in _TRAITS.items():
            read = (_option(trait, name, self.shown[name]) for name in names if name in self.shown)
            option = next((option for option in read if option is not None), None)
            if option is not None:
                found[trait] = option
        return found

    def always(self, given: set[str]) -> Iterator[tuple[str, Value]]:
        """Yield what must be there and is not given otherwise. Raises SchemaUnusable."""
        for name in self.required:
            if name in _OURS or name in given:
                continue
            member = self.members.get(name, {})
            values = [member.get("default"), *_list(member.get("enum"))]
            value = next((value for value in map(_value, values) if value is not None), None)
            if value is None and (least := _whole(member.get("minimum"))) is not None:
                value = least
            if value is None:
                shown = name if _NAME.fullmatch(name) else "something"
                raise SchemaUnusable(f"it needs {shown}, and I do not know what that is")
            yield name, value


def _option(trait: Trait, name: str, member: Mapping[str, Any]) -> Option | None:
    """Return what may be chosen; None where that is not bounded, and so cannot be checked."""
    default = _value(member.get("default"))
    values = [_value(value) for value in _list(member.get("enum"))[:_VALUES_READ]]
    chosen = tuple(v for v in values if v is not None and not isinstance(v, bool))
    if trait == "seconds":
        chosen = tuple(value for value in chosen if _SECONDS.fullmatch(plain(value)))
    if chosen:
        is_one = default in chosen and not isinstance(default, bool)  # true is 1 to Python
        return Choice(name, chosen, default if is_one else None)
    if trait != "seconds" or member.get("type") not in ("integer", "number"):
        return None
    least, most = _whole(member.get("minimum")), _whole(member.get("maximum"))
    step = _whole(member.get("step") or member.get("multipleOf")) or 1
    least = max(1, least or 1)
    if most is None or not step > 0 or not least <= most <= _LONGEST_S:
        return None
    usual = _whole(default)
    return Span(name, least, most, step, usual if usual in range(least, most + 1) else None)


def _plain_type(member: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a member with the first real one of its alternatives, such as `string or null`."""
    if member.get("type") is not None or "enum" in member:
        return member
    ways = map(mapping, _list(member.get("anyOf") or member.get("oneOf") or member.get("allOf")))
    real = (way for way in ways if way.get("type") not in (None, "null"))
    return {**next(real, mapping(None)), **member}


def _value(value: object) -> Value | None:
    """Return what may stand in a request as it is: short, and of one line."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if _TEXT.fullmatch(value) else None
    return value if isinstance(value, int | float) and abs(value) < _LARGEST else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
        return None
    return int(value) if value == int(value) else None


def _list(value: object) -> list[object]:
    return cast(list[object], value) if isinstance(value, list) else []
