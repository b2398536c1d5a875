"""Fetches the schemas of models from a host that is not Atlas's API, and learns nothing of us."""

from collections.abc import Mapping
from typing import Any, Final

from bot.atlas.outputs import Outputs
from bot.atlas.schema import input_of
from bot.atlas.wire import Listing
from bot.errors import OutputGone, OutputRefused, OutputUnavailable, SchemaUnusable

_LARGEST: Final = 256 * 1024  # bytes


async def fetch_input(outputs: Outputs, listing: Listing) -> Mapping[str, Any]:
    """Return the `Input` of a model's schema. Raises SchemaUnusable."""
    try:
        document = await outputs.document(listing.schema_url, most_bytes=_LARGEST)
    except (OutputGone, OutputRefused, OutputUnavailable) as error:
        raise SchemaUnusable(f"its schema cannot be read: {error}") from error
    return input_of(document)
