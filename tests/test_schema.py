"""Schemas of models, as they are published and as nobody promised: what a model takes."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.atlas.schema import DOCUMENTED, input_of, takes_of
from bot.errors import SchemaUnusable
from bot.offer import Choice, Model, PictureField, Span, Switch, Takes
from sandbox.atlas import MODELS

PROMPT = {"type": "string", "maxLength": 1500}


def takes(required: tuple[str, ...] = ("prompt",), **properties: Any) -> Takes:
    """Return what a model takes that has a prompt and these members."""
    return takes_of({"properties": {"prompt": PROMPT, **properties}, "required": list(required)})


def test_the_documented_model_takes_what_its_schema_says() -> None:
    document = json.dumps(MODELS["minimax/video-01"].schema()).encode()

    assert takes_of(input_of(document)) == DOCUMENTED


def test_all_that_a_model_takes_is_called_as_its_schema_calls_it() -> None:
    document = json.dumps(MODELS["tidewater/reel-3/image-to-video"].schema()).encode()

    assert takes_of(input_of(document)) == Takes(
        prompt_limit=1500,
        picture=PictureField("image_url", is_required=True),
        options={
            "seconds": Span("duration", 5, 15, default=5),
            "resolution": Choice("resolution", ("480P", "720P", "1080P"), "720P"),
            "aspect_ratio": Choice("aspect_ratio", ("16:9", "9:16", "1:1"), "16:9"),
        },
    )


@pytest.mark.parametrize(
    ("member", "option"),
    [
        ({"enum": [5, 10]}, Choice("duration", (5, 10))),
        ({"enum": ["5", "10"], "default": "5"}, Choice("duration", ("5", "10"), "5")),
        ({"enum": ["4s", "8s", "auto", 0, -1, 2.5]}, Choice("duration", ("4s", "8s"))),
        ({"enum": [1, 5], "default": True}, Choice("duration", (1, 5))),
        ({"type": "integer", "minimum": -1, "maximum": 12}, Span("duration", 1, 12)),
        (
            {"type": "number", "minimum": 2, "maximum": 8.0, "step": 2, "default": 4},
            Span("duration", 2, 8, 2, 4),
        ),
        ({"anyOf": [{"type": "null"}, {"enum": [5], "type": "integer"}]}, Choice("duration", (5,))),
    ],
)
def test_a_length_is_chosen_among_values_or_within_bounds(
    member: dict[str, Any], option: Choice | Span
) -> None:
    assert takes(duration=member).options == {"seconds": option}


@pytest.mark.parametrize(
    "member",
    [
        {"type": "integer"},
        {"type": "integer", "minimum": 5},
        {"type": "integer", "minimum": 9, "maximum": 5},
        {"type": "integer", "minimum": 1, "maximum": 10**30},
        {"type": "string"},
        {"enum": ["long", True, None]},
        {"enum": [6, 10], "hidden": True},
        {"enum": [6, 10], "disabled": True},
        7,
    ],
)
def test_what_is_hidden_or_cannot_be_checked_is_no_choice(member: object) -> None:
    assert takes(duration=member).options == {}


def test_a_prompt_is_never_longer_than_discord_lets_it_be_typed() -> None:
    assert takes(prompt={"type": "string", "maxLength": 5000}).prompt_limit == 2000
    assert takes(prompt={"type": "string"}).prompt_limit == 2000


def test_a_picture_may_go_into_a_list() -> None:
    assert takes(images={"type": "array"}).picture == PictureField("images", is_listed=True)


def test_the_schema_says_whether_prompts_are_expanded() -> None:
    member = {"type": "boolean", "default": True}

    assert takes(enable_prompt_expansion=member).expansion == Switch(
        "enable_prompt_expansion", default=True
    )


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ({"type": "string", "default": "fast", "hidden": True}, "fast"),
        ({"enum": ["calm", "wild"]}, "calm"),
        ({"type": "integer", "minimum": 3}, 3),
    ],
)
def test_what_must_be_there_and_is_unknown_is_filled_in_where_the_schema_tells_with_what(
    member: dict[str, Any], value: object
) -> None:
    assert takes(("prompt", "mood"), mood=member).always == {"mood": value}


def test_a_choice_that_must_be_made_is_made_for_who_makes_none() -> None:
    member = {"type": "integer", "enum": [5, 10], "default": 10}

    assert takes(("prompt", "duration"), duration=member).always == {"duration": 10}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "it takes no prompt"),
        ({"properties": {"text": PROMPT}}, "it takes no prompt"),
        (
            {
                "properties": {"prompt": PROMPT, "video": {"type": "string"}},
                "required": ["prompt", "video"],
            },
            "it needs video, and I do not know what that is",
        ),
    ],
)
def test_a_model_that_needs_what_we_cannot_give_is_unusable(
    given: dict[str, Any], why: str
) -> None:
    with pytest.raises(SchemaUnusable, match=why):
        takes_of(given)


@pytest.mark.parametrize(
    "document",
    [b"", b"<html>", b"[]", b"null", b'{"components":{"schemas":7}}', b"[" * 100_000, b"\xff"],
)
def test_what_is_no_schema_is_told_so(document: bytes) -> None:
    with pytest.raises(SchemaUnusable):
        input_of(document)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner)
)
members = st.dictionaries(
    st.sampled_from(["type", "enum", "default", "minimum", "maximum", "step", "anyOf", "hidden"]),
    anything | st.sampled_from(["string", "integer", "array"]) | st.lists(scalars),
)
names = st.sampled_from(
    ["prompt", "image", "images", "duration", "resolution", "ratio", "enable_prompt_expansion"]
)


@given(
    st.fixed_dictionaries(
        {"properties": st.dictionaries(names | st.text(), members | anything) | anything},
        optional={"required": st.lists(names | st.text()) | anything},
    )
)
@settings(deadline=None, max_examples=60)
def test_any_schema_ends_in_what_a_model_takes_or_in_our_own_error(schema: dict[str, Any]) -> None:
    try:
        read = takes_of(schema)
    except SchemaUnusable:
        return

    assert 1 <= read.prompt_limit <= 2000
    for option in read.options.values():
        assert all(option.value_of(value) is not None for value in option.suggested())
    price = Model("a/model", "A", Decimal("0.30"), read).price()
    assert price is not None
    assert price >= Decimal("0.30")
    json.dumps(dict(read.always), allow_nan=False)


@given(anything)
@settings(deadline=None, max_examples=60)
def test_any_json_ends_in_an_input_or_in_our_own_error(document: object) -> None:
    try:
        input_of(json.dumps(document).encode())
    except SchemaUnusable:
        return
    raise AssertionError("nothing of this shape has an Input")


def test_a_schema_without_end_is_read_soon() -> None:
    many = {f"member_{number}": {"enum": list(range(1000))} for number in range(10_000)}

    read = takes(tuple(f"member_{number}" for number in range(50)), **many)

    assert len(read.always) == 50
