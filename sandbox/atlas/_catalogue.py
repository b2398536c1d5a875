"""The models on offer, in the shape of `GET /api/v1/models` and of their schema documents.

Prices are illustrations: the real ones change, and that of `minimax/video-01` was never seen.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

_TEXT: Final = {"type": "string", "title": "Prompt", "maxLength": 2000}
_IMAGE: Final = {"type": "string", "title": "Image", "description": "data: or public URL"}
_EXPANSION: Final = {"type": "boolean", "default": False}
_DURATION: Final = {"type": "integer", "enum": [6, 10], "default": 6}


@dataclass(frozen=True, slots=True)
class Model:
    """One model: what it is called, what it takes and what a video costs."""

    id: str
    name: str
    price_usd: Decimal
    required: tuple[str, ...] = ("prompt",)
    has_duration: bool = False

    @property
    def schema_name(self) -> str:
        """The file name of its schema document."""
        return self.id.replace("/", "-") + ".json"

    def entry(self, schema_origin: str) -> dict[str, Any]:
        """Return what the catalogue says of it."""
        price = {"base_price": str(self.price_usd)}
        return {
            "uuid": str(uuid5(NAMESPACE_URL, self.id)),
            "model": self.id,
            "type": "Video",
            "displayName": self.name,
            "organization": "MiniMax",
            "categories": ["IMAGE-TO-VIDEO" if "image" in self.required else "TEXT-TO-VIDEO"],
            "tags": [],
            "schema": f"{schema_origin}/model/schema/{self.schema_name}",
            "price": {"discount": "100", "actual": price, "origin": price},
            "display_console": True,
            "familyName": "Hailuo",
        }

    def schema(self) -> dict[str, Any]:
        """Return its OpenAPI document."""
        properties: dict[str, Any] = {
            "prompt": _TEXT,
            "image": _IMAGE,
            "enable_prompt_expansion": _EXPANSION,
        }
        if self.has_duration:
            properties["duration"] = _DURATION
        given: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "required": list(self.required),
            "x-order-properties": list(properties),
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
        Model("minimax/video-01", "Video 01", Decimal("0.50")),
        Model(
            "minimax/hailuo-02/t2v-standard",
            "Hailuo 02 T2V Standard",
            Decimal("0.23"),
            has_duration=True,
        ),
        Model(
            "minimax/hailuo-02/i2v-standard",
            "Hailuo 02 I2V Standard",
            Decimal("0.23"),
            required=("prompt", "image"),
            has_duration=True,
        ),
        Model(
            "minimax/hailuo-2.3/t2v-standard",
            "Hailuo 2.3 T2V Standard",
            Decimal("0.28"),
            has_duration=True,
        ),
        Model("minimax/hailuo-2.3/t2v-pro", "Hailuo 2.3 T2V Pro", Decimal("0.49")),
    )
}
