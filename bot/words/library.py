"""What a member reads about their own videos, and about what is stored of them."""

from typing import Final

from bot.library import Entry, Page
from bot.model import Cancelled, Cause, Charge, Failed, TimedOut, Unknown
from bot.money import Hold
from bot.prompt import quoted
from bot.sentence import Sentence, Usd, count, say
from bot.words.cards import took
from bot.words.endings import headline

_WORDS_SHOWN: Final = 100

PREVIOUS: Final = say("Newer")
NEXT: Final = say("Older")
OPEN: Final = say("Open")
CHOOSE: Final = say("Show all about one of these")

NOT_NOW: Final = say("I could not look that up just now. Try again in a moment.")
UNKNOWN_ID: Final = say("I do not know such a video of yours. Use /videos to see yours.")

_OFFER: Final = say(
    "If you wish, I delete it: your videos with their prompts, pictures and links. My messages in "
    "Discord stay, and what you spent today still counts towards the limits of today. "
    "This cannot be undone."
)
STORED: Final = say("This file has all that I store about you. {offer}", offer=_OFFER)
STORED_TOO_MUCH: Final = say(
    "What I store about you is too large for a file here: whoever runs this bot can give it to "
    "you. {offer}",
    offer=_OFFER,
)
DELETE: Final = say("Delete it all")
DELETING: Final = say("Noted: what I store about you is deleted within the next minutes.")
NOT_NOTED: Final = say("I could not do that just now. Press the button again in a moment.")
_DELETED: Final = say(
    "**Deleted.** Of your spending, today's is kept until the day is over (UTC); after that only "
    "amounts without you."
)


def title(page: Page) -> Sentence:
    """Return what a page is of."""
    if page.count == 1:
        return _found(page)
    place = {"page": page.number + 1, "pages": page.count}
    return say("{videos} Page {page} of {pages}.", videos=_found(page), **place)


def state(entry: Entry) -> Sentence:
    """Return where a video stands, in a word or three."""
    if entry.ending is not None:
        return headline(entry.ending.outcome)
    return say("In line.") if entry.submitted_at is None else say("Being made.")


def bill(entry: Entry) -> Sentence | None:
    """Return what a video cost; None where nobody knows any more."""
    if entry.bill is None:
        return None
    usd, outcome = Usd(entry.bill.usd), entry.ending and entry.ending.outcome
    match entry.bill.hold, outcome:
        case Hold.SETTLED, Failed():
            return say("counted as {usd}: it may have been charged", usd=usd)
        case Hold.SETTLED, _:
            return say("cost {usd}", usd=usd)
        case Hold.HELD, None:
            return say("{usd} set aside", usd=usd)
        case Hold.HELD, _:
            return say("{usd} set aside: it may have been charged", usd=usd)
        case _, Cancelled(charge=Charge.NONE):
            return say("not charged")
        case _, Unknown() | TimedOut() | Cancelled() | Failed(cause=Cause.BUG):
            return say("not counted: no charge came to light")
        case _:
            return say("not charged")


def times(entry: Entry) -> list[Sentence]:
    """Return when a video was asked for, taken by Atlas, and ended."""
    told = [say("asked for {at}", at=at(entry.video.asked_at))]
    if entry.submitted_at is not None:
        told.append(say("begun {at}", at=at(entry.submitted_at)))
    if entry.ending is not None:
        told += [say("ended {at}", at=at(entry.ending.settled_at)), took(entry.ending.took_s)]
    return told


def deleted(left: int) -> Sentence:
    """Return that all is gone but `left` videos that have not ended."""
    if left == 0:
        return _DELETED
    return count(
        "{deleted} {count} video has not ended yet: it is still made and shown to you, and "
        "deleted once nothing can change about it any more.",
        "{deleted} {count} videos have not ended yet: they are still made and shown to you, and "
        "deleted once nothing can change about them any more.",
        left,
        deleted=_DELETED,
    )


def at(moment: float) -> str:
    """Return a moment as each reader's Discord writes it."""
    return f"<t:{int(moment)}:f>"


def _found(page: Page) -> Sentence:
    words = quoted(page.search, _WORDS_SHOWN)
    match bool(words), page.total:
        case False, 0:
            return say("You have no videos yet: make one with /video.")
        case False, total:
            return count("You have {count} video.", "You have {count} videos.", total)
        case True, 0:
            return say("None of your videos has “{words}” in its prompt.", words=words)
        case _, total:
            return count(
                "{count} video of yours has “{words}” in its prompt.",
                "{count} videos of yours have “{words}” in their prompts.",
                total,
                words=words,
            )
