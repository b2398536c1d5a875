"""How a video ended and what comes next; without a video, whether it was charged."""

from typing import Final, assert_never

from bot.model import (
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
)
from bot.sentence import Sentence, say

FOUND: Final = say(
    "**Found.** The lost answer turned up: this video was accepted after all. It follows."
)

_NOT_CHARGED: Final = say("It is not charged.")
_NOTHING_CHARGED: Final = say("Nothing was charged.")
_MAYBE: Final = say("It may have been charged.")
_OPERATOR: Final = say("Please tell whoever runs this bot.")

_CAUSES: Final = {
    Cause.CONTENT: say(
        "Atlas's content rules do not allow this video. {charge} "
        "Change the prompt or the picture, and try again.",
        charge=_NOT_CHARGED,
    ),
    Cause.INPUT: say(
        "Atlas did not accept this request. {charge} "
        "Change the prompt or the picture, and try again.",
        charge=_NOTHING_CHARGED,
    ),
    Cause.TOO_LARGE: say(
        "The picture is too large for Atlas. {charge} Try a smaller one.", charge=_NOTHING_CHARGED
    ),
    Cause.MODEL: say(
        "Atlas does not offer this model any more. {charge} {operator}",
        charge=_NOTHING_CHARGED,
        operator=_OPERATOR,
    ),
    Cause.KEY: say(
        "Atlas does not let this bot in. {charge} {operator}",
        charge=_NOTHING_CHARGED,
        operator=_OPERATOR,
    ),
    Cause.BALANCE: say(
        "The Atlas account of this bot is used up. {charge} {operator}",
        charge=_NOTHING_CHARGED,
        operator=_OPERATOR,
    ),
    Cause.REGION: say(
        "Atlas does not serve this bot's region. {charge} {operator}",
        charge=_NOTHING_CHARGED,
        operator=_OPERATOR,
    ),
    Cause.BUSY: say(
        "Atlas has been too busy to take your video. {charge} Try again later.",
        charge=_NOTHING_CHARGED,
    ),
    Cause.BROKEN: say(
        "Atlas could not finish this video. {charge} Try again.", charge=_NOT_CHARGED
    ),
    Cause.CANCELLED: say("Atlas cancelled this video. {charge} Try again.", charge=_NOT_CHARGED),
    Cause.EMPTY: say(
        "Atlas says that the video is done, but sent none. {charge} {operator}",
        charge=_MAYBE,
        operator=_OPERATOR,
    ),
    Cause.LINK: say(
        "Atlas sent a link that is not safe to post. {charge} {operator}",
        charge=_MAYBE,
        operator=_OPERATOR,
    ),
    Cause.FOUND: say(
        "The first try came after all, so I did not send this one. {charge}",
        charge=_NOTHING_CHARGED,
    ),
    Cause.BUG: say(
        "Something went wrong on our side. {charge} {operator}",
        charge=_MAYBE,
        operator=_OPERATOR,
    ),
}

_CALLED_OFF: Final = {
    Charge.NONE: say("You called this video off. {charge}", charge=_NOTHING_CHARGED),
    Charge.MAYBE: say(
        "You called this video off when Atlas had it already, so I stopped waiting. "
        "It may still be finished and charged."
    ),
    Charge.SURE: say(
        "You called this video off, but Atlas finished it all the same. It was charged."
    ),
}


def headline(outcome: Outcome) -> Sentence:
    """Return the outcome in a word or three."""
    match outcome:
        case Ready():
            return say("Ready.")
        case Flagged(links=links):
            return say("Flagged.") if links else say("Withheld.")
        case Refused():
            return say("Refused.")
        case Failed():
            return say("Failed.")
        case TimedOut():
            return say("Timed out.")
        case Unknown():
            return say("Lost track.")
        case Cancelled():
            return say("Cancelled.")
        case Deleted(by_managers=True):
            return say("Removed.")
        case Deleted():
            return say("Deleted.")
        case _:
            assert_never(outcome)


def ending(outcome: Outcome) -> Sentence:
    """Return how a video ended and what comes next."""
    match outcome:
        case Ready():
            return say("Here is your video.")
        case Flagged(links=links) if links:
            return say(
                "Atlas flagged this video, so it is only for the age-restricted channel where it "
                "was asked for."
            )
        case Flagged():
            return say(
                "The video was made, but flagged as not safe to show, so there is no link. "
                "It was charged. Try another prompt or picture."
            )
        case Refused(cause=cause) | Failed(cause=cause):
            return _CAUSES[cause]
        case TimedOut():
            return say(
                "The video was not ready in time, so I stopped waiting. "
                "It may still be finished and charged: if it is within a day, I will post it."
            )
        case Unknown():
            return say(
                "Your request was sent, but the answer was lost, so nobody knows whether it was "
                "accepted. {charge} I did not send it again: try again only if you accept a "
                "second charge.",
                charge=_MAYBE,
            )
        case Cancelled(charge=charge):
            return _CALLED_OFF[charge]
        case Deleted(by_managers=True):
            return say(
                "Those who manage this server removed this video. What it cost stays charged."
            )
        case Deleted():
            return say("Its member deleted this video. What it cost stays charged.")
        case _:
            assert_never(outcome)
