"""What a video is, from the member's wish to its outcome: values only.

All times are Unix seconds. The id of a video is the id of the interaction that asked for it,
so the same interaction delivered twice is the same video.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, NewType, get_args

from bot.progress import Outlook
from bot.source import FrameSource, source_from_plain, source_to_plain

VideoId = NewType("VideoId", int)
Attempt = NewType("Attempt", str)
"""A random name for one POST that costs: who knows it in a webhook speaks of that POST."""

PROMPT_LIMIT: Final = 2000
"""Characters; https://www.atlascloud.ai/docs, "Generate video with minimax/video-01"."""

ENGLISH_LOCALE: Final = "en-US"

TOKEN_LIFE_S: Final = 14.5 * 60
"""How long we trust an interaction's token; Discord lets it live 15 minutes."""

_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD: Final = str.maketrans("oil", "011")
_LARGEST_ID: Final = 2**63


def short_id(video_id: VideoId) -> str:
    """Return the id as members see it: thirteen or fewer letters that cannot be misread."""
    letters, rest = "", int(video_id)
    while rest:
        rest, digit = divmod(rest, len(_DIGITS))
        letters = _DIGITS[digit] + letters
    return letters or _DIGITS[0]


def video_id_of(short: str) -> VideoId:
    """Return the id that `short_id` made these letters of, however they were typed.

    Raises ValueError when no video has such an id.
    """
    video_id = 0
    for letter in short.strip().lower().translate(_MISREAD):
        video_id = video_id * len(_DIGITS) + _DIGITS.index(letter)
        if video_id >= _LARGEST_ID:
            raise ValueError("too long")
    return VideoId(video_id)


class Access(StrEnum):
    """How the bot may answer in a place."""

    THREAD = "thread"
    """A thread can be opened on the status card."""
    CHANNEL = "channel"
    """No thread, but the bot may post."""
    REPLY = "reply"
    """Only the interaction's own token reaches it, for 15 minutes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the member asked; `guild_id` is None in direct messages."""

    channel_id: int
    guild_id: int | None
    access: Access


