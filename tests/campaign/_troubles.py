"""Everything that a campaign may let go wrong, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from sandbox.atlas import Fault as AtlasFault
from sandbox.atlas import Operation
from tests.discord_socket import Fault as DiscordFault


class Outage(StrEnum):
    """How something behind a port goes away."""

    REFUSED = "refused"
    CUT = "cut"
    STALLED = "stalled"


class Gateway(StrEnum):
    """What befalls the connections over which commands come."""

    DROP = "drop"
    RECONNECT = "reconnect"
    INVALID_SESSION = "invalid session"


class Mischief(StrEnum):
    """What members and moderators do to the places where a story plays."""

    DELETE_THREAD = "delete thread"
    ARCHIVE_THREAD = "archive thread"
    LOCK_THREAD = "lock thread"
    DELETE_CARD = "delete card"
    EXPIRE_TOKEN = "expire token"
    DENY_POSTS = "deny posts"
    DENY_THREADS = "deny threads"
    DENY_VIEW = "deny view"
    CLOSE_DMS = "close dms"


@dataclass(frozen=True, slots=True)
class AtlasTrouble:
    """The next requests of an operation are spoilt."""

    operation: Operation
    fault: AtlasFault
    times: int


@dataclass(frozen=True, slots=True)
class AtlasOutage:
    """Atlas cannot be reached."""

    manner: Outage
    seconds: float


@dataclass(frozen=True, slots=True)
class DatabaseOutage:
    """The database cannot be reached; a file is locked, whatever the manner."""

    manner: Outage
    seconds: float


@dataclass(frozen=True, slots=True)
class DiscordTrouble:
    """One answer of Discord is spoilt."""

    fault: DiscordFault


@dataclass(frozen=True, slots=True)
class GatewayTrouble:
    """All connections of the gateway at once."""

    manner: Gateway


@dataclass(frozen=True, slots=True)
class PlaceTrouble:
    """One of the newest things of its kind, `aim` in [0, 1) tells which; some end by themselves."""

    mischief: Mischief
    aim: float
    seconds: float


Trouble = (
    AtlasTrouble | AtlasOutage | DatabaseOutage | DiscordTrouble | GatewayTrouble | PlaceTrouble
)

_A = AtlasFault
_REFUSING: Final = (_A.HTTP_429, _A.HTTP_429_RETRY_AFTER, _A.HTTP_503)
_READING: Final = (
    *_REFUSING,
    _A.HTTP_500,
    _A.HTTP_502_HTML,
    _A.HTTP_504,
    _A.GARBAGE,
    _A.RESET,
    _A.STALL,
    _A.LOST_ANSWER,
    _A.TRUNCATED_BODY,
    _A.SLOW_BODY,
)
_ATLAS: Final[Mapping[Operation, tuple[AtlasFault, ...]]] = {
    "submit": (
        *_REFUSING * 4,
        *_READING,
        _A.HTTP_400_POLICY,
        _A.HTTP_402,
        _A.BODY_CODE_429,
        _A.LOST_ANSWER_504,
        _A.LOST_ANSWER_STALL,
        _A.WITHOUT_ID,
    ),
    "poll": (*_READING, _A.LOST_ANSWER_STALL),
    "upload": (*_READING, _A.LOST_ANSWER_504),
    "models": (*_READING, _A.MODEL_UNLISTED),
}
_STEPS: Final = (
    ("POST", "/interactions/*/callback"),
    ("PATCH", "/webhooks/*/messages/@original"),
    ("GET", "/webhooks/*/messages/@original"),
    ("GET", "/attachments/*"),
    ("POST", "/channels/*/threads"),
    ("POST", "/channels/*/messages"),
    ("GET", "/channels/*/messages"),
    ("PATCH", "/channels/*/messages/*"),
    ("POST", "/users/@me/channels"),
)
_OFTEN: Final = (4, 3, 1, 1, 3, 6, 1, 4, 1)
_STATUSES: Final = (500, 502, 503, 504, 429, None, None)
_TOO_MANY: Final = 429


def draw(chance: Random) -> Trouble:
    """Return some trouble."""
    (draw_kind,) = chance.choices(tuple(_KINDS), weights=tuple(_KINDS.values()))
    return draw_kind(chance)


def step(chance: Random) -> tuple[str, str]:
    """Return the method and the glob of a request to Discord."""
    return chance.choices(_STEPS, weights=_OFTEN)[0]


def _at_atlas(chance: Random) -> Trouble:
    (operation,) = chance.choices(tuple(_ATLAS), weights=(2, 7, 2, 1))
    return AtlasTrouble(operation, chance.choice(_ATLAS[operation]), chance.choice((1, 1, 1, 2)))


def _atlas_away(chance: Random) -> Trouble:
    return AtlasOutage(chance.choice(tuple(Outage)), chance.uniform(0.2, 2.0))


def _database_away(chance: Random) -> Trouble:
    return DatabaseOutage(chance.choice(tuple(Outage)), chance.choice((0.2, 0.5, 0.9, 2.0, 5.0)))


def _at_discord(chance: Random) -> Trouble:
    method, path = step(chance)
    status = chance.choice(_STATUSES)
    after_effect, hold_s = chance.random() < 0.5, chance.choice((0.0, 0.0, 0.0, 1.0))
    retry_after_s = chance.choice((0.3, 0.6, None)) if status == _TOO_MANY else None
    after_effect = after_effect and status != _TOO_MANY
    return DiscordTrouble(
        DiscordFault(method, path, status, after_effect, retry_after_s, hold_s=hold_s)
    )


def _at_gateway(chance: Random) -> Trouble:
    return GatewayTrouble(chance.choices(tuple(Gateway), weights=(3, 3, 1))[0])


def _at_a_place(chance: Random) -> Trouble:
    mischief = chance.choice(tuple(Mischief))
    return PlaceTrouble(mischief, chance.random(), chance.uniform(0.3, 3.0))


_KINDS: Final[Mapping[Callable[[Random], Trouble], float]] = {
    _at_atlas: 10,
    _at_discord: 14,
    _at_a_place: 4,
    _atlas_away: 1,
    _database_away: 1,
    _at_gateway: 0.7,
}
