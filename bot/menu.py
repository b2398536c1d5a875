"""What is suggested while a member chooses: models, and what the chosen one takes."""

from collections.abc import Iterable
from typing import Final

from bot.language import Language
from bot.offer import Offer, Trait, shown
from bot.prompt import one_line
from bot.words import models as words

MENU_LIMIT: Final = 100
"""Characters of Discord's choices, both of what is shown and of what is sent."""

LONGEST_S: Final = 3600

_MOST: Final = 25


def models(offers: Iterable[Offer], typed: str, spoken: Language) -> dict[str, str]:
    """Return the models that may be chosen, by id, each as it is shown."""
    told = {offer.id: _line(offer, spoken) for offer in offers}
    wanted = typed.casefold().split()
    found = {
        model: line
        for model, line in told.items()
        if all(word in f"{line} {model}".casefold() for word in wanted)
    }
    return dict(list(found.items())[:_MOST])


def values(offer: Offer, trait: Trait, typed: str, *, has_picture: bool) -> list[str]:
    """Return what may be chosen of a trait; nothing where a model leaves no choice."""
    model = offer.model(has_picture=has_picture) or offer.models[0]
    option = model.takes.options.get(trait)
    suggested = [] if option is None else option.suggested()
    told = [shown(trait, value) for value in suggested]
    return [value for value in told if value.casefold().startswith(typed.casefold())]


def _line(offer: Offer, spoken: Language) -> str:
    parts = (spoken.say(p) if not isinstance(p, str) else p for p in words.summary(offer))
    return one_line(" · ".join(parts), MENU_LIMIT)
