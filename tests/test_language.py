"""Every sentence is there in every language, and fits where Discord shows it."""

import re
import string
from collections.abc import Callable
from decimal import Decimal

import pytest

from bot.language import ENGLISH, NAMES, language
from bot.sentence import Sentence, Usd, count, say
from bot.words import commands
from tests.catalogues import LANGUAGES, Text, read, written

LOCALES = sorted(NAMES)
DESCRIPTIONS = [text for text in vars(commands).values() if isinstance(text, Sentence)]


def forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def bold(text: str) -> int:
    return text.count("**")


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_catalogue_has_just_what_the_code_says(name: str) -> None:
    assert read(name).keys() == set(written())


@pytest.mark.parametrize("name", LANGUAGES)
def test_nothing_is_left_untranslated(name: str) -> None:
    assert [text for text, said in read(name).items() if not all(forms(said))] == []


@pytest.mark.parametrize("trait", [gaps, bold])
@pytest.mark.parametrize("name", LANGUAGES)
def test_a_translation_has_the_same_gaps_and_bold_words(
    name: str, trait: Callable[[str], object]
) -> None:
    differing = [
        text
        for text, said in read(name).items()
        if any(trait(form) != trait(forms(text)[-1]) for form in forms(said))
    ]

    assert differing == []


@pytest.mark.parametrize("locale", LOCALES)
def test_names_of_commands_are_as_discord_wants_them(locale: str) -> None:
    names = [language(locale).say(name) for name in commands.NAMES]

    assert [name for name in names if not re.fullmatch(r"[-_'\w]{1,32}", name)] == []
    assert [name for name in names if name != name.lower()] == []


@pytest.mark.parametrize("locale", ["en-US", *LOCALES])
def test_descriptions_fit_discord(locale: str) -> None:
    texts = [language(locale).say(text) for text in DESCRIPTIONS]

    assert [text for text in texts if len(text) > 100] == []


def test_a_number_chooses_its_form_and_is_written_as_members_write_it() -> None:
    ahead = count(
        "**In line:** {count} video is before this one.",
        "**In line:** {count} videos are before this one.",
        1234,
    )

    assert ENGLISH.say(ahead) == "**In line:** 1,234 videos are before this one."
    assert "1.234" in language("de").say(ahead)


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("en-US", "0.50 USD"), ("de", "0,50 USD"), ("fr", "0,50 USD"), ("ja", "0.50 USD")],
)
def test_money_is_written_as_members_write_it(locale: str, shown: str) -> None:
    assert language(locale).say(say("{price}", price=Usd(Decimal("0.5")))) == shown


def test_money_is_shown_to_its_last_place() -> None:
    assert ENGLISH.say(say("{price}", price=Usd(Decimal("0.123456")))) == "0.123456 USD"


def test_a_list_is_joined_as_members_join_it() -> None:
    rights = say("{rights}", rights=(say("View Channel"), say("Send Messages")))

    assert ENGLISH.say(rights) == "View Channel and Send Messages"


def test_a_locale_without_a_catalogue_reads_english() -> None:
    assert language("tlh") is ENGLISH
    assert language("en-GB") is ENGLISH
