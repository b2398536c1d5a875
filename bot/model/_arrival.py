"""What a member wishes: where, how they are answered, and what a restart needs of it."""

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Final

from bot.model._id import VideoId
from bot.source import FrameSource, source_from_plain, source_to_plain

PROMPT_LIMIT: Final = 2000
"""Characters; https://www.atlascloud.ai/docs, "Generate video with minimax/video-01"."""

ENGLISH_LOCALE: Final = "en-US"

TOKEN_LIFE_S: Final = 14.5 * 60
"""How long we trust an interaction's token; Discord lets it live 15 minutes."""


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
    """Where the member asked; `guild_id` is None in direct messages.

    `parent_id` is the channel of a thread, None of all else; `may_post` tells whether the bot may
    post there outside of threads.
    """

    channel_id: int
    guild_id: int | None
    access: Access
    parent_id: int | None = None
    is_age_restricted: bool = False
    may_post: bool = True

    @property
    def ruled_by(self) -> int:
        """The channel whose rules hold: a thread has none of its own."""
        return self.parent_id or self.channel_id


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
    from, if it was; `roles` are the member's in that server.
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
    roles: tuple[int, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values; `from_plain` reads them back.

        The first frame is called `upload`, as versions that run beside this one expect.
        """
        plain = asdict(self)
        del plain["first_frame"]
        return plain | {"upload": source_to_plain(self.first_frame)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Arrival":
        """Read what `to_plain` wrote, in this version or another one."""
        place: dict[str, Any] = plain["place"] | {"access": Access(plain["place"]["access"])}
        values: dict[str, Any] = _known_to(cls, plain) | {
            "place": Place(**_known_to(Place, place)),
            "reply": Reply(**plain["reply"]),
            "first_frame": source_from_plain(plain["upload"]),
            "roles": tuple(plain.get("roles", ())),
        }
        return cls(**values)


def _known_to(kind: type[Any], plain: dict[str, Any]) -> dict[str, Any]:
    """Return the members that this version knows: a later one may write more."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in plain.items() if name in names}


@dataclass(frozen=True, slots=True)
class Draft:
    """A wish that waits for a choice; None once that was made."""

    member_id: int
    wish: Arrival | None
