"""The books of a campaign find each wrong that they look for, and nothing in a right one."""

from dataclasses import replace
from typing import Any

import pytest

from bot.model import VideoId, short_id
from tests.campaign._books import Books, Command, Entry, Made
from tests.campaign._town import Told

VIDEO = 1574631125702148096
LINK = "http://127.0.0.1/abc.mp4"
CODE = short_id(VideoId(VIDEO))

READY = Entry(
    id=VIDEO,
    prompt="a boat",
    is_told_by_card=False,
    outcome="Ready",
    links=(LINK,),
    is_delivered=True,
    could_be_reached=True,
    notice_id=None,
    deadline_at=100.0,
    card="",
    hold="settled",
)
TOLD = Told(1, 2, f"<@3> **Ready.** Here it is.\n{LINK}\n-# a model · id {CODE}")
MADE = Made("abc", "a boat", is_flagged=False, ready_at=50.0)
ASKED = Command(VIDEO, is_acknowledged=True, is_thinking=False, is_excused=False)
RIGHT = Books(entries=(READY,), commands=(ASKED,), told=(TOLD,), made=(MADE,), said=LINK)


def books(**changes: Any) -> Books:
    return replace(RIGHT, entries=(replace(READY, **changes),))


def test_right_books_have_no_findings() -> None:
    assert [*RIGHT.lost(), *RIGHT.doubled(), *RIGHT.wrong()] == []
    assert RIGHT.kept() == 0


@pytest.mark.parametrize(
    "lossy",
    [
        books(outcome=None, links=()),
        replace(RIGHT, told=()),
        replace(books(is_delivered=False), told=()),
        replace(RIGHT, commands=(replace(ASKED, id=4, is_thinking=True),)),
    ],
)
def test_what_was_lost_is_found(lossy: Books) -> None:
    assert len(lossy.lost()) == 1


def test_what_the_card_told_is_told() -> None:
    on_card = books(is_told_by_card=True, card="**Ready.** Here it is.")

    assert replace(on_card, told=()).lost() == []
    assert len(replace(books(is_told_by_card=True), told=()).lost()) == 1


def test_an_outcome_is_kept_when_every_way_was_closed() -> None:
    kept = replace(books(is_delivered=False, could_be_reached=False), told=())

    assert kept.lost() == []
    assert kept.kept() == 1


@pytest.mark.parametrize(
    "twice",
    [
        replace(RIGHT, told=(TOLD, replace(TOLD, id=9))),
        replace(RIGHT, made=(MADE, replace(MADE, id="def"))),
    ],
)
def test_what_was_told_or_paid_twice_is_found(twice: Books) -> None:
    assert len(twice.doubled()) == 1


def test_a_message_that_was_deleted_may_be_told_again() -> None:
    again = replace(RIGHT, told=(replace(TOLD, is_gone=True), replace(TOLD, id=9)))

    assert again.doubled() == []


def test_a_notice_of_a_loss_is_no_second_end() -> None:
    notice = Told(7, 2, f"<@3> **Lost track.**\n-# a model · id {CODE}")
    found = replace(books(notice_id=7), told=(notice, TOLD))

    assert found.doubled() == []


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RIGHT, made=()),
        replace(RIGHT, made=(replace(MADE, id="def"),)),
        replace(
            books(outcome="Flagged", links=()),
            told=(replace(TOLD, content=f"<@3> **Withheld.**\n-# a model · id {CODE}"),),
            made=(replace(MADE, is_flagged=True),),
        ),
        replace(RIGHT, made=(MADE, replace(MADE, prompt="nobody's"))),
        replace(RIGHT, told=(replace(TOLD, content=f"<@3> **Ready.**\n-# x · id {CODE}"),)),
        books(hold="held"),
    ],
)
def test_what_is_wrong_otherwise_is_found(wrong: Books) -> None:
    assert len(wrong.wrong()) == 1


def test_a_video_that_was_ready_must_not_time_out() -> None:
    told = replace(TOLD, content=f"<@3> **Timed out.**\n-# a model · id {CODE}")
    late = replace(books(outcome="TimedOut", links=()), told=(told,))

    assert len(late.wrong()) == 1
