"""What those who pay read about what was spent."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from bot.money import NEAR, Budget, Unit
from bot.sentence import Gap, Sentence, Usd, count, say
from bot.spend import Amount, Span

TITLES: Final[Mapping[Span, Sentence]] = {
    Span.TODAY: say("Spending today"),
    Span.WEEK: say("Spending of 7 days"),
    Span.MONTH: say("Spending of 30 days"),
}
SPANS: Final[Mapping[Span, Sentence]] = {
    Span.TODAY: say("Today"),
    Span.WEEK: say("7 days"),
    Span.MONTH: say("30 days"),
}
HERE: Final = say("this server")
EVERYWHERE: Final = say("all servers")

SPENT: Final = say("spent")
SET_ASIDE: Final = say("set aside, may come back")

MEMBERS: Final = say("Members")
SERVERS: Final = say("Servers")
MODELS: Final = say("Models")
OTHERS: Final = say("others")
FORGOTTEN: Final = say("forgotten members")
DIRECT: Final = say("direct messages")
NO_MODEL: Final = say("model not known any more")

NO_PICTURE: Final = say("The picture could not be drawn just now.")
NOT_WHOLE: Final = say("The file has the newest days only: all of it would be too large.")
NO_BALANCE: Final = say("Atlas does not tell the balance of the account just now.")
UTC: Final = say("Days are counted in UTC, amounts as I know them; the bill is Atlas's.")
NOT_NOW: Final = say("I could not add that up just now. Try again in a moment.")


def title(span: Span, *, is_everywhere: bool) -> Sentence:
    """Return what a report is of."""
    where = EVERYWHERE if is_everywhere else HERE
    return say("{title}, {where}", title=TITLES[span], where=where)


def total(amount: Amount) -> Sentence:
    """Return all that was spent."""
    if not amount.held_usd:
        return count(
            "{spent} spent for {count} video.",
            "{spent} spent for {count} videos.",
            amount.videos,
            spent=Usd(amount.settled_usd),
        )
    return count(
        "{spent} spent and {held} set aside for {count} video.",
        "{spent} spent and {held} set aside for {count} videos.",
        amount.videos,
        spent=Usd(amount.settled_usd),
        held=Usd(amount.held_usd),
    )


def part(title: Sentence, shares: tuple[Gap, ...]) -> Sentence:
    """Return how much of it falls on each."""
    return Sentence("{title}: {shares}.", {"title": title, "shares": shares})


def share(name: Gap, amount: Amount) -> Sentence:
    """Return how much of it falls on one."""
    return Sentence("{name} {usd}", {"name": name, "usd": Usd(amount.usd)})


def balance(usd: Decimal) -> Sentence:
    """Return what is left on the account."""
    return say("{usd} are left on the account at Atlas.", usd=Usd(usd))


def nearly_used(budget: Budget) -> Sentence:
    """Return the warning, once a day, that a budget of a server is nearly used."""
    return say(
        "**Nearly used:** this server's limit of {most} a day (UTC). At least {percent}% are gone: "
        "/desk spend shows on what.",
        percent=int(100 * NEAR),
        most=_most(budget),
    )


def _most(budget: Budget) -> Gap:
    if budget.unit is Unit.USD:
        return Usd(budget.most)
    return count("{count} video", "{count} videos", int(budget.most))
