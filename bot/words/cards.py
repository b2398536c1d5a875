"""What a card says about where a video stands."""

from typing import Final, assert_never

from bot.model import Generating, Ready, Status, Waiting
from bot.progress import TENTHS, VENDORS_PACE, Phase
from bot.prompt import quoted
from bot.recipe import Recipe
from bot.sentence import Sentence, count, say
from bot.words.endings import ending, headline

UNTITLED: Final = say("Your video")
REPLY_ONLY: Final = say(
    "I can answer here for 15 minutes only. If it takes longer, I will write you a direct message."
)
PICTURE_ALT: Final = say("The picture that the video starts from")
VIDEO_ALT: Final = say("The finished video")

_SHOWN: Final = 40

_DONE: Final = (
    (9, say("nearly done")),
    (7, say("about three quarters done")),
    (4, say("about half done")),
    (2, say("about a quarter done")),
    (0, say("just begun")),
)
"""What so many tenths are in words, the most first."""


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
                "**Generating.** Started {since}. {hope}\n{progress}",
                since=_when(since),
                hope=_hope(status),
                progress=_progress(status.outlook.tenths),
            )
        case Ready() if not only_here:
            return _bold(headline(status), say("Your video is posted."))
        case _:
            return _bold(headline(status), ending(status))


def chosen(recipe: Recipe) -> list[Sentence]:
    """Return what a member chose beside the model."""
    texts = (recipe.resolution, recipe.aspect_ratio)
    shown = [Sentence("{text}", {"text": quoted(text, _SHOWN)}) for text in texts if text]
    return [*([] if recipe.seconds is None else [length(recipe.seconds)]), *shown]


def length(seconds: int | str) -> Sentence:
    """Return how long a video is, or may be."""
    return say("{seconds} s", seconds=seconds)


def took(seconds: float) -> Sentence:
    """Return how long a video took, as a person says it."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return say("took {minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return say("took {seconds} s", seconds=rest)


def _hope(status: Generating) -> Sentence:
    """Return when a video may be ready; Discord counts the time down by itself."""
    outlook = status.outlook
    late = _when(status.since + outlook.pace.p90_s)
    match outlook.phase:
        case Phase.USUAL if outlook.pace == VENDORS_PACE:
            return say("Most videos take two to five minutes.")
        case Phase.USUAL:
            likely = _when(status.since + outlook.pace.median_s)
            return say(
                "Likely ready {likely}; nine in ten are ready {late}.", likely=likely, late=late
            )
        case Phase.SLOW:
            return say("Slower than usual; nine in ten are ready {late}.", late=late)
        case Phase.LATE:
            return say("Slower than nine in ten; I go on waiting.")
        case _:
            assert_never(outlook.phase)


def _progress(tenths: int) -> Sentence:
    """Return a bar with the words that it means."""
    bar = "▰" * tenths + "▱" * (TENTHS - tenths)
    said = next(said for least, said in _DONE if tenths >= least)
    return Sentence("{bar} {said}", {"bar": bar, "said": said})


def _when(moment: float) -> str:
    return f"<t:{int(moment)}:R>"


def _bold(headline: Sentence, text: Sentence) -> Sentence:
    return Sentence("**{headline}** {text}", {"headline": headline, "text": text})
