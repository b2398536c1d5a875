"""What a member typed: fit to be kept and sent, and harmless wherever it is shown."""

import re
import unicodedata
from typing import Final

TITLE_LIMIT: Final = 100
"""UTF-16 units of a thread's name; Discord takes 100 characters."""

_UNKEEPABLE: Final = re.compile("[\0\ud800-\udfff]")
_BLANK: Final = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")  # letters that show nothing
_JOINERS: Final = "\u200c\u200d"  # within emoji, and within words of Persian and Hindi
_MEANING: Final = re.compile(r"[\\`*_~|<@\[]|^[#>-]|:(?=//)")  # to Discord, inside a quotation


def keepable(prompt: str) -> str:
    """Return a prompt without what no database and no UTF-8 takes: NUL, and halves of signs."""
    return _UNKEEPABLE.sub("", prompt)


def one_line(text: str, limit: int) -> str:
    """Return text without line breaks, control and direction marks, cut to `limit`.

    The limit is in UTF-16 units, the strictest way in which Discord may count.
    """
    signs = "".join(map(_shown, _BLANK.sub(" ", text)))
    shown = unicodedata.normalize("NFC", " ".join(signs.split()).strip(_JOINERS + " "))
    units = shown.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return shown
    return units[: 2 * (limit - 1)].decode("utf-16-le", "ignore").rstrip() + "…"


def quoted(prompt: str, limit: int) -> str:
    """Return a prompt as Markdown of one line that shows it as it was typed, and means nothing."""
    return one_line(_MEANING.sub(r"\\\g<0>", one_line(prompt, limit)), limit)


def title_of(prompt: str, *, otherwise: str) -> str:
    """Return a name for a prompt's thread; `otherwise` when there would be nothing to see."""
    title = one_line(prompt, TITLE_LIMIT)
    return title if is_visible(title) else otherwise


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see: a letter, a number, a mark or a symbol."""
    return any(unicodedata.category(sign)[0] in "LNPS" for sign in text)


def _shown(sign: str) -> str:
    """Signs that Python does not know (yet) stay: the newest emoji are among them."""
    kind = unicodedata.category(sign)
    if kind == "Cf" and sign not in _JOINERS:
        return ""
    return " " if kind in {"Cc", "Cs", "Zl", "Zp", "Zs"} else sign
