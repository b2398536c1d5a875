"""What those who manage a server should look at: a video that was flagged, refused or reported."""

import hashlib
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.model import Arrival, Cause, Flagged, Outcome, Post, Refused, Video, VideoId


class Kind(Enum):
    """Why they should."""

    FLAGGED = auto()
    REFUSED = auto()
    BLOCKED = auto()
    """The operator's list does not allow the prompt: nothing was made."""
    REPORTED = auto()


@dataclass(frozen=True, slots=True)
class Report:
    """What a member says of a video that they saw in `post`; `reason` may be empty.

    `guild_id` is None where they saw it outside of servers.
    """

    member_id: int
    guild_id: int | None
    reason: str = field(repr=False)
    post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a card for the managers tells; `report` is there of a reported video alone.

    `is_shown` is a video that can be seen, and so be removed.
    """

    kind: Kind
    video_id: VideoId
    guild_id: int
    channel_id: int
    member_id: int
    prompt: str = field(repr=False)
    is_shown: bool
    report: Report | None = None

    @property
    def nonce(self) -> str:
        """A name of up to 25 signs, the same for the same case."""
        reporter = self.report.member_id if self.report else ""
        name = f"case:{self.video_id}:{reporter}"
        return hashlib.blake2b(name.encode(), digest_size=12).hexdigest()


def ended_case(video: Video, outcome: Outcome) -> Case | None:
    """Return what there is to look at when a video has ended; None when there is nothing."""
    match outcome:
        case Flagged(links=links):
            return _case(video, Kind.FLAGGED, is_shown=bool(links))
        case Refused(cause=Cause.CONTENT):
            return _case(video, Kind.REFUSED)
        case _:
            return None


def blocked_case(arrival: Arrival) -> Case | None:
    """Return what there is to look at when a prompt is not allowed; None outside of servers."""
    return _case(arrival, Kind.BLOCKED)


def reported_case(video: Video, report: Report) -> Case | None:
    """Return what there is to look at when a video is reported; None outside of servers."""
    return _case(video, Kind.REPORTED, is_shown=True, report=report)


def _case(
    asked: Video | Arrival, kind: Kind, *, is_shown: bool = False, report: Report | None = None
) -> Case | None:
    if asked.place.guild_id is None:
        return None
    return Case(
        kind=kind,
        video_id=asked.id,
        guild_id=asked.place.guild_id,
        channel_id=asked.place.channel_id,
        member_id=asked.member_id,
        prompt=asked.prompt,
        is_shown=is_shown,
        report=report,
    )
