"""What members read: complete, short, and harmless whatever they typed."""

import unicodedata
from dataclasses import replace
from typing import get_args

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.atlas.links import LINK_LIMIT
from bot.cards import Carries, result_buttons, result_message, status_card
from bot.language import ENGLISH
from bot.model import (
    PROMPT_LIMIT,
    Access,
    Cancelled,
    Cause,
    Charge,
    Deleted,
    Failed,
    Flagged,
    Generating,
    Outcome,
    Place,
    Ready,
    Refused,
    Reply,
    TimedOut,
    Unknown,
    Video,
    VideoId,
    Waiting,
    outcome_from_plain,
    outcome_to_plain,
    short_id,
)
from bot.prompt import title_of
from bot.words import cards

LINK = "https://atlas-media.oss-us-west-1.aliyuncs.com/videos/6f1c.mp4"
OUTCOMES: list[Outcome] = [
    Ready((LINK,)),
    Flagged(),
    *(Refused(cause) for cause in Cause),
    *(Failed(cause) for cause in Cause),
    TimedOut(),
    Unknown(),
    *(Cancelled(charge) for charge in Charge),
    Cancelled(Charge.SURE, (LINK,)),
    Deleted(),
    Deleted(by_managers=True),
]


def video(prompt: str = "a paper boat", access: Access = Access.THREAD) -> Video:
    return Video(
        id=VideoId(1_456_074_443_980_800_008),
        asked_at=0,
        member_id=42,
        place=Place(channel_id=7, guild_id=8, access=access),
        reply=Reply(9, "token"),
        prompt=prompt,
        prompt_expansion=False,
        model="minimax/video-01",
        accepted_at=0,
        first_frame="first-frame.jpg",
    )


def card_text(
    video: Video, status: Outcome | Waiting | Generating, *, only_here: bool = False
) -> str:
    texts = [
        item.to_component_dict()
        for item in status_card(video, status, only_here=only_here).walk_children()
        if item.type.name == "text_display"
    ]
    return "\n".join(str(text["content"]) for text in texts)


def names_in(view: ui.View | ui.LayoutView) -> list[str | None]:
    return [item.custom_id for item in view.walk_children() if isinstance(item, ui.Button)]


def test_every_kind_of_outcome_is_tried_here() -> None:
    assert {type(outcome) for outcome in OUTCOMES} == set(get_args(Outcome))


@pytest.mark.parametrize("outcome", OUTCOMES, ids=repr)
def test_an_outcome_survives_the_way_into_the_database_and_back(outcome: Outcome) -> None:
    assert outcome_from_plain(outcome_to_plain(outcome)) == outcome


@pytest.mark.parametrize("outcome", OUTCOMES, ids=repr)
def test_every_ending_without_a_video_says_whether_it_was_charged(outcome: Outcome) -> None:
    message = result_message(video(), outcome, took_s=125)

    assert message.endswith(f"id {short_id(video().id)}")
    assert message.startswith("<@42> ")
    assert isinstance(outcome, Ready) or "charge" in message


@pytest.mark.parametrize("outcome", [o for o in OUTCOMES if not isinstance(o, Ready)], ids=repr)
def test_only_a_ready_video_is_linked(outcome: Outcome) -> None:
    assert "http" not in result_message(video(), outcome, took_s=1)
    assert "http" not in card_text(video(access=Access.REPLY), outcome, only_here=True)


def test_a_ready_video_is_linked_as_text_with_the_time_it_took() -> None:
    lines = result_message(video(), Ready((LINK,)), took_s=125).splitlines()

    assert lines[1] == LINK
    assert lines[2] == f"-# minimax/video-01 · took 2 min 5 s · id {short_id(video().id)}"


@pytest.mark.parametrize("carries", Carries)
def test_the_longest_result_fits_a_message_and_leaves_room_for_longer_languages(
    carries: Carries,
) -> None:
    longest = replace(video(), model="m" * 100, member_id=2**64 - 1)
    link = LINK + "a" * (LINK_LIMIT - len(LINK))

    message = result_message(longest, Ready((link,)), took_s=6039, carries=carries)

    assert len(message) < 1950


def test_a_link_beside_a_file_shows_no_second_player() -> None:
    ready = Ready((LINK,))

    lines = result_message(video(), ready, took_s=1, carries=Carries.FILE).splitlines()

    assert lines[1] == f"<{LINK}>"
    assert names_in(result_buttons(video(), ready, carries=Carries.FILE)) == [
        f"again:{video().id}",
        f"remake:{video().id}",
        f"further:{video().id}",
        f"delete:{video().id}:ask",
        f"report:{video().id}",
    ]


def test_where_only_a_link_is_shown_a_fresh_one_is_offered() -> None:
    ready = Ready((LINK,))

    views = [
        result_buttons(video(), ready),
        status_card(video(access=Access.REPLY), ready, only_here=True),
        status_card(video(), ready),
    ]

    beside_a_link = [
        f"again:{video().id}",
        f"remake:{video().id}",
        f"further:{video().id}",
        f"fresh:{video().id}",
        f"delete:{video().id}:ask",
    ]
    report = f"report:{video().id}"
    assert [names_in(view) for view in views] == [[*beside_a_link, report], beside_a_link, []]


