"""The languages of the members, each from its catalogue of sentences in `locale`.

A catalogue is a gettext file whose keys are the English sentences themselves; numbers, money and
lists take the form that Unicode's CLDR has for the language.
"""

import datetime as dt
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.dates import format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from bot.sentence import COUNT, Gap, Sentence, Usd

CATALOGUES: Final = Path(__file__).parent / "locale"

NAMES: Final = {
    "de": "de",
    "es-ES": "es",
    "es-419": "es",
    "fr": "fr",
    "ja": "ja",
    "pt-BR": "pt_BR",
    "zh-CN": "zh_CN",
}
"""The catalogue of each of Discord's locales; all others read English.

https://discord.com/developers/docs/reference#locales
"""

_USD: Final = "#,##0.00#### ¤¤"  # to the cent where it is even


class Language:
    """Says sentences in one language; `name` is that of its catalogue."""

    def __init__(self, name: str, catalogue: NullTranslations) -> None:
        self.name = name
        self._catalogue = catalogue

    def say(self, sentence: Sentence) -> str:
        """Return a sentence with its gaps filled; English where it was never translated."""
        number = sentence.gaps.get(COUNT)
        if sentence.many is None or not isinstance(number, int):
            text = self._catalogue.gettext(sentence.text)
        else:
            text = self._catalogue.ngettext(sentence.text, sentence.many, number)
        return text.format_map({name: self._fill(gap) for name, gap in sentence.gaps.items()})

    def _fill(self, gap: Gap) -> str:
        match gap:
            case str():
                return gap
            case Sentence():
                return self.say(gap)
            case Usd(amount=amount):
                return format_currency(
                    amount, "USD", format=_USD, locale=self.name, currency_digits=False
                )
            case dt.date():
                return format_skeleton("MMMd", gap, locale=self.name)
            case tuple():
                return format_list([self._fill(item) for item in gap], locale=self.name)
            case _:
                return format_decimal(gap, locale=self.name)


ENGLISH: Final = Language("en", NullTranslations())


def language(locale: str) -> Language:
    """Return the language of one of Discord's locales."""
    name = NAMES.get(locale)
    return ENGLISH if name is None else _read(name)


@cache
def _read(name: str) -> Language:
    with (CATALOGUES / f"{name}.po").open("rb") as file:
        write_mo(compiled := BytesIO(), read_po(file, locale=name))
    compiled.seek(0)
    return Language(name, GNUTranslations(compiled))
