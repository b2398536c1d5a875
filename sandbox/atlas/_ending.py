"""How a prediction can end, as what it changes in the `data` of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.atlas._fault import Fault

_FAILED: Final[dict[str, Any]] = {"status": "failed"}
_DONE: Final[dict[str, Any]] = {"status": "completed"}


@dataclass(frozen=True, slots=True)
class Ending:
    """What the last answer says.

    `outputs` writes the file's URL down; None says that there is no file. `slowness` multiplies
    the time until then.
    """

    members: dict[str, Any] = field(default_factory=lambda: dict(_DONE))
    outputs: Callable[[str], Any] | None = lambda url: [url]
    refunded: bool = False
    slowness: float = 1.0

    def write(self, data: dict[str, Any], url: str) -> dict[str, Any]:
        """Return the data with this ending."""
        return data | self.members | {"outputs": self.outputs(url) if self.outputs else None}


def _lost(**members: Any) -> Ending:
    return Ending(_FAILED | members, outputs=None, refunded=True)


def _flagged(flag: object) -> Ending:
    return Ending(_DONE | {"has_nsfw_contents": flag})


GOOD: Final = Ending()

ENDS: Final[Mapping[Fault, Ending]] = {
    Fault.FAILED_MODERATION: _lost(error="content policy violation", error_code=1039),
    Fault.FAILED: _lost(error="the model could not finish this video"),
    Fault.FAILED_SILENTLY: _lost(error=""),
    Fault.FLAGGED_LIST: _flagged([True]),
    Fault.FLAGGED_TRUE: _flagged(True),
    Fault.FLAGGED_UNREADABLE: _flagged("yes"),
    Fault.UNFLAGGED_LIST: _flagged([False]),
    Fault.OUTPUTS_EMPTY: Ending(outputs=lambda _: []),
    Fault.OUTPUTS_NULL: Ending(outputs=None),
    Fault.OUTPUTS_STRING: Ending(outputs=lambda url: url),
    Fault.OUTPUTS_OBJECTS: Ending(outputs=lambda url: [{"url": url}]),
    Fault.STATUS_CREATED: Ending({"status": "created"}, outputs=None),
    Fault.STATUS_QUEUED: Ending({"status": "queued"}, outputs=None),
    Fault.STATUS_STARTING: Ending({"status": "starting"}, outputs=None),
    Fault.STATUS_INVENTED: Ending({"status": "contemplating"}, outputs=None),
    Fault.STATUS_SUCCEEDED: Ending({"status": "succeeded"}),
    Fault.STATUS_SUCCESS: Ending({"status": "success"}),
    Fault.STATUS_UPPER_CASE: Ending({"status": "COMPLETED"}),
    Fault.STATUS_TIMEOUT: _lost(status="timeout"),
    Fault.STATUS_CANCELED: _lost(status="canceled"),
    Fault.STATUS_CANCELLED: _lost(status="cancelled"),
    Fault.SLOW: Ending(slowness=4),
    Fault.NEVER_FINISHES: Ending({"status": "processing"}, outputs=None, slowness=float("inf")),
}
