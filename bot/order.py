"""What a member orders of an offer: checked against what its model takes, before money is spent."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.camera import spelt
from bot.direction import check_brackets
from bot.errors import UserError
from bot.offer import TRAITS, Model, Offer, PictureField, Trait
from bot.recipe import Recipe, Terms, Value
from bot.words import models as words
from bot.words import refusals


@dataclass(frozen=True, slots=True)
class Order:
    """A model with the terms on which it makes a video, and the prompt as it understands it."""

    model: Model
    prompt: str = field(repr=False)
    terms: Terms
    is_expanded: bool

    @property
    def seconds(self) -> int | None:
        """How long the member wants it; None leaves that to the model."""
        return self.terms.recipe.seconds


def check_mode(offer: Offer, *, has_picture: bool) -> Model:
    """Return the model that makes videos of words alone, or of a picture. Raises UserError."""
    model = offer.model(has_picture=has_picture)
    if model is None:
        raise UserError((words.takes_no_picture if has_picture else words.needs_picture)(offer))
    return model


def check_camera(offer: Offer, *, is_wanted: bool) -> None:
    """Raise UserError where camera moves would be words without a meaning."""
    if is_wanted and not offer.has_camera:
        raise UserError(words.knows_no_camera(offer))


def order_of(
    offer: Offer, recipe: Recipe, *, prompt: str, has_picture: bool, expand: bool | None
) -> Order:
    """Return how a wish is fulfilled; `expand` is None where the model decides.

    Raises UserError.
    """
    model = check_mode(offer, has_picture=has_picture)
    takes, picture = model.takes, model.takes.picture or PictureField("image")
    if expand and takes.expansion is None:
        raise UserError(words.expands_nothing(offer))
    members, chosen = dict(takes.always), dict[Trait, Value]()
    if takes.expansion is not None:
        members[takes.expansion.member] = takes.expansion.default if expand is None else expand
    for trait, member, value in _chosen(offer, model, recipe):
        members[member] = chosen[trait] = value
    return Order(
        model=model,
        prompt=_understood(prompt, model),
        terms=Terms(
            members=members,
            picture=picture.member,
            is_picture_listed=picture.is_listed,
            recipe=_kept(offer, recipe, chosen),
        ),
        is_expanded=takes.expansion is not None and members[takes.expansion.member] is True,
    )


def _chosen(offer: Offer, model: Model, recipe: Recipe) -> Iterator[tuple[Trait, str, Value]]:
    """Yield what was chosen, the member of the request that says so, and its value there."""
    for trait in TRAITS:
        wish: Value | None = getattr(recipe, trait)
        if wish is None:
            continue
        option = model.takes.options.get(trait)
        if option is None:
            raise UserError(words.takes_no(trait, offer))
        value = option.value_of(wish)
        if value is None:
            raise UserError(words.takes_other(trait, option, offer, wish))
        yield trait, option.member, value


def _kept(offer: Offer, recipe: Recipe, chosen: dict[Trait, Value]) -> Recipe:
    """Return a recipe that says the same of this offer, in the model's own spelling."""
    texts = {name: str(chosen[name]) for name in ("resolution", "aspect_ratio") if name in chosen}
    return replace(recipe, model=offer.id, like=None, **texts)


def _understood(prompt: str, model: Model) -> str:
    """Return a prompt as this model understands it. Raises UserError."""
    if not prompt.strip():
        raise UserError(refusals.NO_PROMPT)
    if len(prompt) > model.takes.prompt_limit:
        raise UserError(refusals.prompt_too_long(len(prompt), most=model.takes.prompt_limit))
    if not model.has_camera:
        return prompt
    check_brackets(prompt)
    return spelt(prompt)
