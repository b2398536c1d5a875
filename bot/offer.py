"""What members may choose among: models, what each takes, and those that are one choice."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from bot.model import PROMPT_LIMIT
from bot.money import MICRO
from bot.recipe import Value

Trait = Literal["seconds", "resolution", "aspect_ratio"]
TRAITS: Final[tuple[Trait, ...]] = ("seconds", "resolution", "aspect_ratio")
"""What members may choose of a video, by our names; each model has its own."""

_SUGGESTED: Final = 25
_UNIT: Final = re.compile(r"(?<=[0-9])\s*s(?:ec(?:ond)?s?)?$")
_MODE: Final = re.compile(r"(?<![a-z0-9])(?:t2v|i2v|(?:text|image)-to-video)(?![a-z0-9])")
_MODE_IN_NAME: Final = re.compile(
    r"\W*\b(?:T2V|I2V|(?:Text|Image)[ -]to[ -]Video)\b", re.IGNORECASE
)
_LEAST_A_RUN: Final = Decimal("0.10")
_WITH_CAMERA: Final = "minimax/"


@dataclass(frozen=True, slots=True)
class Choice:
    """A member of the request that takes one of some values; without a default, it is None."""

    member: str
    values: tuple[Value, ...]
    default: Value | None = None

    def value_of(self, wish: Value) -> Value | None:
        """Return the value that is meant, as Atlas writes it; None when it is none of them."""
        return next((value for value in self.values if plain(value) == plain(wish)), None)

    def suggested(self) -> list[Value]:
        """Return what may be suggested."""
        return list(self.values[:_SUGGESTED])


@dataclass(frozen=True, slots=True)
class Span:
    """A member of the request that takes a whole number within bounds."""

    member: str
    least: int
    most: int
    step: int = 1
    default: int | None = None

    @property
    def numbers(self) -> range:
        """All that it takes."""
        return range(self.least, self.most + 1, self.step)

    def value_of(self, wish: Value) -> Value | None:
        """Return the number that is meant; None when it is out of bounds."""
        return wish if wish in self.numbers else None

    def suggested(self) -> list[Value]:
        """Return what may be suggested."""
        return list(self.numbers[:_SUGGESTED])


Option = Choice | Span


@dataclass(frozen=True, slots=True)
class Switch:
    """A member of the request that is on or off."""

    member: str
    default: bool


@dataclass(frozen=True, slots=True)
class PictureField:
    """The member of the request that takes the picture, alone or in a list."""

    member: str
    is_listed: bool = False
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """What a model takes; `always` are members that it must have, whatever is chosen."""

    prompt_limit: int = PROMPT_LIMIT
    picture: PictureField | None = None
    expansion: Switch | None = None
    options: Mapping[Trait, Option] = field(default_factory=dict[Trait, Option])
    always: Mapping[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True, slots=True)
class Model:
    """A model that may be used; `price_usd` is None where the catalogue has none."""

    id: str
    name: str
    price_usd: Decimal | None
    takes: Takes

    @property
    def has_camera(self) -> bool:
        """Whether it knows camera moves in brackets: they are words of MiniMax's models."""
        return self.id.startswith(_WITH_CAMERA)

    def fits(self, *, has_picture: bool) -> bool:
        """Tell whether it makes videos of words alone, or of a picture, too."""
        picture = self.takes.picture
        return picture is not None if has_picture else picture is None or not picture.is_required

    def price(self, seconds: int | None = None) -> Decimal | None:
        """Return about what a video costs; why so is told in docs/why/13-models.md."""
        option, base = self.takes.options.get("seconds"), self.price_usd
        if option is None or base is None:
            return base
        lengths = sorted(Decimal(plain(value)) for value in _ends(option))
        usual = None if option.default is None else Decimal(plain(option.default))
        length = Decimal(seconds) if seconds else usual or lengths[-1]
        if isinstance(option, Span) or base < _LEAST_A_RUN:
            return base * length
        return max(base, (base * length / (usual or lengths[0])).quantize(MICRO))


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice: a model, or the two of a family of which one starts from pictures."""

    models: tuple[Model, ...]

    @property
    def id(self) -> str:
        """The id by which it is chosen."""
        return self.models[0].id

    @property
    def name(self) -> str:
        """What members call it."""
        name = self.models[0].name
        return (_MODE_IN_NAME.sub("", name).strip() or name) if len(self.models) > 1 else name

    @property
    def has_camera(self) -> bool:
        """Whether it knows camera moves in brackets."""
        return self.models[0].has_camera

    def model(self, *, has_picture: bool) -> Model | None:
        """Return the model for this; None when it has none. A picture's own goes first."""
        fitting = [model for model in self.models if model.fits(has_picture=has_picture)]
        return max(fitting, key=_needs_picture, default=None)

    def is_called(self, name: str) -> bool:
        """Tell whether it is meant by an id, or by its name."""
        wanted = name.strip().casefold()
        names = (self.name, *(text for model in self.models for text in (model.id, model.name)))
        return any(wanted == each.casefold() for each in names)


def offers_of(models: Iterable[Model]) -> tuple[Offer, ...]:
    """Return the choices in the order of their models; a family's two are one."""
    families: dict[str, list[Model]] = {}
    for model in models:
        families.setdefault(_MODE.sub("*", model.id), []).append(model)
    return tuple(Offer(tuple(family)) for family in families.values())


def _needs_picture(model: Model) -> bool:
    return model.takes.picture is not None and model.takes.picture.is_required


def _ends(option: Option) -> tuple[Value, ...]:
    return option.values if isinstance(option, Choice) else (option.least, option.most)


def shown(trait: Trait, value: Value) -> str:
    """Return a value as members read it: of a length the number alone."""
    return plain(value) if trait == "seconds" else str(value)


def plain(value: Value) -> str:
    """Return a value as members may type it: `5` for `5.0` and `5s`, `720p` for `720P`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _UNIT.sub("", "".join(str(value).split()).casefold())
