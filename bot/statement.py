"""What is shown of a report: a message, a chart, and the words that stand for the chart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.chart import Bar, Chart, Panel
from bot.language import Language
from bot.prompt import one_line, quoted
from bot.sentence import Gap, Sentence, Usd
from bot.spend import NOTHING, Amount, Names, Report, Span
from bot.words import spend as words

K = TypeVar("K", int, str)

_IN_WORDS: Final = 5
_IN_CHART: Final = 8
_NAME_LIMIT: Final = 60
_ALT_LIMIT: Final = 1000  # Discord takes 1,024 characters


@dataclass(frozen=True, slots=True)
class Share:
    """What an amount falls on, as it is called, and what else it can be called."""

    name: Gap
    amount: Amount
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A report on its way to a reader, of one server or of all of them."""

    report: Report
    names: Names
    span: Span
    is_everywhere: bool

    def text(self, spoken: Language, *more: Sentence) -> str:
        """Return it as a message that mentions members; they are not pinged by an edit."""
        lines = [self._total(), *self._in_words(lambda id_: f"<@{id_}>", quoted), *more]
        title = f"**{spoken.say(self._title())}**"
        return "\n".join([title, *map(spoken.say, lines), f"-# {spoken.say(words.UTC)}"])

    def alt(self, spoken: Language) -> str:
        """Return what the chart says, for those who cannot see it."""
        said = [self._total(), *self._in_words(self._member, one_line)]
        text = f"{spoken.say(self._title())}: {' '.join(map(spoken.say, said))}"
        return one_line(text, _ALT_LIMIT)

    def chart(self, spoken: Language) -> Chart:
        """Return it as a chart."""
        days = [_bar(Share(day, amount), spoken) for day, amount in self.report.by_day.items()]
        return Chart(
            title=spoken.say(self._title()),
            subtitle=spoken.say(self._total()),
            legend=(spoken.say(words.SPENT), spoken.say(words.SET_ASIDE)),
            columns=Panel("", tuple(days)) if len(days) > 1 else None,
            panels=tuple(
                Panel(spoken.say(title), tuple(_bar(share, spoken) for share in shares))
                for title, shares in self._parts(self._member, one_line, most=_IN_CHART)
            ),
        )

    def _title(self) -> Sentence:
        return words.title(self.span, is_everywhere=self.is_everywhere)

    def _total(self) -> Sentence:
        return words.total(self.report.total)

    def _member(self, id_: int) -> str:
        return one_line(self.names.members.get(id_, str(id_)), _NAME_LIMIT)

    def _in_words(
        self, member: Callable[[int], str], harmless: Callable[[str, int], str]
    ) -> list[Sentence]:
        return [
            words.part(title, tuple(words.share(one.name, one.amount) for one in shares))
            for title, shares in self._parts(member, harmless, most=_IN_WORDS)
        ]

    def _parts(
        self, member: Callable[[int], str], harmless: Callable[[str, int], str], *, most: int
    ) -> list[tuple[Sentence, list[Share]]]:
        """Return how all of it is shared, in each way; nothing is where nothing was spent."""

        def server(id_: int) -> str:
            return harmless(self.names.servers.get(id_, str(id_)), _NAME_LIMIT)

        def model(name: str) -> str:
            return harmless(name, _NAME_LIMIT)

        report, total = self.report, self.report.total
        if total == NOTHING:
            return []
        parts = [
            (words.MEMBERS, _shares(report.by_member, total, member, words.FORGOTTEN, most)),
            (words.MODELS, _shares(report.by_model, total, model, words.NO_MODEL, most)),
        ]
        if self.is_everywhere:
            servers = _shares(report.by_server, total, server, words.DIRECT, most)
            parts.append((words.SERVERS, servers))
        return parts


def _shares(
    sums: Mapping[K | None, Amount],
    total: Amount,
    named: Callable[[K], str],
    nameless: Sentence,
    most: int,
) -> list[Share]:
    """Return the largest, and what is left of all for others."""
    largest = list(sums.items())[:most]
    others = total - sum((amount for _, amount in largest), NOTHING)
    shares = [
        Share(nameless if key is None else named(key), amount, str(key)) for key, amount in largest
    ]
    return shares if others == NOTHING else [*shares, Share(words.OTHERS, others)]


def _bar(share: Share, spoken: Language) -> Bar:
    amount = share.amount
    return Bar(
        name=spoken.say(Sentence("{name}", {"name": share.name})),
        parts=(float(amount.settled_usd), float(amount.held_usd)),
        said=spoken.say(Sentence("{usd}", {"usd": Usd(amount.usd)})),
        instead=share.instead,
    )
