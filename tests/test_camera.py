"""Camera moves are found where the vendor would find them."""

import pytest

from bot.camera import Move, moves_in


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
