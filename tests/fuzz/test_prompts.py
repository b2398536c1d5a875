"""Whatever a member types is kept, sent and shown, and means nothing where it is shown."""

import json
import random
import re
import sqlite3
from contextlib import closing
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.atlas.links import LINK_LIMIT
from bot.atlas.wire import submit_body
from bot.camera import Move, moves_in
from bot.cards import PROMPT_SHOWN, result_message, status_card
from bot.model import (
    PROMPT_LIMIT,
    Access,
    Generating,
    Place,
    Ready,
    Reply,
    Status,
    Unknown,
    Video,
    VideoId,
    Waiting,
)
from bot.prompt import keepable, one_line, quoted, title_of
from tests.stage import a_video

LINKS: Final = ("https://cdn.example.com/" + "a" * (LINK_LIMIT - 24),)
STATUSES: Final[tuple[Status, ...]] = (Waiting(10**6), Generating(4e9), Unknown(), Ready(LINKS))
HOSTILE: Final = (
    *("@everyone", "@here", "<@42>", "<@!42>", "<@&7>", "<#7>", "</video:7>", "<t:0:R>"),
    *("<id:customize>", "<a:spin:7>", ":smile:", "https://evil.example", "<https://evil.example>"),
    *("[", "]", "(", ")", "[a](https://b.c)", "[Pan left]", "[Pan left,Zoom in", "**", "__", "~~"),
    *(
        "||",
        "`",
        "```",
        "\\",
        "> ",
        ">>> ",
        "# ",
        "-# ",
        "- ",
        "1. ",
        "\n",
        "\r\n",
        "\t",
        " ",
        "\0",
    ),
    *("\x1b[31m", "\x7f", "\u0085", "\u200b", "\u200d", "\u202e", "\u2066", "\u2028", "\ufeff"),
    *("\ufe0f", "\U000e0041", "\U000e0100", "\u00ad", "\u0301" * 20, "é", "ﷺ", "\u3164", "\u2800"),
    *(
        "👨\u200d👩\u200d👧",
        "🏳\ufe0f\u200d🌈",
        "🎬",
        "\ud83d",
        "\udfac",
        "\uffff",
        "\ue000",
        "Ω",
        "漢",
        "a",
    ),
)
any_prompt = st.text(st.characters() | st.sampled_from("*_~|`\\<>@[](){}#-:/\n\0"), max_size=200)


def hostile_prompt(chance: random.Random) -> str:
    """Return up to 2,000 signs: pieces that mean something somewhere, and any at all."""
    repeated = chance.choice((1, 1, 1, 50, 2000))
    pieces = [chance.choice(HOSTILE) * repeated for _ in range(chance.randrange(1, 20))]
    anything = [chr(chance.randrange(0x110000)) for _ in range(chance.randrange(5))]
    return "".join(chance.sample(pieces + anything, len(pieces + anything)))[:PROMPT_LIMIT]


def units(text: str) -> int:
    """Count as strictly as Discord may; raises where Discord or a database would."""
    assert "\0" not in text
    text.encode()
    return len(text.encode("utf-16-le")) // 2


def video(prompt: str, access: Access) -> Video:
    return Video(
        id=VideoId(2**63 - 1),
        asked_at=0,
        member_id=2**63 - 1,
        place=Place(channel_id=7, guild_id=8, access=access),
        reply=Reply(9, "token"),
        prompt=prompt,
        prompt_expansion=False,
        model="minimax/hailuo-02/t2v-standard",
        accepted_at=0,
        first_frame="first-frame.jpg",
    )


def texts(component: Any) -> list[str]:
    """Return the texts in a tree of components, as they are sent."""
    if isinstance(component, list):
        return [text for item in component for text in texts(item)]  # pyright: ignore[reportUnknownVariableType]  # JSON
    own = [component["content"]] if "content" in component else []
    return own + texts(component.get("components", []))


def check_kept(prompt: str) -> None:
    kept = keepable(prompt)
    body = submit_body(
        a_video(prompt=kept, model="m", prompt_expansion=True), image=None, webhook_url=None
    )

    assert units(kept) <= 2 * PROMPT_LIMIT
    assert json.loads(json.dumps(body, ensure_ascii=False).encode())["prompt"] == kept
    with closing(sqlite3.connect(":memory:")) as database:
        assert database.execute("SELECT ?", (kept,)).fetchone() == (kept,)


def check_named(prompt: str) -> None:
    name = title_of(prompt, otherwise="Your video")

    assert 1 <= units(name) <= 100
    assert name.split() == name.split(" ")


def check_quoted(prompt: str) -> None:
    quotation = quoted(prompt, PROMPT_SHOWN)
    bare = re.sub(r"\\[^0-9A-Za-z\s]", ".", quotation)
    read = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", quotation)

    assert not re.search(r"[\\`*_~|<@\[]|://|^[#>-]", bare)
    assert "\n" not in quotation
    assert one_line(prompt, PROMPT_SHOWN).startswith(read.removesuffix("…").rstrip())


def check_shown(prompt: str, access: Access, status: Status) -> None:
    components = status_card(video(prompt, access), status).to_components()
    json.dumps(components, ensure_ascii=False).encode()

    assert sum(map(units, texts(components))) <= 4000


def check(prompt: str) -> None:
    check_kept(prompt)
    check_named(prompt)
    check_quoted(prompt)
    check_shown(prompt, Access.REPLY, Ready(LINKS))


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 4))]
)
def test_1000_hostile_prompts_are_kept_sent_and_shown_harmlessly(seed: int) -> None:
    chance = random.Random(seed)

    for _ in range(1000):
        prompt = hostile_prompt(chance)
        check(prompt)
        assert all(isinstance(move, Move) for moves in moves_in(prompt) for move in moves)


@given(any_prompt)
@settings(max_examples=1000, deadline=None, derandomize=True)
def test_any_prompt_is_kept_sent_and_shown_harmlessly(prompt: str) -> None:
    check(prompt)


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_a_prompt_full_of_one_piece_fits_every_card(piece: str) -> None:
    prompt = (piece * PROMPT_LIMIT)[:PROMPT_LIMIT]

    for access in Access:
        for status in STATUSES:
            check_shown(prompt, access, status)


@pytest.mark.parametrize("status", [Unknown(), Ready(LINKS)], ids=repr)
def test_the_longest_result_fits_a_message(status: Unknown | Ready) -> None:
    message = result_message(video("a boat", Access.THREAD), status, took_s=604_800)

    assert units(message) <= 2000
