"""Everything that may go wrong at Atlas, by name."""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final


class Fault(StrEnum):
    """One thing that goes wrong once.

    In order: answers instead of the real one, none at all, spoilt answers after the real work was
    done, and endings of a prediction. An ending queued for "submit" becomes the fate of that
    prediction; queued for "poll" it is only what one answer says.
    """

    HTTP_400 = auto()
    HTTP_400_POLICY = auto()
    MODEL_NOT_FOUND = auto()
    HTTP_401 = auto()
    HTTP_402 = auto()
    HTTP_403 = auto()
    HTTP_403_EDGE = auto()
    HTTP_404 = auto()
    HTTP_413 = auto()
    HTTP_422 = auto()
    HTTP_429 = auto()
    HTTP_429_RETRY_AFTER = auto()
    HTTP_451 = auto()
    HTTP_500 = auto()
    HTTP_502_HTML = auto()
    HTTP_503 = auto()
    HTTP_504 = auto()
    HTTP_524 = auto()
    BODY_CODE_400 = auto()
    BODY_CODE_402 = auto()
    BODY_CODE_429 = auto()
    GARBAGE = auto()

    RESET = auto()
    STALL = auto()

    LOST_ANSWER = auto()
    LOST_ANSWER_HANG = auto()
    LOST_ANSWER_STALL = auto()
    LOST_ANSWER_504 = auto()
    WITHOUT_ID = auto()
    FLAT_ENVELOPE = auto()
    TRUNCATED_BODY = auto()
    SLOW_BODY = auto()
    MODEL_UNLISTED = auto()

    UNSEEN_AT_FIRST = auto()

    FAILED_MODERATION = auto()
    FAILED = auto()
    FAILED_SILENTLY = auto()
    FLAGGED_LIST = auto()
    FLAGGED_TRUE = auto()
    FLAGGED_UNREADABLE = auto()
    UNFLAGGED_LIST = auto()
    OUTPUTS_EMPTY = auto()
    OUTPUTS_NULL = auto()
    OUTPUTS_STRING = auto()
    OUTPUTS_OBJECTS = auto()
    STATUS_CREATED = auto()
    STATUS_QUEUED = auto()
    STATUS_STARTING = auto()
    STATUS_INVENTED = auto()
    STATUS_SUCCEEDED = auto()
    STATUS_SUCCESS = auto()
    STATUS_UPPER_CASE = auto()
    STATUS_TIMEOUT = auto()
    STATUS_CANCELED = auto()
    STATUS_CANCELLED = auto()
    SLOW = auto()
    NEVER_FINISHES = auto()


ENDINGS: Final[Mapping[str, str]] = {
    "#flagged": "The video is made, and marked as not safe for work.",
    "#refused": "Atlas gives it back for its content policy, unpaid.",
    "#failed": "Atlas fails to make it, unpaid.",
    "#slow": "It takes four times as long.",
    "#stuck": "It never finishes.",
    "#lost": "It is accepted and paid, and the answer is lost on the way.",
}
"""Words that a prompt may hold, to see how each ending looks."""

_WORDS: Final[Mapping[str, Fault]] = {
    "#flagged": Fault.FLAGGED_LIST,
    "#refused": Fault.FAILED_MODERATION,
    "#failed": Fault.FAILED,
    "#slow": Fault.SLOW,
    "#stuck": Fault.NEVER_FINISHES,
    "#lost": Fault.LOST_ANSWER,
}


def wished(prompt: str) -> frozenset[Fault]:
    """Return the faults that the prompt asks for."""
    return frozenset(_WORDS[word] for word in prompt.lower().split() if word in _WORDS)
