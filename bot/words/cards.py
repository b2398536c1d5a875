"""What a card says about where a video stands."""

from typing import Final

from bot.model import Generating, Ready, Status, Waiting
from bot.sentence import Sentence, count, say
from bot.words.endings import ending, headline

UNTITLED: Final = say("Your video")
REPLY_ONLY: Final = say(
    "I can answer here for 15 minutes only. If it takes longer, I will write you a direct message."
)
PICTURE_ALT: Final = say("The picture that the video starts from")
VIDEO_ALT: Final = say("The finished video")


def status_line(status: Status, *, only_here: bool = False) -> Sentence:
    """Return what the status card says about where a video stands.

    `only_here` is a card that shows the video itself, because nothing else can.
    """
    match status:
        case Waiting(ahead=0):
            return say("**Next in line.**")
        case Waiting(ahead=ahead):
            return count(
                "**In line:** {count} video is before this one.",
                "**In line:** {count} videos are before this one.",
                ahead,
            )
        case Generating(since=since):
            return say(
                "**Generating.** Started {since}; most videos take two to five minutes.",
                since=f"<t:{int(since)}:R>",
            )
        case Ready() if not only_here:
            return _bold(headline(status), say("Your video is posted."))
        case _:
            return _bold(headline(status), ending(status))


def took(seconds: float) -> Sentence:
    """Return how long a video took, as a person says it."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return say("took {minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return say("took {seconds} s", seconds=rest)


def _bold(headline: Sentence, text: Sentence) -> Sentence:
    return Sentence("**{headline}** {text}", {"headline": headline, "text": text})
