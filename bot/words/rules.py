"""Why a video is not made where a server's managers decide; nothing is ever spent with these."""

from collections.abc import Sequence
from typing import Final

from bot.sentence import Sentence, say

_ASK: Final = say("Ask those who manage this server.")
_MOST_NAMED: Final = 5

NO_MODEL: Final = say(
    "None of my models is allowed here, so I cannot make a video. Nothing was spent. {ask}",
    ask=_ASK,
)


def closed(opened: Sequence[int]) -> Sentence:
    """Return that no videos are made in a channel; `opened` are those in which they are."""
    if not opened:
        return say("Videos are not made in this channel. Nothing was spent. {ask}", ask=_ASK)
    return say(
        "Videos are not made in this channel. Nothing was spent. Make yours in {channels}.",
        channels=tuple(f"<#{channel_id}>" for channel_id in opened[:_MOST_NAMED]),
    )


def role_missing(roles: Sequence[int]) -> Sentence:
    """Return which roles may ask, any of them; nobody is called by it."""
    return say(
        "Only members with one of these roles may make videos here: {roles}. "
        "Nothing was spent. {ask}",
        roles=tuple(f"<@&{role_id}>" for role_id in roles[:_MOST_NAMED]),
        ask=_ASK,
    )


def model_not_allowed(model: str, allowed: Sequence[str]) -> Sentence:
    """Return why a model is refused, and which ones are not."""
    return say(
        "The model {model} is not allowed here. Nothing was spent. Choose one of these: {allowed}.",
        model=f"**{model}**",
        allowed=tuple(f"**{one}**" for one in allowed[:_MOST_NAMED]),
    )
