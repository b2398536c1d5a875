"""Camera moves are found where the vendor would find them, and sent in the vendor's words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.camera import Move, misspelt, move_like, moves_in, spelt
from bot.direction import check_brackets, directed, suggestions
from bot.errors import UserError
from bot.language import ENGLISH
from bot.sentence import Sentence
from bot.words import camera as words


def test_there_are_fifteen_moves() -> None:
    assert len(Move) == 15


@pytest.mark.parametrize("move", Move)
def test_every_move_is_found_in_its_own_bracket(move: Move) -> None:
    assert moves_in(f"A boat [{move}] at dusk") == ((move,),)


def test_a_prompt_without_brackets_has_no_moves() -> None:
    assert moves_in("Push in on a boat") == ()


def test_moves_in_one_bracket_are_together() -> None:
    found = moves_in("A boat [Pan left,Pedestal up]")

    assert found == ((Move.PAN_LEFT, Move.PEDESTAL_UP),)


def test_brackets_follow_the_order_of_the_text() -> None:
    found = moves_in("A boat [Pull out], then a gull [Push in,Shake]")

    assert found == ((Move.PULL_OUT,), (Move.PUSH_IN, Move.SHAKE))


@pytest.mark.parametrize("bracket", ["[pan LEFT,tilt up]", "[ Pan  left , Tilt up ]"])
def test_case_and_spaces_do_not_matter(bracket: str) -> None:
    assert moves_in(bracket) == ((Move.PAN_LEFT, Move.TILT_UP),)


@pytest.mark.parametrize("bracket", ["[a note]", "[]", "[Push out]", "[Pan left", "Pan left]"])
def test_a_bracket_without_a_known_move_is_plain_text(bracket: str) -> None:
    assert moves_in(f"A boat {bracket} at dusk") == ()


def test_an_unknown_word_beside_a_move_is_passed_over() -> None:
    assert moves_in("[Push in, slowly]") == ((Move.PUSH_IN,),)


def test_a_move_said_twice_in_one_bracket_counts_once() -> None:
    assert moves_in("[Push in,Push in]") == ((Move.PUSH_IN,),)


def test_a_nested_bracket_is_read_from_the_inside() -> None:
    assert moves_in("[well [Shake] then]") == ((Move.SHAKE,),)


# ── in the vendor's words ─────────────────────────────────────────────────────────────────────

BRACKETS = st.lists(
    st.one_of(
        st.sampled_from([*Move, "pan  LEFT", " zoom in ", "zom in", "slowly", "", "[", "] ["]),
        st.text(max_size=8),
    ),
    max_size=8,
).map(lambda names: f"A boat [{','.join(names)}] at dusk")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("[pan LEFT , tilt   up]", "[Pan left,Tilt up]"),
        ("[push in, slowly]", "[Push in, slowly]"),
        ("a [note] and pan left", "a [note] and pan left"),
    ],
)
def test_a_known_move_is_sent_in_the_exact_words_and_all_else_as_typed(
    typed: str, sent: str
) -> None:
    assert spelt(typed) == sent


@given(BRACKETS)
@settings(deadline=None)
def test_spelling_changes_no_meaning_and_makes_no_prompt_longer(prompt: str) -> None:
    sent = spelt(prompt)

    assert moves_in(sent) == moves_in(prompt)
    assert len(sent) <= len(prompt)
    assert spelt(sent) == sent


@given(BRACKETS)
@settings(deadline=None)
def test_what_a_bracket_seems_to_mean_is_meant_without_a_doubt(prompt: str) -> None:
    for typed, meant in misspelt(prompt):
        assert typed in prompt
        assert moves_in(meant)
        assert list(misspelt(meant)) == []


# ── misspelt ──────────────────────────────────────────────────────────────────────────────────


@given(st.sampled_from(Move), st.data())
@settings(deadline=None)
def test_a_move_with_a_letter_left_out_is_still_meant(move: Move, data: st.DataObject) -> None:
    gap = data.draw(st.integers(0, len(move) - 1))

    assert move_like(move[:gap] + move[gap + 1 :]) is move


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("[Zom in]", "[Zoom in]"),
        ("[zoom-in, slowly]", "[Zoom in, slowly]"),
        ("[pan left,tracking]", "[Pan left,Tracking shot]"),
    ],
)
def test_a_bracket_that_resembles_a_move_is_asked_about(typed: str, meant: str) -> None:
    with pytest.raises(UserError) as refused:
        check_brackets(f"A boat {typed} at dusk")

    assert refused.value.sentence == words.misspelt_bracket(typed, meant)


@pytest.mark.parametrize(
    "prompt", ["A boat", "[a note]", "[Push out]", "[]", "[Pan left,Zoom in,Shake]", "[Shake] " * 9]
)
def test_plain_text_and_up_to_three_moves_in_a_bracket_are_no_question(prompt: str) -> None:
    check_brackets(prompt)


def test_a_fourth_move_in_one_bracket_is_refused_gently() -> None:
    with pytest.raises(UserError) as refused:
        check_brackets("[Pan left,Tilt up,Zoom in,Shake]")

    assert refused.value.sentence == words.crowded_bracket(4)


# ── chosen ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("camera", "prompt"),
    [
        ("", "A boat"),
        (" , ", "A boat"),
        ("zoom in", "A boat [Zoom in]"),
        ("Zoom in, pan left,Zoom in", "A boat [Zoom in,Pan left]"),
        ("[Zoom in，shake]", "A boat [Zoom in,Shake]"),
    ],
)
def test_chosen_moves_stand_in_one_bracket_behind_the_prompt(camera: str, prompt: str) -> None:
    assert directed("A boat", camera) == prompt


@pytest.mark.parametrize(
    ("prompt", "camera", "sentence"),
    [
        ("A boat", "Zom in", words.unknown_move("Zom in", Move.ZOOM_IN)),
        ("A boat", "Shake, fly over", words.unknown_move("fly over", None)),
        ("A boat", "Pan left,Tilt up,Zoom in,Shake", words.too_many_moves(4)),
        ("b" * 1993, "Shake", words.no_room(2001)),
    ],
)
def test_a_choice_that_cannot_be_sent_is_refused(
    prompt: str, camera: str, sentence: Sentence
) -> None:
    with pytest.raises(UserError) as refused:
        directed(prompt, camera)

    assert refused.value.sentence == sentence


def test_a_prompt_and_its_moves_may_fill_the_limit_together() -> None:
    assert len(directed("b" * 1992, "Shake")) == 2000


def test_moves_alone_are_no_prompt() -> None:
    assert directed("  ", "Shake") == "  "


# ── suggested ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("ZOOM", ["Zoom in", "Zoom out"]),
        ("left", ["Truck left", "Pan left"]),
        ("magnify", ["Zoom in"]),
        ("trembel", ["Shake"]),
        ("pan left, zom", ["Pan left, Zoom in", "Pan left, Zoom out"]),
        ("pan left, shake, tilt up, z", ["Pan left, Shake, Tilt up"]),
        ("nothing like it", []),
    ],
)
def test_moves_are_found_by_a_word_of_their_name_or_description(
    typed: str, choices: list[str]
) -> None:
    assert list(suggestions(typed, ENGLISH)) == choices


def test_a_finished_move_is_offered_alone_and_with_each_other_one() -> None:
    first, *others = suggestions("zoom in", ENGLISH)

    assert first == "Zoom in"
    assert others == [f"Zoom in, {move}" for move in Move if move is not Move.ZOOM_IN]


@given(st.lists(st.one_of(st.sampled_from(Move), st.text(max_size=40)), max_size=6).map(", ".join))
@settings(deadline=None)
def test_every_suggestion_fits_discord_and_is_taken_when_it_is_chosen(typed: str) -> None:
    told = suggestions(typed, ENGLISH)

    assert len(told) <= 25
    for value, name in told.items():
        assert len(value) <= 100
        assert 1 <= len(name) <= 100
        assert directed("A boat", value) == f"A boat [{value.replace(', ', ',')}]"


def test_every_move_is_described() -> None:
    assert list(words.MOVES) == list(Move)
