"""Every sentence a member reads, in one place: short, true about money, and never blaming."""

import math
from decimal import Decimal
from typing import Final, assert_never

from bot.model import (
    Cancelled,
    Cause,
    Failed,
    Flagged,
    Generating,
    Outcome,
    Ready,
    Refused,
    Standing,
    Status,
    TimedOut,
    Unknown,
    Waiting,
)
from bot.money import OverBudget, Scope, Unit
from bot.prompt import is_visible, one_line

THREAD_NAME_LIMIT: Final = 100

COMMAND: Final = "Make a six-second video from words and, if you like, a picture."
OPTION_PROMPT: Final = "What should happen in the video? Up to 2,000 characters."
OPTION_IMAGE: Final = "A picture to start from: over 300 px on its short side, up to 20 MB."
OPTION_EXPAND: Final = "Let Atlas add detail to your prompt. Off by default."

BUSY: Final = (
    "I could not write your request down just now. Nothing was spent: try again in a moment."
)
BROKEN: Final = "Something went wrong here. Nothing was spent: try again in a moment."
RESTARTING: Final = "I am restarting. Nothing was spent: try again in a moment."
TRY_AGAIN: Final = "Try again"
TRY_AGAIN_YES: Final = "Yes, make it again"
CONFIRM_AGAIN: Final = (
    "The first try may have been charged already. If I make this video again, "
    "you may pay twice. Do you want that?"
)
NOT_YOURS: Final = "Only the member who asked for this video can try it again. Use /video instead."
PICTURE_GONE: Final = (
    "I keep a picture for a day only, so this one is gone. Nothing was spent: "
    "use /video and attach it again."
)
FOUND: Final = (
    "**Found.** The lost answer turned up: this video was accepted after all. It follows."
)
NO_PROMPT: Final = "The prompt is empty: say what should happen in the video, and try again."
PICTURE_LOST: Final = (
    "I could not fetch your picture from Discord. Attach it again, and try once more."
)
NO_PICTURE: Final = "I cannot read this file as a picture: attach a JPEG or PNG and try again."
PICTURE_DAMAGED: Final = (
    "I cannot read all of this picture: save it anew as JPEG or PNG and try again."
)
PICTURE_STAYS_LARGE: Final = "This picture stays over 20 MB even as JPEG: shrink it and try again."
REPLY_ONLY: Final = (
    "I can answer here for 15 minutes only. If it takes longer, I will write you a direct message."
)
PICTURE_ALT: Final = "The picture that the video starts from"
VIDEO_ALT: Final = "The finished video"

_NOT_CHARGED: Final = "It is not charged."
_NOTHING_CHARGED: Final = "Nothing was charged."
_MAYBE: Final = "It may have been charged."
_OPERATOR: Final = "Please tell whoever runs this bot."

_CAUSES: Final = {
    Cause.CONTENT: f"Atlas's content rules do not allow this video. {_NOT_CHARGED} "
    "Change the prompt or the picture, and try again.",
    Cause.INPUT: f"Atlas did not accept this request. {_NOTHING_CHARGED} "
    "Change the prompt or the picture, and try again.",
    Cause.TOO_LARGE: f"The picture is too large for Atlas. {_NOTHING_CHARGED} Try a smaller one.",
    Cause.MODEL: f"Atlas does not offer this model any more. {_NOTHING_CHARGED} {_OPERATOR}",
    Cause.KEY: f"Atlas does not let this bot in. {_NOTHING_CHARGED} {_OPERATOR}",
    Cause.BALANCE: f"The Atlas account of this bot is used up. {_NOTHING_CHARGED} {_OPERATOR}",
    Cause.REGION: f"Atlas does not serve this bot's region. {_NOTHING_CHARGED} {_OPERATOR}",
    Cause.BUSY: f"Atlas has been too busy to take your video. {_NOTHING_CHARGED} Try again later.",
    Cause.BROKEN: f"Atlas could not finish this video. {_NOT_CHARGED} Try again.",
    Cause.CANCELLED: f"Atlas cancelled this video. {_NOT_CHARGED} Try again.",
    Cause.EMPTY: f"Atlas says that the video is done, but sent none. {_MAYBE} {_OPERATOR}",
    Cause.LINK: f"Atlas sent a link that is not safe to post. {_MAYBE} {_OPERATOR}",
    Cause.BUG: f"Something went wrong on our side. {_MAYBE} {_OPERATOR}",
}

_WHOSE: Final = {
    Scope.MEMBER: "Each member",
    Scope.SERVER: "This server",
    Scope.ALL: "This bot",
}


def status_line(status: Status, *, only_here: bool = False) -> str:
    """Return what the status card says about where a video stands.

    `only_here` is a card that shows the video itself, because nothing else can.
    """
    match status:
        case Waiting(ahead=0):
            return "**Next in line.**"
        case Waiting(ahead=1):
            return "**In line:** 1 video is before this one."
        case Waiting(ahead=ahead):
            return f"**In line:** {ahead} videos are before this one."
        case Generating(since=since):
            return (
                f"**Generating.** Started <t:{int(since)}:R>; most videos take two to five minutes."
            )
        case Ready() if not only_here:
            return f"**{headline(status)}** Your video is posted."
        case _:
            return f"**{headline(status)}** {ending(status)}"


