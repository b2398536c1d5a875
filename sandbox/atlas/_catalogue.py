"""The models on offer, in the shape of `GET /api/v1/models` and of their schema documents.

Prices are illustrations: the real ones change, and that of `minimax/video-01` was never seen. The
last two are of nobody: their members are called otherwise, as happens from family to family.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

Schema = Mapping[str, Any]

_PROMPT: Final = {"type": "string", "title": "Prompt", "maxLength": 2000}
_IMAGE: Final = {"type": "string", "title": "Image", "description": "data: or public URL"}
_MINIMAX: Final[Mapping[str, Schema]] = {
    "prompt": _PROMPT,
    "enable_prompt_expansion": {"type": "boolean", "default": False},
}
_LENGTH: Final[Mapping[str, Schema]] = {
    "duration": {"type": "integer", "enum": [6, 10], "default": 6}
}
_TIDEWATER: Final[Mapping[str, Schema]] = {
    "prompt": {"type": "string", "maxLength": 1500},
    "duration": {"type": "integer", "minimum": 5, "maximum": 15, "default": 5},
    "resolution": {"type": "string", "enum": ["480P", "720P", "1080P"], "default": "720P"},
    "aspect_ratio": {"type": "string", "enum": ["16:9", "9:16", "1:1"], "default": "16:9"},
    "seed": {"type": "integer", "default": -1},
    "watermark": {"type": "boolean", "default": False, "hidden": True},
}


@dataclass(frozen=True, slots=True)
class Model:
    """One model: what it is called, what it takes and what a video costs, or a second of one."""

    id: str
    name: str
    price_usd: Decimal
    properties: Mapping[str, Schema]
    required: tuple[str, ...] = ("prompt",)
    family: str = "Hailuo"
    organization: str = "MiniMax"
    is_paid_by_second: bool = False

    @property
    def schema_name(self) -> str:
        """The file name of its schema document."""
        return self.id.replace("/", "-") + ".json"

    @property
    def picture(self) -> str | None:
        """The member that takes a picture; None where none does."""
        return next((name for name in self.properties if name.startswith("image")), None)

    def charge(self, given: Mapping[str, Any]) -> Decimal:
        """Return what a video costs."""
        if not self.is_paid_by_second:
            return self.price_usd
        return self.price_usd * int(given.get("duration", self.properties["duration"]["default"]))

    def entry(self, schema_origin: str) -> dict[str, Any]:
        """Return what the catalogue says of it."""
        price = {"base_price": str(self.price_usd)}
        starts_from_picture = any(name.startswith("image") for name in self.required)
        return {
            "uuid": str(uuid5(NAMESPACE_URL, self.id)),
            "model": self.id,
            "type": "Video",
            "displayName": self.name,
            "organization": self.organization,
            "categories": ["IMAGE-TO-VIDEO" if starts_from_picture else "TEXT-TO-VIDEO"],
            "tags": [],
            "schema": f"{schema_origin}/model/schema/{self.schema_name}",
            "price": {"discount": "100", "actual": price, "origin": price},
            "display_console": True,
            "familyName": self.family,
        }

    def schema(self) -> dict[str, Any]:
        """Return its OpenAPI document."""
        given: dict[str, Any] = {
            "type": "object",
            "properties": self.properties,
            "required": list(self.required),
            "x-order-properties": list(self.properties),
        }
        return {
            "openapi": "3.0.0",
            "info": {"title": self.name, "version": "1.0.0"},
            "paths": {"/api/v1/model/generateVideo": {"post": {}}},
            "components": {"schemas": {"Input": given}},
        }


MODELS: Final = {
    model.id: model
    for model in (
        Model("minimax/video-01", "Video 01", Decimal("0.50"), {**_MINIMAX, "image": _IMAGE}),
        Model(
            "minimax/hailuo-02/t2v-standard",
            "Hailuo 02 T2V Standard",
            Decimal("0.23"),
            {**_MINIMAX, **_LENGTH},
        ),
        Model(
            "minimax/hailuo-02/i2v-standard",
            "Hailuo 02 I2V Standard",
            Decimal("0.23"),
            {**_MINIMAX, **_LENGTH, "image": _IMAGE},
            required=("prompt", "image"),
        ),
        Model(
            "minimax/hailuo-2.3/t2v-standard",
            "Hailuo 2.3 T2V Standard",
            Decimal("0.28"),
            {**_MINIMAX, **_LENGTH},
        ),
        Model("minimax/hailuo-2.3/t2v-pro", "Hailuo 2.3 T2V Pro", Decimal("0.49"), _MINIMAX),
        Model(
            "tidewater/reel-3/text-to-video",
            "Reel 3 Text-to-Video",
            Decimal("0.05"),
            _TIDEWATER,
            family="Reel",
            organization="Tidewater",
            is_paid_by_second=True,
        ),
        Model(
            "tidewater/reel-3/image-to-video",
            "Reel 3 Image-to-Video",
            Decimal("0.05"),
            {**_TIDEWATER, "image_url": _IMAGE},
            required=("prompt", "image_url"),
            family="Reel",
            organization="Tidewater",
            is_paid_by_second=True,
        ),
    )
}
