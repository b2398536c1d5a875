"""Pages and details fit Discord whatever is on them."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gallery import details, gallery
from bot.library import PAGE_SIZE, Bill, Entry, Page, words_of
from bot.model import (
    PROMPT_LIMIT,
    Access,
    Cancelled,
    Cause,
    Charge,
    Ending,
    Failed,
    Flagged,
    Place,
    Post,
    Ready,
    TimedOut,
    Unknown,
    VideoId,
)
from bot.money import Hold
from tests.shelf import NOW, VIDEO

PROMPTS = st.one_of(
    st.text(max_size=PROMPT_LIMIT),
    st.sampled_from(["*_~|`" * 400, "🚣" * 2000, "🚣\u200d" * 1000, "@everyone\n# " * 180, "\n"]),
)
OUTCOMES = st.sampled_from(
    [
        None,
        Ready(("https://a.example/" + "v" * 1682,)),
        Flagged(),
        Unknown(),
        TimedOut(),
        *(Cancelled(charge) for charge in Charge),
        *(Failed(cause) for cause in Cause),
    ]
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    place = Place(2**63 - 1, draw(st.none() | st.just(2**63 - 1)), Access.CHANNEL)
    video = replace(
        VIDEO,
        id=VideoId(draw(st.integers(2**62, 2**63 - 1))),
        place=place,
        prompt=draw(PROMPTS),
        model="m" * 100,
        card_id=draw(st.none() | st.just(2**63 - 1)),
    )
    outcome = draw(OUTCOMES)
    post = draw(st.none() | st.just(Post(2**63 - 1, 2**63 - 1)))
    ending = outcome and Ending(outcome, NOW, 599.0, post)
    bill = Bill(Decimal("999999.999999"), draw(st.sampled_from(Hold)))
    return Entry(video, draw(st.none() | st.just(NOW)), ending, draw(st.none() | st.just(bill)))


def check_limits(components: list[dict[str, Any]]) -> None:
    """Walk the tree that is sent to Discord."""
    flat = list(walk(components))
    assert len(flat) <= 40
    texts = [part["content"] for part in flat if "content" in part]
    assert all(texts)
    assert sum(len(text.encode("utf-16-le")) // 2 for text in texts) <= 4000
    names = [part["custom_id"] for part in flat if "custom_id" in part]
    assert len(names) == len(set(names))
    assert all(1 <= len(name.encode("utf-16-le")) // 2 <= 100 for name in names)
    for part in flat:
        assert len(part.get("url", "")) <= 512
        for option in part.get("options", ()):
            assert 1 <= len(option["label"].encode("utf-16-le")) // 2 <= 100


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in components:
        yield part
        yield from walk(part.get("components", []))
        if "accessory" in part:
            yield part["accessory"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(entries(), max_size=PAGE_SIZE, unique_by=lambda entry: entry.video.id),
    st.integers(0, 999),
    PROMPTS,
    st.sampled_from(["en-US", "de", "fr", "ja"]),
)
def test_a_page_fits_discord_whatever_is_on_it(
    shown: list[Entry], number: int, search: str, locale: str
) -> None:
    total = number * PAGE_SIZE + len(shown)
    page = Page(number, total, words_of(search), tuple(shown))

    check_limits(gallery(page, locale).to_components())


@settings(max_examples=60, deadline=None)
@given(entries(), st.sampled_from(["en-US", "de", "fr", "ja"]))
def test_all_about_a_video_fits_discord_and_shows_no_link_that_may_be_dead(
    entry: Entry, locale: str
) -> None:
    components = details(entry, locale).to_components()

    check_limits(components)
    assert "https://a.example/" not in repr(components)
