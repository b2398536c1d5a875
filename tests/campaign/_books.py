"""The books at the end: what was accepted, paid and told, and all that does not add up."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.model import VideoId, short_id
from tests.campaign._town import Told

HEADLINES: Final = {
    "Ready": "Ready.",
    "Flagged": "Withheld.",
    "Refused": "Refused.",
    "Failed": "Failed.",
    "TimedOut": "Timed out.",
    "Unknown": "Lost track.",
    "Cancelled": "Cancelled.",
}
_MADE: Final = {"Ready", "Flagged"}
_MAY_STAY_HELD: Final = {"Unknown", "TimedOut"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted video. `hold` is None where no money was held."""

    id: int
    prompt: str
    is_told_by_card: bool
    """The card itself is what told of the end: where only it can answer, or no way was open."""
    outcome: str | None
    links: tuple[str, ...]
    is_delivered: bool
    could_be_reached: bool
    notice_id: int | None
    deadline_at: float | None
    card: str
    hold: str | None

    @property
    def mark(self) -> str:
        return f"id {short_id(VideoId(self.id))}"


@dataclass(frozen=True, slots=True)
class Command:
    """An interaction that reached the bot."""

    id: int
    is_acknowledged: bool
    is_thinking: bool
    is_excused: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What Atlas accepted and charged; `ready_at` is when a good one was finished, else None."""

    id: str
    prompt: str
    is_flagged: bool
    ready_at: float | None


@dataclass(frozen=True, slots=True)
class Books:
    """All that is known at the end; `said` is every text that the bot ever sent to Discord."""

    entries: tuple[Entry, ...]
    commands: tuple[Command, ...]
    told: tuple[Told, ...]
    made: tuple[Made, ...]
    said: str

    def lost(self) -> list[str]:
        """Return the accepted and the acknowledged whose member was left waiting."""
        accepted = {entry.id for entry in self.entries}
        return [*self._lost_videos()] + [
            f"command {command.id} thinks for ever"
            for command in self.commands
            if command.is_acknowledged
            and command.is_thinking
            and not (command.is_excused or command.id in accepted)
        ]

    def doubled(self) -> list[str]:
        """Return what was told or paid more than once."""
        return [*self._told_twice(), *self._paid_twice()]

    def kept(self) -> int:
        """Count the outcomes that could not be shown."""
        return sum(entry.outcome is not None and not entry.is_delivered for entry in self.entries)

    def wrong(self) -> list[str]:
        """Return everything else that does not add up."""
        return [*self._wrong_outcomes(), *self._wrong_words(), *self._wrong_holds()]

    def _lost_videos(self) -> Iterator[str]:
        told = self._told_of()
        for entry in self.entries:
            if entry.outcome is None:
                yield f"video {entry.id} has no outcome"
            elif entry.is_delivered and not (told[entry.id] or _is_on_card(entry)):
                yield f"video {entry.id} is said to be delivered, and nobody was told"
            elif not entry.is_delivered and entry.could_be_reached and not told[entry.id]:
                yield f"video {entry.id} was not told, and a way was open"

    def _told_twice(self) -> Iterator[str]:
        for video, told in self._told_of().items():
            if sum(not one.is_gone for one in told) > 1:
                yield f"video {video} was told {len(told)} times: {told}"

    def _paid_twice(self) -> Iterator[str]:
        for prompt, count in Counter(made.prompt for made in self.made).items():
            if count > 1:
                yield f"{prompt!r} was paid {count} times"

    def _wrong_outcomes(self) -> Iterator[str]:
        made = {one.prompt: one for one in self.made}
        for entry in self.entries:
            one = made.pop(entry.prompt, None)
            if one is None and entry.outcome in _MADE:
                yield f"video {entry.id} is {entry.outcome}, and was never made"
            if one and any(one.id not in link for link in entry.links):
                yield f"video {entry.id} has the link of another"
            if one and one.is_flagged and (entry.links or f"{one.id}.mp4" in self.said):
                yield f"video {entry.id} was flagged, and linked"
            if one and entry.outcome == "TimedOut" and _was_ready(one, entry):
                yield f"video {entry.id} was ready in time, and timed out"
        for prompt in made:
            yield f"{prompt!r} was paid, and never accepted"

    def _wrong_words(self) -> Iterator[str]:
        told_of = self._told_of()
        for entry in self.entries:
            for told in told_of[entry.id]:
                if f"**{HEADLINES.get(entry.outcome or '')}**" not in told.content:
                    yield f"video {entry.id} is {entry.outcome}, and told is {told.content!r}"
                if any(link not in told.content for link in entry.links):
                    yield f"video {entry.id} was told without its link"

    def _wrong_holds(self) -> Iterator[str]:
        for entry in self.entries:
            if entry.hold == "held" and entry.outcome not in _MAY_STAY_HELD:
                yield f"video {entry.id} is {entry.outcome}, and its money is still held"

    def _told_of(self) -> Mapping[int, list[Told]]:
        """Return the messages that end each video, without notices of a loss before the end."""
        by_mark: defaultdict[str, list[Told]] = defaultdict(list)
        for told in self.told:
            by_mark[told.content.rpartition("· ")[2]].append(told)
        return {
            entry.id: [told for told in by_mark[entry.mark] if told.id != entry.notice_id]
            for entry in self.entries
        }


def _is_on_card(entry: Entry) -> bool:
    return entry.is_told_by_card and f"**{HEADLINES.get(entry.outcome or '')}**" in entry.card


def _was_ready(made: Made, entry: Entry) -> bool:
    if made.ready_at is None or entry.deadline_at is None:
        return False
    return made.ready_at < entry.deadline_at - 1
