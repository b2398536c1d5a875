"""What may be chosen, at what price, and what becomes of a choice: no I/O."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot import menu
from bot.atlas.schema import DOCUMENTED
from bot.atlas.wire import submit_body
from bot.errors import UserError
from bot.language import ENGLISH
from bot.model import Arrival, Video
from bot.offer import Choice, Model, Offer, Option, PictureField, Span, Takes, Trait, offers_of
from bot.order import Order, check_camera, order_of
from bot.recipe import Recipe, Terms, recipe_from_plain, terms_from_plain
from bot.store._rows import row_of
from tests.stage import a_video
from tests.test_store import ARRIVAL

REEL_TAKES = Takes(
    prompt_limit=1500,
    options={
        "seconds": Span("duration", 5, 15, default=5),
        "resolution": Choice("resolution", ("480P", "720P"), "720P"),
    },
)
WORDS = Model("tide/reel/text-to-video", "Reel Text-to-Video", Decimal("0.05"), REEL_TAKES)
PICTURES = Model(
    "tide/reel/image-to-video",
    "Reel Image-to-Video",
    Decimal("0.05"),
    replace(REEL_TAKES, picture=PictureField("images", is_listed=True, is_required=True)),
)
REEL = Offer((WORDS, PICTURES))
PLAIN = Offer((Model("minimax/video-01", "Video 01", Decimal("0.50"), DOCUMENTED),))


def ordered(
    offer: Offer = REEL,
    *,
    prompt: str = "a boat",
    has_picture: bool = False,
    expand: bool | None = None,
    **recipe: Any,
) -> Order:
    return order_of(offer, Recipe(**recipe), prompt=prompt, has_picture=has_picture, expand=expand)


def refusal(offer: Offer = REEL, **wish: Any) -> str:
    with pytest.raises(UserError) as refused:
        ordered(offer, **wish)
    return ENGLISH.say(refused.value.sentence)


def body(order: Order, *, image: str | None = None) -> Mapping[str, Any]:
    """Return what Atlas would get."""
    video = a_video(model=order.model.id, terms=order.terms, prompt=order.prompt)
    return submit_body(video, image=image, webhook_url=None)


# ── families ──────────────────────────────────────────────────────────────────────────────────


def test_the_two_ids_of_a_family_are_one_choice() -> None:
    standard = [replace(WORDS, id=f"minimax/hailuo/{mode}-standard") for mode in ("t2v", "i2v")]
    other = replace(WORDS, id="minimax/hailuo/t2v-pro")

    assert offers_of([WORDS, standard[0], PICTURES, other, standard[1]]) == (
        Offer((WORDS, PICTURES)),
        Offer(tuple(standard)),
        Offer((other,)),
    )


def test_a_family_is_called_by_what_its_names_share() -> None:
    assert REEL.name == "Reel"
    assert Offer((PICTURES,)).name == "Reel Image-to-Video"
    assert Offer((replace(WORDS, name="Text-to-Video"), PICTURES)).name == "Text-to-Video"


def test_the_picture_decides_between_the_two() -> None:
    assert ordered(has_picture=False).model == WORDS
    assert ordered(has_picture=True).model == PICTURES
    assert ordered(PLAIN, has_picture=True).model == ordered(PLAIN, has_picture=False).model


def test_what_a_model_cannot_start_from_is_told() -> None:
    assert refusal(Offer((WORDS,)), has_picture=True).startswith(
        "Reel Text-to-Video takes no picture. Nothing was spent."
    )
    assert refusal(Offer((PICTURES,))).startswith(
        "Reel Image-to-Video needs a picture to start from. Nothing was spent."
    )


@pytest.mark.parametrize("name", ["tide/reel/image-to-video", " REEL ", "reel text-to-video"])
def test_an_offer_is_known_by_its_ids_and_by_its_name(name: str) -> None:
    assert REEL.is_called(name)
    assert not PLAIN.is_called(name)


# ── orders ────────────────────────────────────────────────────────────────────────────────────


def test_the_body_of_the_first_model_is_what_it_always_was() -> None:
    old = a_video()
    new = ordered(PLAIN)

    for image in (None, "https://u.example/1.png"):
        told = body(new, image=image)
        assert list(told.items()) == list(submit_body(old, image=image, webhook_url=None).items())
    assert list(body(new)) == ["model", "prompt", "enable_prompt_expansion"]


def test_atlas_is_told_what_was_chosen_in_the_models_own_words() -> None:
    order = ordered(has_picture=True, seconds=7, resolution="480p")

    assert body(order, image="https://u.example/1.png") == {
        "model": "tide/reel/image-to-video",
        "prompt": "a boat",
        "duration": 7,
        "resolution": "480P",
        "images": ["https://u.example/1.png"],
    }
    assert order.terms.recipe == Recipe("tide/reel/text-to-video", 7, "480P")


def test_a_length_may_be_a_text_to_the_model() -> None:
    takes = Takes(options={"seconds": Choice("duration", ("5s", "10s"), "5s")})

    order = ordered(Offer((replace(WORDS, takes=takes),)), seconds=10)

    assert order.terms.members == {"duration": "10s"}
    assert order.terms.recipe.seconds == 10


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"seconds": 4}, "Reel makes videos of 5–15 seconds, not of 4. Nothing was spent."),
        ({"resolution": "8K"}, "Reel has the resolutions 480P, 720P, not 8K. Nothing was spent."),
        ({"aspect_ratio": "1:1"}, "Reel decides by itself on the aspect ratio. Nothing was spent."),
        ({"expand": True}, "Reel cannot add detail to a prompt. Nothing was spent."),
        ({"prompt": "x" * 1501}, "The prompt has 1,501 characters: the limit is 1,500, so"),
        ({"prompt": "  "}, "The prompt is empty"),
    ],
)
def test_what_a_model_does_not_take_is_told_before_money_is_spent(
    wish: dict[str, Any], said: str
) -> None:
    assert refusal(**wish).startswith(said)


def test_a_wish_for_no_longer_prompt_is_none_where_there_is_no_such_thing() -> None:
    assert ordered(expand=False).terms.members == {}


def test_camera_moves_are_for_models_that_know_them() -> None:
    check_camera(PLAIN, is_wanted=True)
    check_camera(REEL, is_wanted=False)
    with pytest.raises(UserError) as refused:
        check_camera(REEL, is_wanted=True)

    assert ENGLISH.say(refused.value.sentence).startswith("Reel knows no camera moves.")


def test_brackets_are_words_where_no_camera_moves_are_known() -> None:
    assert ordered(prompt="a boat [pan lefd]").prompt == "a boat [pan lefd]"
    assert ordered(PLAIN, prompt="a boat [pan left]").prompt == "a boat [Pan left]"
    assert "did you mean" in refusal(PLAIN, prompt="a boat [pan lefd]")


# ── prices ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("base", "option", "seconds", "price"),
    [
        ("0.50", None, None, "0.50"),
        ("0.23", Choice("duration", (6, 10), 6), None, "0.23"),
        ("0.30", Choice("duration", (6, 10), 6), 10, "0.50"),
        ("0.30", Choice("duration", (6, 10)), None, "0.50"),
        ("0.05", Choice("duration", ("5s", "10s"), "5s"), 10, "0.50"),
        ("0.05", Span("duration", 5, 15, default=5), None, "0.25"),
        ("0.30", Span("duration", 5, 15), 7, "2.10"),
        ("0.30", Span("duration", 5, 15), None, "4.50"),
    ],
)
def test_where_a_price_may_be_meant_by_the_second_it_is_taken_so(
    base: str, option: Choice | Span | None, seconds: int | None, price: str
) -> None:
    options: dict[Trait, Option] = {} if option is None else {"seconds": option}
    model = Model("a/model", "A", Decimal(base), Takes(options=options))

    assert model.price(seconds) == Decimal(price)


# ── the menu ──────────────────────────────────────────────────────────────────────────────────


def test_the_menu_tells_price_and_abilities() -> None:
    assert menu.models([PLAIN, REEL], "", ENGLISH) == {
        "minimax/video-01": "Video 01 · about 0.50 USD · words or a picture",
        "tide/reel/text-to-video": (
            "Reel · about 0.25 USD · words or a picture · 5–15 s · 480P, 720P"
        ),
    }
    assert list(menu.models([PLAIN, REEL], "reel picture", ENGLISH)) == ["tide/reel/text-to-video"]


def test_lengths_are_told_as_numbers_however_a_model_writes_them() -> None:
    texts, steps = Choice("duration", ("4s", "8s")), Span("duration", 4, 8, step=2)
    models = [
        Model(f"a/{number}", "A", None, Takes(options={"seconds": option}))
        for number, option in enumerate((texts, steps))
    ]

    assert list(menu.models(offers_of(models), "", ENGLISH).values()) == [
        "A · words · 4, 8 s",
        "A · words · 4, 6, 8 s",
    ]


def test_the_menu_of_a_trait_is_the_models_own() -> None:
    assert menu.values(REEL, "resolution", "4", has_picture=False) == ["480P"]
    assert menu.values(REEL, "seconds", "1", has_picture=True) == [
        "10",
        "11",
        "12",
        "13",
        "14",
        "15",
    ]
    assert menu.values(PLAIN, "seconds", "", has_picture=False) == []


# ── kept ──────────────────────────────────────────────────────────────────────────────────────


def test_recipes_and_terms_survive_the_way_into_the_database_and_back() -> None:
    recipe = Recipe("a/model", 7, "480P", "1:1", like=4)
    terms = Terms({"duration": 7}, "images", is_picture_listed=True, recipe=recipe)

    assert recipe_from_plain(recipe.to_plain() | {"later": 1}) == recipe
    assert terms_from_plain(terms.to_plain() | {"later": 1}) == terms
    assert row_of(a_video(terms=terms))["terms"] == terms.to_plain()


def test_an_arrival_is_read_without_a_recipe_and_with_what_a_later_version_adds() -> None:
    plain = ARRIVAL.to_plain()
    del plain["recipe"]

    assert Arrival.from_plain(plain | {"later": 1}) == ARRIVAL


def test_a_video_is_made_again_with_the_very_model_that_made_it() -> None:
    order = ordered(has_picture=True, seconds=7)
    made: Video = a_video(model=order.model.id, terms=order.terms)

    assert made.recipe == Recipe("tide/reel/image-to-video", 7)
    assert a_video().recipe == Recipe("minimax/video-01")
