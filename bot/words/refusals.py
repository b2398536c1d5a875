"""Why something is not done; nothing is ever spent with these."""

import math
from decimal import Decimal
from typing import Final, assert_never

from bot.model import Standing
from bot.money import Budget, OverBudget, Scope, Unit
from bot.sentence import Sentence, Usd, count, say
from bot.words.buttons import CONFIRM_AGAIN

BUSY: Final = say(
    "I could not write your request down just now. Nothing was spent: try again in a moment."
)
BROKEN: Final = say("Something went wrong here. Nothing was spent: try again in a moment.")
RESTARTING: Final = say("I am restarting. Nothing was spent: try again in a moment.")
NOT_YOURS: Final = say(
    "Only the member who asked for this video can try it again. Use /video instead."
)

NOT_YOUR_VIDEO: Final = say("Only the member who asked for this video can do that.")
ENDED: Final = say("This video has ended already: there is nothing to cancel.")
NOTHING_TO_DELETE: Final = say("There is no finished video here to delete.")
LOOK_LATER: Final = say("I cannot look at my notes just now: try again in a moment.")

NO_PROMPT: Final = say("The prompt is empty: say what should happen in the video, and try again.")
NO_PICTURE: Final = say("I cannot read this file as a picture: attach a JPEG or PNG and try again.")
PICTURE_LOST: Final = say(
    "I could not fetch your picture from Discord. Attach it again, and try once more."
)
PICTURE_GONE: Final = say(
    "I keep a picture for a day only, so this one is gone. Nothing was spent: "
    "use /video and attach it again."
)
PICTURE_DAMAGED: Final = say(
    "I cannot read all of this picture: save it anew as JPEG or PNG and try again."
)
PICTURE_STAYS_LARGE: Final = say(
    "This picture stays over 20 MB even as JPEG: shrink it and try again."
)

CARD_AWAY: Final = say(
    "Discord did not give me that video's picture. Nothing was spent: try again in a moment."
)
CARD_GONE: Final = say(
    "I cannot reach the picture of that video any more. Nothing was spent: "
    "use /studio and attach it again."
)
FILM_AWAY: Final = say(
    "I could not fetch that video just now. Nothing was spent: try again in a moment."
)
FILM_GONE: Final = say(
    "I cannot get the last frame of that video any more. Nothing was spent: "
    "use /studio with a picture of your own."
)
FORGOTTEN: Final = say("I do not remember this video any more. Use /video to make it anew.")
NO_PICTURE_HERE: Final = say(
    "This message has no picture. Choose one with a picture, or use /studio and attach yours."
)
NO_COMMANDS: Final = say("You may not use commands in this channel, so I cannot make a video.")
PRESSED_TWICE: Final = say(
    "You pressed this a moment ago, so I make one video, not two. "
    "If you want another, press it again in ten seconds."
)

_RIGHTS: Final = {
    "view_channel": say("View Channel"),
    "send_messages": say("Send Messages"),
    "send_messages_in_threads": say("Send Messages in Threads"),
    "read_message_history": say("Read Message History"),
}


def missing_rights(names: list[str]) -> Sentence:
    """Return what to ask a moderator for; `names` are discord.py's."""
    return say(
        "I cannot show a video here: I need the permission {rights}. Nothing was spent. "
        "Ask a moderator for it, or use another channel.",
        rights=tuple(Sentence("**{right}**", {"right": _RIGHTS[name]}) for name in names),
    )


def prompt_too_long(length: int, *, most: int) -> Sentence:
    """Return why a prompt of `length` characters is refused."""
    return say(
        "The prompt has {length} characters: the limit is {most}, so shorten it.",
        length=length,
        most=most,
    )


def picture_too_large(size: int) -> Sentence:
    """Return why a picture of `size` bytes is refused; a little over never reads as 20.0."""
    return say(
        "The picture is {megabytes} MB: the limit is 20 MB, so make it smaller.",
        megabytes=Decimal(math.ceil(size / 1e5)) / 10,
    )


def too_many_pixels(width: int, height: int, *, megapixels: int) -> Sentence:
    """Return why a picture is too large to open."""
    return say(
        "{sides} is too large: the limit is {megapixels} megapixels, so shrink it and try again.",
        sides=_sides(width, height),
        megapixels=megapixels,
    )


def too_tall(width: int, height: int) -> Sentence:
    """Return why a tall picture is refused."""
    return say(
        "{sides} is too tall: the limit is 5:2, so crop it and try again.",
        sides=_sides(width, height),
    )


def too_wide(width: int, height: int) -> Sentence:
    """Return why a wide picture is refused."""
    return say(
        "{sides} is too wide: the limit is 5:2, so crop it and try again.",
        sides=_sides(width, height),
    )


def too_small(width: int, height: int, *, over: int) -> Sentence:
    """Return why a small picture is refused."""
    return say(
        "{sides} is too small: each side must be over {over} px, so take a larger one "
        "and try again.",
        sides=_sides(width, height),
        over=over,
    )


def not_lost(standing: Standing) -> Sentence:
    """Return why a video is not to be tried again."""
    match standing:
        case Standing.FOUND:
            return say(
                "The lost answer turned up, so this video is made after all: no need to try again."
            )
        case Standing.REPLACED:
            return say("You have tried this video again already: the new one stands below.")
        case Standing.GONE:
            return FORGOTTEN
        case Standing.LOST:
            return CONFIRM_AGAIN
        case _:
            assert_never(standing)


def over_budget(error: OverBudget, *, resets_at: float) -> Sentence:
    """Return which budget is used up, what is left of it, and when it begins anew."""
    if error.budget.unit is Unit.USD:
        price, some = Usd(error.price), Usd(error.left)
        left = say("{left} left, and this video costs {price}", left=some, price=price)
    else:
        left = say("{left} left", left=int(error.left))
    return say(
        "{rule}: {left}. Nothing was spent. It begins anew {resets}.",
        rule=_rule(error.budget),
        left=left,
        resets=f"<t:{int(resets_at)}:R>",
    )


def _rule(budget: Budget) -> Sentence:
    most, videos = Usd(budget.most), int(budget.most)
    rules = {
        (Scope.MEMBER, Unit.USD): say("Each member may spend {most} a day", most=most),
        (Scope.MEMBER_HERE, Unit.USD): say(
            "Each member may spend {most} a day in this server", most=most
        ),
        (Scope.SERVER, Unit.USD): say("This server may spend {most} a day", most=most),
        (Scope.ALL, Unit.USD): say("This bot may spend {most} a day", most=most),
        (Scope.MEMBER, Unit.VIDEOS): count(
            "Each member may make {count} video a day",
            "Each member may make {count} videos a day",
            videos,
        ),
        (Scope.MEMBER_HERE, Unit.VIDEOS): count(
            "Each member may make {count} video a day in this server",
            "Each member may make {count} videos a day in this server",
            videos,
        ),
        (Scope.SERVER, Unit.VIDEOS): count(
            "This server may make {count} video a day",
            "This server may make {count} videos a day",
            videos,
        ),
        (Scope.ALL, Unit.VIDEOS): count(
            "This bot may make {count} video a day",
            "This bot may make {count} videos a day",
            videos,
        ),
    }
    return rules[budget.scope, budget.unit]


def _sides(width: int, height: int) -> str:
    return f"{width} × {height}"
