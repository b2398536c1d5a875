"""The catalogues beside the code: what it says, and what stands there; run it to mend them."""

from collections.abc import Iterator
from io import BytesIO

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.language import CATALOGUES, NAMES

Text = str | tuple[str, ...]
"""A sentence, or the two forms of one that depends on a number."""

LANGUAGES = sorted(set(NAMES.values()))


def written() -> Iterator[Text]:
    """Yield what the code says, in the order of its files."""
    found = extract_from_dir(CATALOGUES.parent / "words", keywords={"say": None, "count": (1, 2)})
    yield from dict.fromkeys(text for _, _, text, _, _ in found)


def read(name: str) -> dict[Text, Text]:
    """Return what a catalogue has; nothing for what is not sure (fuzzy), or not there yet."""
    path = CATALOGUES / f"{name}.po"
    catalogue = read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=name)
    return {
        _text(message.id): _text("" if message.fuzzy else message.string)
        for message in catalogue
        if message.id
    }


def mend(name: str) -> None:
    """Add what is new to a catalogue, untranslated, and let go what is said no more."""
    known, catalogue = read(name), Catalog(locale=name)
    for text in written():
        catalogue.add(text, known.get(text))
    with (CATALOGUES / f"{name}.po").open("wb") as file:
        write_po(file, catalogue, omit_header=True, width=100)


def _text(value: str | list[str] | tuple[str, ...] | None) -> Text:
    return tuple(value) if isinstance(value, list | tuple) else value or ""


if __name__ == "__main__":
    for language in LANGUAGES:
        mend(language)