@dataclass(frozen=True, slots=True)
class Reply:
    """The way back to an interaction while its token lives."""

    application_id: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A wish as it came in, with all that is needed to go on after a restart.

    `first_frame` is None for words alone. `retry_of` is the video with a lost answer that is tried
    again, else None; `locale` is one of Discord's; `draft_id` is the draft that it was chosen
    from, if it was.
    """

    id: VideoId
    asked_at: float
    member_id: int
    place: Place
    reply: Reply
    prompt: str = field(repr=False)
    prompt_expansion: bool
    first_frame: FrameSource | None
    retry_of: VideoId | None = None
    locale: str = ENGLISH_LOCALE
    draft_id: VideoId | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values; `from_plain` reads them back.

        The first frame is called `upload`, as versions that run beside this one expect.
        """
        plain = asdict(self)
        del plain["first_frame"]
        return plain | {"upload": source_to_plain(self.first_frame)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Arrival":
        """Read what `to_plain` wrote."""
        place = plain["place"]
        values: dict[str, Any] = plain | {
            "place": Place(**place | {"access": Access(place["access"])}),
            "reply": Reply(**plain["reply"]),
            "first_frame": source_from_plain(plain["upload"]),
        }
        del values["upload"]
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Draft:
    """A wish that waits for a choice; None once that was made."""

    member_id: int
    wish: Arrival | None


@dataclass(frozen=True, slots=True)
class Post:
    """A message that we posted."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Video:
    """An accepted video.

    `first_frame` is the picture's file name, None without one; `card_id` and `thread_id` are
    None where there is none (yet). `notice` told the member that the video was lost, and it came
    after all.
    """

    id: VideoId
    asked_at: float
    member_id: int
    place: Place
    reply: Reply
    prompt: str = field(repr=False)
    prompt_expansion: bool
    model: str
    accepted_at: float
    first_frame: str | None
    retry_of: VideoId | None = None
    card_id: int | None = None
    thread_id: int | None = None
    notice: Post | None = None
    locale: str = ENGLISH_LOCALE


class Intent(StrEnum):
    """What stands before a submit."""

    OURS = "ours"
    """Written just now: the way is free."""
    STANDING = "standing"
    """An earlier attempt may have been accepted, or the video has ended."""
    NEEDLESS = "needless"
    """The lost video that this one was to replace came after all."""


class Deliver(StrEnum):
    """What a member gets of a finished video."""

    AUTO = "auto"
    """The file if it fits, and the link."""
    LINK = "link"
    """The link alone."""
    FILE = "file"
    """The same, and a word if it does not."""


class Standing(StrEnum):
    """Where a video stands whose answer was lost."""

    LOST = "lost"
    """Nobody knows whether it was accepted; it may be tried again."""
    FOUND = "found"
    """It was accepted after all."""
    REPLACED = "replaced"
    """The member tried again already."""
    GONE = "gone"
    """We know nothing of it any more."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A settled video of which it is not known whether it was charged."""

    video: Video
    outcome: "Outcome"
    prediction_id: str | None
    settled_at: float


@dataclass(frozen=True, slots=True)
class Submission:
    """What Atlas accepted: its id, since when, and until when we wait."""

    prediction_id: str
    submitted_at: float
    deadline_at: float


class Cause(StrEnum):
    """Why there is no video."""

    CONTENT = "content"
    INPUT = "input"
    TOO_LARGE = "too_large"
    MODEL = "model"
    KEY = "key"
    BALANCE = "balance"
    REGION = "region"
    BUSY = "busy"
    BROKEN = "broken"
    CANCELLED = "cancelled"
    EMPTY = "empty"
    LINK = "link"
    BUG = "bug"
    FOUND = "found"
    """The lost video that it was to replace came after all."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The video was made, and may be shown."""

    links: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Flagged:
    """The video was made, and must not be shown."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Atlas did not take it, or took it and gave it back; nothing was charged."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class Failed:
    """It was begun and came to nothing."""

    cause: Cause


@dataclass(frozen=True, slots=True)
class TimedOut:
    """It was not ready before its deadline; it may still become ready, and charged."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was sent, and nobody knows whether it was accepted."""


class Charge(StrEnum):
    """Whether a video that was called off costs money."""

    NONE = "none"
    """It was never sent, or came to nothing."""
    MAYBE = "maybe"
    """It was sent, and its end is not known."""
    SURE = "sure"
    """It was finished all the same."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The member called it off.

    `links` lead to what was finished all the same, if that may be shown.
    """

    charge: Charge
    links: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Deleted:
    """It was made, and deleted for its member, or `by_managers` of the server.

    Its words and links are kept nowhere.
    """

    by_managers: bool = False


Outcome = Ready | Flagged | Refused | Failed | TimedOut | Unknown | Cancelled | Deleted
_OUTCOMES: Final[Mapping[str, Callable[..., Outcome]]] = {
    kind.__name__: kind for kind in get_args(Outcome)
}


def outcome_to_plain(outcome: Outcome) -> dict[str, Any]:
    """Return JSON-ready values; `outcome_from_plain` reads them back."""
    return {"kind": type(outcome).__name__} | asdict(outcome)


def outcome_from_plain(plain: dict[str, Any]) -> Outcome:
    """Read what `outcome_to_plain` wrote."""
    match plain:
        case {"kind": "Ready", "links": links}:
            return Ready(tuple(links))
        case {"kind": "Cancelled", "charge": str(charge), "links": links}:
            return Cancelled(Charge(charge), tuple(links))
        case {"kind": "Deleted"}:
            return Deleted(by_managers=plain.get("by_managers", False))
        case {"kind": str(kind), "cause": str(cause)}:
            return _OUTCOMES[kind](Cause(cause))
        case {"kind": str(kind)}:
            return _OUTCOMES[kind]()
        case _:
            raise ValueError("not an outcome")


@dataclass(frozen=True, slots=True)
class Ending:
    """A settled video: how it ended, and which message told of it, None before one did.

    `took_s` counts the seconds since Atlas took it, or since its turn came.
    """

    outcome: Outcome
    settled_at: float
    took_s: float
    post: Post | None

    def is_told_by(self, message_id: int | None) -> bool:
        """Tell whether this message is the one that told of it."""
        return self.post is not None and self.post.message_id == message_id


@dataclass(frozen=True, slots=True)
class Waiting:
    """The video waits in line behind `ahead` others."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Generating:
    """Atlas has been making it since this time; `outlook` is how far it seems to be."""

    since: float
    outlook: Outlook = field(default_factory=Outlook)


Status = Waiting | Generating | Outcome