def test_where_only_the_card_can_answer_it_holds_the_link() -> None:
    assert LINK in card_text(video(access=Access.REPLY), Ready((LINK,)), only_here=True)
    assert LINK not in card_text(video(access=Access.THREAD), Ready((LINK,)))


def test_a_card_that_can_answer_for_15_minutes_only_says_so() -> None:
    assert ENGLISH.say(cards.REPLY_ONLY) in card_text(video(access=Access.REPLY), Waiting(0))
    assert ENGLISH.say(cards.REPLY_ONLY) not in card_text(video(access=Access.THREAD), Waiting(0))


@pytest.mark.parametrize(
    ("waiting", "sentence"),
    [
        (Waiting(0), "**Next in line.**"),
        (Waiting(1), "**In line:** 1 video is before this one."),
        (Waiting(2), "**In line:** 2 videos are before this one."),
    ],
)
def test_the_place_in_line_is_told(waiting: Waiting, sentence: str) -> None:
    assert sentence in card_text(video(), waiting)


@given(st.text(max_size=PROMPT_LIMIT))
@settings(deadline=None)
def test_a_thread_name_always_fits(prompt: str) -> None:
    name = title_of(prompt, otherwise="Your video")

    assert 1 <= len(name.encode("utf-16-le")) // 2 <= 100
    assert not {unicodedata.category(sign) for sign in name} & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(min_size=1, max_size=PROMPT_LIMIT))
@settings(deadline=None)
def test_a_card_always_fits_whatever_the_prompt(prompt: str) -> None:
    assert len(card_text(video(prompt), Unknown())) <= 4000


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("  a\tpaper\r\nboat\0 ", "a paper boat"),
        ("co\u00adoperate\u202e \u2066now", "cooperate now"),
        ("👨\u200d👩\u200d👧 می\u200cخواهم", "👨\u200d👩\u200d👧 می\u200cخواهم"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴"),
        ("e\u2060\u0301te\u00ad\u0301", "\u00e9t\u00e9"),
        ("half \ud83d of a sign", "half of a sign"),
        ("\U0001fae8", "Your video"),
        *(
            (blank, "Your video")
            for blank in ("", " ", "\u3164", "\u2800 \u200d", "\ufe0f", "\u0301")
        ),
    ],
)
def test_a_thread_is_named_by_what_can_be_seen(prompt: str, name: str) -> None:
    assert title_of(prompt, otherwise="Your video") == name


def test_a_long_thread_name_is_cut_between_signs_as_discord_may_count_them() -> None:
    assert title_of("🎬" * 51, otherwise="Your video") == "🎬" * 49 + "…"
    assert title_of("🎬" * 50, otherwise="Your video") == "🎬" * 50
    assert title_of("b" * 101, otherwise="Your video") == "b" * 99 + "…"


@pytest.mark.parametrize("sign", ["*", "_", "`", "|", "~", "\\", ">", "#", "é", "🎬", "@everyone "])
def test_a_prompt_of_2000_signs_fits_the_card_and_stays_one_line(sign: str) -> None:
    prompt = (sign * PROMPT_LIMIT)[:PROMPT_LIMIT]

    text = card_text(video(prompt), Waiting(3))

    assert len(text) <= 4000
    assert text.count("\n") == 2


def test_a_prompt_cannot_break_out_of_its_quotation() -> None:
    text = card_text(video("boat\n\n# LARGE\n> quoted **bold** ||x||\u202e"), Waiting(0))

    first_line = text.splitlines()[0]
    assert first_line == r"> boat # LARGE > quoted \*\*bold\*\* \|\|x\|\|"


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        (
            "[a] [b](https://evil.example) **x** (y)",
            r"> \[a] \[b](https\://evil.example) \*\*x\*\* (y)",
        ),
        (
            "<@1> <@&2> </video:3> <t:0> @everyone",
            r"> \<\@1> \<\@&2> \</video:3> \<t:0> \@everyone",
        ),
        ("# head", r"> \# head"),
        ("-# small", r"> \-# small"),
        (">>> all", r"> \>>> all"),
        ("- a boat: 5 > 3", r"> \- a boat: 5 > 3"),
    ],
)
def test_a_prompt_is_shown_as_typed_and_means_nothing(prompt: str, shown: str) -> None:
    assert card_text(video(prompt), Waiting(0)).splitlines()[0] == shown


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (125, "2 min 5 s")]
)
def test_a_duration_is_said_as_a_person_would(seconds: float, said: str) -> None:
    assert ENGLISH.say(cards.took(seconds)) == f"took {said}"


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**63 - 1))
@settings(deadline=None)
def test_short_ids_are_short_and_never_shared(one: int, other: int) -> None:
    assert len(short_id(VideoId(one))) <= 13
    assert (short_id(VideoId(one)) == short_id(VideoId(other))) == (one == other)
