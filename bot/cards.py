"""What Discord shows of a video: the status card and the result message."""

from enum import Enum, auto
from typing import Final

import discord
from discord import ui

from bot.buttons import (
    Button,
    Way,
    another_button,
    cancel_button,
    delete_button,
    fresh_button,
    report_button,
    retry_button,
    row,
)
from bot.language import language
from bot.model import (
    Access,
    Cancelled,
    Cause,
    Deleted,
    Failed,
    Flagged,
    Generating,
    Nsfw,
    Outcome,
    Ready,
    Refused,
    Status,
    TimedOut,
    Unknown,
    Video,
    Waiting,
    short_id,
)
from bot.prompt import quoted
from bot.words import cards as words
from bot.words.endings import ending, headline
from bot.words.links import LOOK_IF_YOU_WISH, NOT_ATTACHED

PROMPT_SHOWN: Final = 1500
"""Characters of a prompt on the card; a message of components holds 4,000 in all."""

_CALM: Final = discord.Colour.from_str("#5865f2")
_GOOD: Final = discord.Colour.from_str("#3ba55d")
_WARN: Final = discord.Colour.from_str("#faa61a")
_BAD: Final = discord.Colour.from_str("#ed4245")


class Carries(Enum):
    """What the message of a finished video brings."""

    FILE = auto()
    LINK = auto()
    LINK_INSTEAD = auto()
    """The link, where the file was promised."""


def status_card(
    video: Video, status: Status, *, only_here: bool = False, film: str | None = None
) -> ui.LayoutView:
    """Return the one card of a video; where only the card can answer, it holds the result, too.

    `film` is the name of the file that comes with it; None where the link must do.
    """
    say = language(video.locale).say
    card = ui.Container[ui.LayoutView](accent_colour=_colour(status))
    if not isinstance(status, Deleted):
        _add_wish(card, video)
    card.add_item(ui.TextDisplay(say(words.status_line(status, only_here=only_here))))
    if isinstance(status, Waiting | Generating) and video.place.access is Access.REPLY:
        card.add_item(ui.TextDisplay(say(words.REPLY_ONLY)))
    if isinstance(status, Ready) and only_here:
        card.add_item(ui.TextDisplay("\n".join(status.links)))
        shown = status.links[0] if film is None else f"attachment://{film}"
        card.add_item(_gallery(shown, say(words.VIDEO_ALT)))
    card.add_item(ui.TextDisplay(_facts(video)))
    carries = Carries.LINK if film is None else Carries.FILE
    if buttons := _card_buttons(video, status, carries if only_here else None):
        card.add_item(ui.ActionRow(*buttons))
    view = ui.LayoutView(timeout=None).add_item(card)
    view.stop()  # presses are heard by the buttons' names
    return view


def result_message(
    video: Video, outcome: Outcome, *, took_s: float, carries: Carries = Carries.LINK
) -> str:
    """Return the message that ends a video: at most 2,000 characters, one mention, the link.

    The link stands as text, so that Discord plays it, and in brackets beside a file, which plays
    by itself. What was flagged has one only where it may be shown.
    """
    say = language(video.locale).say
    took = [say(words.took(took_s))] if isinstance(outcome, Ready | Flagged) else []
    lines = [
        f"<@{video.member_id}> **{say(headline(outcome))}** {say(ending(outcome))}",
        *_links(video, outcome, carries),
        _facts(video, *took),
    ]
    return "\n".join(lines)


def result_buttons(video: Video, outcome: Outcome, *, carries: Carries = Carries.LINK) -> ui.View:
    """Return the buttons below a result, if there is anything to press."""
    return row(*end_buttons(video, outcome, carries=carries), *_report(video, outcome))


def end_buttons(video: Video, outcome: Outcome, *, carries: Carries = Carries.LINK) -> list[Button]:
    """Return what can be done with a video that has ended."""
    video_id, locale = video.id, video.locale
    ways = [another_button(video_id, way, locale) for way in _ways(outcome)]
    match outcome:
        case Ready():
            fresh = [] if carries is Carries.FILE else [fresh_button(video_id, locale)]
            return [*ways, *fresh, delete_button(video_id, locale)]
        case Flagged(links=links) if links:
            return [*ways, delete_button(video_id, locale)]
        case Unknown():
            return [retry_button(video_id, locale)]
        case _:
            return ways


def _links(video: Video, outcome: Outcome, carries: Carries) -> list[str]:
    say = language(video.locale).say
    links = outcome.links if isinstance(outcome, Ready | Flagged) else ()
    shown = "\n".join(f"<{link}>" if carries is Carries.FILE else link for link in links)
    match outcome:
        case Ready() if carries is Carries.LINK_INSTEAD:
            return [shown, say(NOT_ATTACHED)]
        case Ready():
            return [shown]
        case Flagged() if links and video.nsfw is Nsfw.SPOILER:
            return [f"||{shown}||"]
        case Flagged() if links and video.nsfw is Nsfw.WARN:
            return [say(LOOK_IF_YOU_WISH), shown]
        case _:
            return []


def _add_wish(card: ui.Container[ui.LayoutView], video: Video) -> None:
    """Show what was asked for."""
    card.add_item(ui.TextDisplay(f"> {quoted(video.prompt, PROMPT_SHOWN)}"))
    if video.first_frame is not None:
        alt = language(video.locale).say(words.PICTURE_ALT)
        card.add_item(_gallery(f"attachment://{video.first_frame}", alt))


def _card_buttons(video: Video, status: Status, carries: Carries | None) -> list[Button]:
    """Return what can be done; None carries nothing, for the result stands elsewhere."""
    if isinstance(status, Waiting | Generating):
        return [cancel_button(video.id, video.locale)]
    return [] if carries is None else end_buttons(video, status, carries=carries)


def _report(video: Video, outcome: Outcome) -> list[Button]:
    """Return the button for those who find that a video should not be shown, in servers."""
    is_heard = video.place.guild_id is not None and video.place.access is not Access.REPLY
    is_shown = isinstance(outcome, Ready)
    return [report_button(video.id, video.locale)] if is_heard and is_shown else []


def _ways(outcome: Outcome) -> tuple[Way, ...]:
    """Return the ways on from an ending: as it was only where its words say to try again."""
    match outcome:
        case Ready():
            return (Way.AGAIN, Way.REMAKE, Way.FURTHER)
        case Failed(cause=Cause.BROKEN | Cause.CANCELLED) | Refused(cause=Cause.BUSY):
            return (Way.AGAIN, Way.REMAKE)
        case Flagged() | Refused() | Failed() | TimedOut() | Cancelled():
            return (Way.REMAKE,)
        case _:
            return ()


def _facts(video: Video, *more: str) -> str:
    """Return the small print; deliveries are looked for by its end, whatever the language."""
    chosen = map(language(video.locale).say, words.chosen(video.recipe))
    return "-# " + " · ".join([video.model, *chosen, *more, f"id {short_id(video.id)}"])


def _gallery(url: str, description: str) -> ui.MediaGallery[ui.LayoutView]:
    return ui.MediaGallery(discord.MediaGalleryItem(url, description=description))


def _colour(status: Status) -> discord.Colour:
    match status:
        case Waiting() | Generating() | Cancelled() | Deleted():
            return _CALM
        case Ready():
            return _GOOD
        case Flagged():
            return _WARN
        case _:
            return _BAD
