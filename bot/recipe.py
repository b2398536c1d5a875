"""How a video is to be made: what its member chose, and how Atlas is told."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Value = str | int | float | bool
"""What stands in one member of a request."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a member chose; what is None is left to the bot, or to the model.

    `model` is one of the operator's ids; `like` is an earlier video whose recipe this is. The rest
    is whatever a member typed, until it was checked.
    """

    model: str | None = None
    seconds: int | None = None
    resolution: str | None = field(default=None, repr=False)
    aspect_ratio: str | None = field(default=None, repr=False)
    like: int | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values, of what was chosen alone; `recipe_from_plain` reads them."""
        return {name: chosen for name, chosen in asdict(self).items() if chosen is not None}


def recipe_from_plain(plain: Mapping[str, Any]) -> Recipe:
    """Read what `to_plain` wrote, in this version or a later one."""
    return Recipe(**{name: plain.get(name) for name in Recipe.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Terms:
    """How Atlas is told, decided when the video is accepted: no schema is asked later.

    `members` go into the request as they are. The picture goes into the member `picture`, alone or
    in a list.
    """

    members: Mapping[str, Value] = field(default_factory=dict[str, Value])
    picture: str = "image"
    is_picture_listed: bool = False
    recipe: Recipe = field(default_factory=Recipe)

    def with_picture(self, url: str | None) -> dict[str, Any]:
        """Return all members, with those of the picture when there is one."""
        if url is None:
            return dict(self.members)
        return {**self.members, self.picture: [url] if self.is_picture_listed else url}

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values; `terms_from_plain` reads them back."""
        return {
            "members": dict(self.members),
            "picture": self.picture,
            "is_picture_listed": self.is_picture_listed,
            "recipe": self.recipe.to_plain(),
        }


def terms_from_plain(plain: Mapping[str, Any]) -> Terms:
    """Read what `to_plain` wrote, in this version or a later one."""
    return Terms(
        members=plain["members"],
        picture=plain["picture"],
        is_picture_listed=plain["is_picture_listed"],
        recipe=recipe_from_plain(plain["recipe"]),
    )