def headline(outcome: Outcome) -> str:
    """Return the outcome in a word or three."""
    match outcome:
        case Ready():
            return "Ready."
        case Flagged():
            return "Withheld."
        case Refused():
            return "Refused."
        case Failed():
            return "Failed."
        case TimedOut():
            return "Timed out."
        case Unknown():
            return "Lost track."
        case Cancelled():
            return "Cancelled."
        case _:
            assert_never(outcome)


def ending(outcome: Outcome) -> str:
    """Return how a video ended and what comes next; without one, whether it was charged."""
    match outcome:
        case Ready():
            return "Here is your video."
        case Flagged():
            return (
                "The video was made, but flagged as not safe to show, so there is no link. "
                "It was charged. Try another prompt or picture."
            )
        case Refused(cause=cause) | Failed(cause=cause):
            return _CAUSES[cause]
        case TimedOut():
            return (
                "The video was not ready in time, so I stopped waiting. "
                "It may still be finished and charged: if it is within a day, I will post it."
            )
        case Unknown():
            return (
                "Your request was sent, but the answer was lost, so nobody knows whether it was "
                f"accepted. {_MAYBE} I did not send it again: try again only if you accept a "
                "second charge."
            )
        case Cancelled():
            return "You called this video off."
        case _:
            assert_never(outcome)


def facts(*, model: str, code: str, took_s: float | None = None) -> str:
    """Return the small print: model, time taken where there is one, and the short id."""
    took = [] if took_s is None else [f"took {duration(took_s)}"]
    return "-# " + " · ".join([model, *took, f"id {code}"])


def duration(seconds: float) -> str:
    """Return a duration as a person says it: `48 s`, `2 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def missing_rights(names: list[str]) -> str:
    """Return what to ask a moderator for."""
    listed = ", ".join(f"**{name}**" for name in names)
    return (
        f"I cannot show a video here: I need the permission {listed}. Nothing was spent. "
        "Ask a moderator for it, or use another channel."
    )


def picture_too_large(size: int) -> str:
    """Return why a picture of `size` bytes is refused; a little over never reads as 20.0."""
    return (
        f"The picture is {math.ceil(size / 1e5) / 10} MB: the limit is 20 MB, so make it smaller."
    )


def too_many_pixels(width: int, height: int, *, megapixels: int) -> str:
    """Return why a picture is too large to open."""
    limit = f"the limit is {megapixels} megapixels, so shrink it and try again."
    return f"{width} × {height} is too large: {limit}"


def too_tall(width: int, height: int) -> str:
    """Return why a tall picture is refused."""
    return f"{width} × {height} is too tall: the limit is 5:2, so crop it and try again."


def too_wide(width: int, height: int) -> str:
    """Return why a wide picture is refused."""
    return f"{width} × {height} is too wide: the limit is 5:2, so crop it and try again."


def too_small(width: int, height: int, *, over: int) -> str:
    """Return why a small picture is refused."""
    rule = f"each side must be over {over} px, so take a larger one and try again."
    return f"{width} × {height} is too small: {rule}"


def not_lost(standing: Standing) -> str:
    """Return why a video is not to be tried again."""
    match standing:
        case Standing.FOUND:
            return (
                "The lost answer turned up, so this video is made after all: no need to try again."
            )
        case Standing.REPLACED:
            return "You have tried this video again already: the new one stands below."
        case Standing.GONE:
            return "I do not remember this video any more. Use /video to make it anew."
        case Standing.LOST:
            return CONFIRM_AGAIN
        case _:
            assert_never(standing)


def over_budget(error: OverBudget, *, resets_at: float) -> str:
    """Return which budget is used up, what is left of it, and when it begins anew."""
    budget = error.budget
    whose = _WHOSE[budget.scope]
    if budget.unit is Unit.USD:
        rule = f"{whose} may spend {usd(budget.most)} a day"
        left = f"{usd(error.left)} left, and this video costs {usd(error.price)}"
    else:
        rule = f"{whose} may make {count(int(budget.most), 'video')} a day"
        left = f"{error.left} left"
    return f"{rule}: {left}. Nothing was spent. It begins anew <t:{int(resets_at)}:R>."


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 video`, `2 videos`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def usd(amount: Decimal) -> str:
    """Return an amount of money as a person reads it: `0.50 USD`, to the cent where it is even."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{places}f} USD"


def prompt_too_long(length: int) -> str:
    """Return why a prompt of `length` characters is refused."""
    return f"The prompt has {length:,} characters: the limit is 2,000, so shorten it."


def thread_name(prompt: str) -> str:
    """Return a name for the thread of a prompt, 1 to 100 characters."""
    name = one_line(prompt, THREAD_NAME_LIMIT)
    return name if is_visible(name) else "Your video"
