"""What an operator reads about whether everything is ready, on the console or in Discord."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from bot.sentence import Sentence, Usd, say

TOKEN: Final = say("Discord token")
APPLICATION: Final = say("Application")
INSTALL_LINK: Final = say("Install link")
COMMANDS: Final = say("Commands")
ATLAS_KEY: Final = say("Atlas key")
BALANCE: Final = say("Balance")
MODEL: Final = say("Model")
DATABASE: Final = say("Database")
DISK: Final = say("Disk")
CLOCK: Final = say("Clock")
WEBHOOKS: Final = say("Webhooks")

ONLY_MARKS: Final = say("Whoever runs this bot sees more here.")

NO_ANSWER: Final = say("there was no answer in time.")
LOOK_AT_NETWORK: Final = say("Look whether this machine reaches the internet, and try again.")


def broke(reason: str) -> Sentence:
    """Return that an examination broke off."""
    return say("this could not be examined ({reason}).", reason=reason)


# ── Discord ───────────────────────────────────────────────────────────────────────────────────

TOKEN_REFUSED: Final = say("Discord refuses it.")
RESET_TOKEN: Final = say(
    "Copy the bot's token from the page Bot of Discord's developer portal to DISCORD_TOKEN."
)
TAKES_INTERACTIONS: Final = say("it sends its commands to a web address, so the bot gets none.")
REMOVE_ENDPOINT: Final = say(
    "Empty the field Interactions Endpoint URL in Discord's developer portal."
)
GRANT_NEEDED: Final = say("the application asks for a code grant, so no link installs it.")
REMOVE_GRANT: Final = say("Switch Requires OAuth2 Code Grant off, on the page Bot of the portal.")
UNKNOWN_COMMANDS: Final = say("Discord has other ones than this version.")
NEXT_START: Final = say("The next start of the bot mends that.")


def logged_in(name: str) -> Sentence:
    """Return that a token is good, and whose it is."""
    return say("it belongs to {name}.", name=name)


def application(name: str, application_id: int) -> Sentence:
    """Return which application the bot belongs to."""
    return say("{name}, with the id {id}.", name=name, id=str(application_id))


def link(url: str, *, lacking: Sequence[str]) -> tuple[Sentence, Sentence | None]:
    """Return the link to install the bot, and what is to be mended in the one of its profile."""
    plain = Sentence("{url}", {"url": url})
    if not lacking:
        return plain, None
    mend = say(
        "The one in the bot's profile is another: it lacks {lacking}. Mend it on the page "
        "Installation of Discord's developer portal, or share this one.",
        lacking=tuple(lacking),
    )
    return plain, mend


def commands_known(number: int) -> Sentence:
    """Return that Discord has the commands as they are."""
    return say("Discord has all {number}.", number=number)


# ── Atlas ─────────────────────────────────────────────────────────────────────────────────────

KEY_TAKEN: Final = say("Atlas takes it.")
KEY_REFUSED: Final = say("Atlas refuses it.")
RENEW_KEY: Final = say("Make a key in Atlas Cloud's console, and set ATLASCLOUD_API_KEY to it.")
TOP_UP: Final = say("That is less than one video costs: top the account up in Atlas's console.")
OTHER_MODEL: Final = say("Set ATLAS_MODEL to one that it lists.")


def balance(usd: Decimal) -> Sentence:
    """Return what is left on the account."""
    return say("{usd} left.", usd=Usd(usd))


def model(name: str, price: Decimal | None) -> tuple[Sentence, Sentence | None]:
    """Return what a model costs, and what is to be minded where nobody says."""
    if price is None:
        words = say("{model} is in Atlas's catalogue, without a price.", model=name)
        return words, say("Videos are counted at PRICE_PER_VIDEO_USD.")
    return say("{model} costs {usd} a video.", model=name, usd=Usd(price)), None


def unlisted(name: str) -> Sentence:
    """Return that Atlas does not list the model."""
    return say("Atlas does not list {model}, so it may refuse its videos.", model=name)


# ── the machine ───────────────────────────────────────────────────────────────────────────────

READY: Final = say("it answers, with all tables of this version.")
NEW: Final = say("there is none yet: the first start makes it.")
READ_ONLY: Final = say("the bot may not write there.")
MEND_DATABASE: Final = say(
    "DATABASE_URL must lead to a PostgreSQL that runs, or to a file in a folder where the bot "
    "may write."
)
MAKE_ROOM: Final = say("Make room, or move the file of DATABASE_URL to another disk.")
NO_DATE: Final = say("nobody told the time.")
NTP: Final = say("Let the machine set its clock by itself (NTP), or webhooks will be refused.")


def not_usable(kind: str) -> Sentence:
    """Return that a database cannot be asked; `kind` is that of the error."""
    return say("it does not answer as a database should ({kind}).", kind=kind)


def lacking(names: Sequence[str]) -> Sentence:
    """Return which tables and columns this version has and an older one had not."""
    return say("it answers, and lacks {names}.", names=tuple(names))


def room(megabytes: int) -> Sentence:
    """Return how much room is left where the database lies."""
    return say("{megabytes} MB are free.", megabytes=megabytes)


def clock(off_s: int) -> Sentence:
    """Return by how much the clock is off."""
    if off_s <= 1:
        return say("right to the second.")
    return say("off by {seconds} s.", seconds=off_s)


# ── webhooks ──────────────────────────────────────────────────────────────────────────────────

NOT_ASKED: Final = say("not set up, so the bot asks Atlas every few seconds; that is fine.")
LEAD_THERE: Final = say(
    "Let the bot run with PORT, and let PUBLIC_URL lead there: a proxy or the host's router may "
    "stand between."
)


def answers(url: str) -> Sentence:
    """Return that a bot answers at the address which Atlas is told."""
    return say("a Firstframe answers at {url}, asked from here.", url=url)


def silent(url: str) -> Sentence:
    """Return that none answers there."""
    return say("no Firstframe answers at {url}, asked from here.", url=url)
