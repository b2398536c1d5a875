"""What a video is, from the member's wish to its outcome: values only.

All times are Unix seconds. The id of a video is the id of the interaction that asked for it,
so the same interaction delivered twice is the same video.
"""

from bot.model._arrival import (
    ENGLISH_LOCALE,
    PROMPT_LIMIT,
    TOKEN_LIFE_S,
    Access,
    Arrival,
    Draft,
    Place,
    Reply,
)
from bot.model._ending import Ending
from bot.model._id import Attempt, VideoId, short_id, video_id_of
from bot.model._outcome import (
    Cancelled,
    Cause,
    Charge,
    Deleted,
    Failed,
    Flagged,
    Outcome,
    Ready,
    Refused,
    TimedOut,
    Unknown,
    outcome_from_plain,
    outcome_to_plain,
)
from bot.model._record import Record
from bot.model._showing import Deliver, Nsfw
from bot.model._status import Generating, Status, Waiting
from bot.model._submit import Doubt, Intent, Standing, Submission
from bot.model._video import Post, Video

__all__ = [
    "ENGLISH_LOCALE",
    "PROMPT_LIMIT",
    "TOKEN_LIFE_S",
    "Access",
    "Arrival",
    "Attempt",
    "Cancelled",
    "Cause",
    "Charge",
    "Deleted",
    "Deliver",
    "Doubt",
    "Draft",
    "Ending",
    "Failed",
    "Flagged",
    "Generating",
    "Intent",
    "Nsfw",
    "Outcome",
    "Place",
    "Post",
    "Ready",
    "Record",
    "Refused",
    "Reply",
    "Standing",
    "Status",
    "Submission",
    "TimedOut",
    "Unknown",
    "Video",
    "VideoId",
    "Waiting",
    "outcome_from_plain",
    "outcome_to_plain",
    "short_id",
    "video_id_of",
]
