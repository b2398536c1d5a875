"""What became of a wish: a video, and the messages that show it."""

from dataclasses import dataclass, field

from bot.model._arrival import ENGLISH_LOCALE, Place, Reply
from bot.model._id import VideoId
from bot.model._showing import Deliver, Nsfw


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
    after all. `deliver` and `nsfw` are what held when it was accepted; `deliver` is None where that
    was not noted yet.
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
    deliver: Deliver | None = None
    nsfw: Nsfw = Nsfw.BLOCK
