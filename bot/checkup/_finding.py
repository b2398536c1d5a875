"""What an examination found, and how it is told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.errors import FirstframeError
from bot.language import Language
from bot.sentence import Sentence
from bot.words import checkup as words

log = logging.getLogger(__name__)

_MARKS: Final = {True: "✓", False: "✗", None: "–"}
_WITHIN_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `ok` is None where nothing is wrong, and nothing proved."""

    ok: bool | None
    subject: Sentence
    fact: Sentence
    remedy: Sentence | None = None

    def line(self, spoken: Language) -> str:
        """Return it in one line, as operators read it."""
        said = " ".join(spoken.say(part) for part in (self.fact, self.remedy) if part is not None)
        return f"{self.mark(spoken)}: {said}"

    def mark(self, spoken: Language) -> str:
        """Return what was looked at, and whether it is well."""
        return f"{_MARKS[self.ok]} {spoken.say(self.subject)}"


Examination = Callable[[], Awaitable[Iterable[Finding]]]


async def look(
    subject: Sentence, examination: Examination, *, within_s: float = _WITHIN_S
) -> Sequence[Finding]:
    """Examine within a time; what breaks is a finding, and holds up no other."""
    try:
        async with asyncio.timeout(within_s):
            return list(await examination())
    except TimeoutError:
        return [Finding(False, subject, words.NO_ANSWER, words.LOOK_AT_NETWORK)]
    except Exception as error:
        log.debug("examination broke off", exc_info=True)
        ours = isinstance(error, FirstframeError)  # its text is no stranger's
        reason = words.broke(str(error) if ours else type(error).__name__)
        return [Finding(False, subject, reason, words.LOOK_AT_NETWORK)]
