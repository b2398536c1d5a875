"""What those who manage a server read."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from bot.model import Deliver, Nsfw
from bot.money import Budget, Scope, Unit
from bot.policy import Change, Part
from bot.sentence import Gap, Sentence, Usd, count, say

MANAGERS_ONLY: Final = say("Only members who may manage this server can do that.")
NOT_NOW: Final = say("I cannot look at the rules just now: try again in a moment.")

SERVER: Final = say("Rules of this server")
ABOUT_SERVER: Final = say("They can be stricter than those of whoever runs this bot, never looser.")
ABOUT_CHANNEL: Final = say("Where you choose nothing here, the rules of the whole server hold.")
CHANNEL: Final = say("Choose a channel for its rules")
NO_CHOICE: Final = say("Whoever runs this bot leaves no choice of this:")
AS_OPERATOR: Final = say("as whoever runs this bot has it")
AS_SERVER: Final = say("as in the whole server")
NO_LOG: Final = say("No channel")
SET_LIMITS: Final = say("Set limits")
LAST_CHANGES: Final = say("Last changes")

PARTS: Final[Mapping[Part, Sentence]] = {
    Part.OPEN: say("New videos"),
    Part.ROLES: say("Who may ask"),
    Part.MODELS: say("Models"),
    Part.NSFW: say("Flagged videos"),
    Part.THREADS: say("Results"),
    Part.DELIVER: say("Finished videos"),
    Part.BUDGETS: say("Limits a day"),
    Part.LOG: say("Log"),
}

_EVERYONE: Final = say("everyone")
_FORGOTTEN: Final = say("A member who is forgotten")
_NOWHERE: Final = say("nowhere")
_NO_LIMITS: Final = say("none of its own")
_NO_MODEL: Final = say("none that is offered")
_SHOWN: Final = 8

LIMITS: Final = say("Limits a day (UTC)")
LIMIT_NAMES: Final[Mapping[tuple[Scope, Unit], Sentence]] = {
    (Scope.MEMBER_HERE, Unit.VIDEOS): say("Videos of each member here"),
    (Scope.MEMBER_HERE, Unit.USD): say("US dollars of each member here"),
    (Scope.SERVER, Unit.VIDEOS): say("Videos of the whole server"),
    (Scope.SERVER, Unit.USD): say("US dollars of the whole server"),
}
NO_LIMIT: Final = say("Leave it empty for no limit of your own.")

_BOOLEANS: Final = {
    Part.OPEN: {True: say("may be made"), False: say("may not be made")},
    Part.THREADS: {True: say("in a thread"), False: say("in the channel itself")},
}
_WAYS: Final[Mapping[StrEnum, Sentence]] = {
    Nsfw.BLOCK: say("withheld"),
    Nsfw.SPOILER: say("in age-restricted channels, behind a spoiler"),
    Nsfw.WARN: say("in age-restricted channels, with a warning"),
    Deliver.AUTO: say("the file if it fits, and the link"),
    Deliver.LINK: say("the link alone"),
    Deliver.FILE: say("the file and the link, and a word if the file does not fit"),
}


def title(channel_id: int | None) -> Sentence:
    """Return whose rules are shown."""
    return SERVER if channel_id is None else say("Rules of {channel}", channel=_channel(channel_id))


def as_wider(channel_id: int | None) -> Sentence:
    """Return whose rules hold where nothing is set."""
    return AS_OPERATOR if channel_id is None else AS_SERVER


def standing(part: Part, said: Any) -> Sentence:
    """Return what holds of a part."""
    return Sentence("**{part}:** {value}", {"part": PARTS[part], "value": value(part, said)})


def value(part: Part, said: Any) -> Sentence:
    """Return what a part of rules or of a policy is set to, in a few words."""
    match part:
        case Part.OPEN | Part.THREADS:
            return _BOOLEANS[part][said]
        case Part.NSFW | Part.DELIVER:
            return _WAYS[said]
        case Part.ROLES:
            return _listed(said, _role, otherwise=_EVERYONE)
        case Part.MODELS:
            return _listed(said, str, otherwise=_NO_MODEL)
        case Part.BUDGETS:
            return _listed(said, _limit, otherwise=_NO_LIMITS)
        case Part.LOG:
            return _NOWHERE if said is None else Sentence("{at}", {"at": _channel(said)})


def changed(change: Change) -> Sentence:
    """Return who set what."""
    said = getattr(change.rules, change.part)
    is_reset = said is None and change.part is not Part.LOG
    gaps: dict[str, Gap] = {
        "member": f"<@{change.member_id}>" if change.member_id else _FORGOTTEN,
        "part": PARTS[change.part],
        "value": as_wider(change.channel_id) if is_reset else value(change.part, said),
    }
    told = say("{member} set **{part}** to “{value}”", **gaps)
    if change.channel_id is None:
        return told
    return say("{told} in {channel}", told=told, channel=_channel(change.channel_id))


def bound(budget: Budget) -> Sentence:
    """Return what the operator allows at most."""
    return say("Whoever runs this bot allows {most}.", most=_amount(budget))


def not_a_limit(scope: Scope, unit: Unit) -> Sentence:
    """Return why a limit is not taken as it was written."""
    example = "3" if unit is Unit.VIDEOS else "2.50"
    return say(
        "**{limit}:** write a number like {example}, or leave it empty. Nothing was changed.",
        limit=LIMIT_NAMES[scope, unit],
        example=example,
    )


def no_effect(scope: Scope, budget: Budget) -> Sentence:
    """Return why a limit is not taken that the operator's own makes needless."""
    return say(
        "**{limit}:** whoever runs this bot allows {most}, so set less, or leave it empty. "
        "Nothing was changed.",
        limit=LIMIT_NAMES[scope, budget.unit],
        most=_amount(budget),
    )


def cannot_log(channel_id: int, rights: list[str]) -> Sentence:
    """Return why a log channel is not taken; `rights` are what is missing there."""
    names = {"view_channel": say("View Channel"), "send_messages": say("Send Messages")}
    return say(
        "I cannot write in {channel}: I need the permission {rights} there. Nothing was changed.",
        channel=_channel(channel_id),
        rights=tuple(Sentence("**{right}**", {"right": names[right]}) for right in rights),
    )


def _limit(budget: Budget) -> Sentence:
    name = LIMIT_NAMES[budget.scope, budget.unit]
    return Sentence("{name}: {most}", {"name": name, "most": _number(budget)})


def _amount(budget: Budget) -> Gap:
    if budget.unit is Unit.USD:
        return _number(budget)
    return count("{count} video", "{count} videos", int(budget.most))


def _number(budget: Budget) -> Gap:
    return Usd(budget.most) if budget.unit is Unit.USD else int(budget.most)


def _listed(items: tuple[Any, ...], name: Callable[[Any], Gap], *, otherwise: Sentence) -> Sentence:
    if not items:
        return otherwise
    shown = tuple(name(item) for item in items[:_SHOWN])
    if len(items) > _SHOWN:
        shown = (*shown, "…")
    return Sentence("{items}", {"items": shown})


def _role(role_id: int) -> str:
    return f"<@&{role_id}>"


def _channel(channel_id: int) -> str:
    return f"<#{channel_id}>"
