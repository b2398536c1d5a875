"""What members read about models: what each costs and takes, and why it does not take a wish."""

from typing import Final

from bot.offer import Offer, Option, Span, Trait, shown
from bot.prompt import one_line, quoted
from bot.recipe import Value
from bot.sentence import Gap, Sentence, Usd, say
from bot.words.cards import length

_SHOWN: Final = 60
_LIST_SHOWN: Final = 500
_FEW: Final = 4
_VALUES_SHOWN: Final = 12

_WORDS: Final = say("words")
_PICTURE: Final = say("a picture")
_EITHER: Final = say("words or a picture")

NONE_NOW: Final = say(
    "I know too little of the models that are allowed here just now. Nothing was spent: "
    "try again in a few minutes."
)


def unknown_model(name: str, offers: tuple[Offer, ...]) -> Sentence:
    """Return why a model cannot be used, or used again."""
    return say(
        "I do not offer the model {name} here. Nothing was spent. Choose one of these: {models}.",
        name=quoted(name, _SHOWN),
        models=tuple(quoted(offer.name, _SHOWN) for offer in offers[:_VALUES_SHOWN]),
    )


def needs_picture(offer: Offer) -> Sentence:
    """Return why words alone are refused."""
    return say(
        "{model} needs a picture to start from. Nothing was spent. "
        "Attach one, or choose another model.",
        model=_name(offer),
    )


def takes_no_picture(offer: Offer) -> Sentence:
    """Return why a picture is refused."""
    return say(
        "{model} takes no picture. Nothing was spent. "
        "Leave the picture out, or choose another model.",
        model=_name(offer),
    )


def expands_nothing(offer: Offer) -> Sentence:
    """Return why a longer prompt is refused."""
    return say(
        "{model} cannot add detail to a prompt. Nothing was spent. "
        "Leave that option out, or choose another model.",
        model=_name(offer),
    )


def knows_no_camera(offer: Offer) -> Sentence:
    """Return why camera moves are refused."""
    return say(
        "{model} knows no camera moves. Nothing was spent. "
        "Say it in words of your prompt, or choose another model.",
        model=_name(offer),
    )


def takes_no(trait: Trait, offer: Offer) -> Sentence:
    """Return why a choice is refused that a model does not leave."""
    model = _name(offer)
    match trait:
        case "seconds":
            return say(
                "{model} decides by itself how long a video is. Nothing was spent. "
                "Leave out the seconds, or choose another model.",
                model=model,
            )
        case "resolution":
            return say(
                "{model} decides by itself on the resolution. Nothing was spent. "
                "Leave it out, or choose another model.",
                model=model,
            )
        case "aspect_ratio":
            return say(
                "{model} decides by itself on the aspect ratio. Nothing was spent. "
                "Leave it out, or choose another model.",
                model=model,
            )


def takes_other(trait: Trait, option: Option, offer: Offer, wish: Value) -> Sentence:
    """Return why a value is refused, with those that are taken."""
    gaps: dict[str, Gap] = {
        "model": _name(offer),
        "values": quoted(_values(trait, option), _LIST_SHOWN),
        "wish": quoted(str(wish), _SHOWN),
    }
    match trait:
        case "seconds":
            return say(
                "{model} makes videos of {values} seconds, not of {wish}. Nothing was spent. "
                "Choose another length, or another model.",
                **gaps,
            )
        case "resolution":
            return say(
                "{model} has the resolutions {values}, not {wish}. Nothing was spent. "
                "Choose another one, or another model.",
                **gaps,
            )
        case "aspect_ratio":
            return say(
                "{model} has the aspect ratios {values}, not {wish}. Nothing was spent. "
                "Choose another one, or another model.",
                **gaps,
            )


def summary(offer: Offer) -> tuple[Sentence | str, ...]:
    """Return what is to be known of an offer, in parts: name, price, and what it can do."""
    price, takes = offer.models[0].price(), offer.models[0].takes
    modes = (_can(offer, has_picture=False), _can(offer, has_picture=True))
    made_of = {(True, True): _EITHER, (True, False): _WORDS, (False, True): _PICTURE}[modes]
    seconds, resolution = takes.options.get("seconds"), takes.options.get("resolution")
    return (
        one_line(offer.name, _SHOWN),
        *([] if price is None else [say("about {price}", price=Usd(price))]),
        made_of,
        *([] if seconds is None else [length(_values("seconds", seconds, most=_FEW))]),
        *([] if resolution is None else [_values("resolution", resolution, most=_FEW)]),
    )


def _can(offer: Offer, *, has_picture: bool) -> bool:
    return offer.model(has_picture=has_picture) is not None


def _name(offer: Offer) -> str:
    return quoted(offer.name, _SHOWN)


def _values(trait: Trait, option: Option, *, most: int = _VALUES_SHOWN) -> str:
    """Return the values as a short text, like `6, 10` or `5–15`."""
    if isinstance(option, Span) and option.step == 1:
        return f"{option.least}–{option.most}"
    values = [shown(trait, value) for value in option.suggested()]
    return ", ".join(values if len(values) <= most else [*values[:most], "…"])
