"""The chart of spending: what it shows, and what is drawn where a font lacks letters."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.chart import Bar, Chart, Easel, Panel
from bot.child import output_of
from bot.errors import ChildFailed
from bot.language import ENGLISH, language
from bot.sentence import say
from bot.spend import Amount, Names, Report, Span
from bot.statement import Statement

TODAY = dt.date(2026, 11, 24)
UNWRITTEN = "\u0378"  # no letter, so no font has it


def amount(videos: int, held: int = 0) -> Amount:
    return Amount(videos + held, Decimal("0.50") * videos, Decimal("0.50") * held)


def statement(span: Span) -> Statement:
    """Return what nine members spent, who are called by their ids, but for the first."""
    days = {day: amount(0) for day in span.days(TODAY)} | {TODAY: amount(14, held=2)}
    report = Report(
        by_day=days,
        by_member={1: amount(5, held=2), None: amount(2)} | {n: amount(1) for n in range(2, 8)},
        by_server={5: amount(14, held=2)},
        by_model={"minimax/video-01": amount(13, held=2), None: amount(1)},
        entries=(),
        is_whole=True,
    )
    return Statement(report=report, names=Names({1: "a_b\n"}), span=span, is_everywhere=False)


def test_a_chart_tells_days_and_parts_and_what_is_left_for_others() -> None:
    chart = statement(Span.WEEK).chart(language("de"))

    assert chart.columns is not None
    assert [bar.name for bar in chart.columns.bars][::6] == ["18. Nov.", "24. Nov."]
    assert chart.columns.bars[-1] == Bar("24. Nov.", (7.0, 1.0), "8,00 USD")
    members, models = (panel.bars for panel in chart.panels)
    assert members[0] == Bar("a_b", (2.5, 1.0), "3,50 USD", "1")
    assert (members[2].name, members[-1].parts) == ("2", (0.5, 0.0))
    assert [bar.said for bar in models] == ["7,50 USD", "0,50 USD"]


def test_one_day_has_no_columns() -> None:
    assert statement(Span.TODAY).chart(ENGLISH).columns is None


def test_a_message_names_five_and_the_others_together() -> None:
    lines = statement(Span.WEEK).text(ENGLISH, say("More.")).splitlines()

    assert lines[1:5] == [
        "7.00 USD spent and 1.00 USD set aside for 16 videos.",
        "Members: <@1> 3.50 USD, forgotten members 1.00 USD, "
        + ", ".join(f"<@{n}> 0.50 USD" for n in (2, 3, 4))
        + ", and others 2.00 USD.",
        "Models: minimax/video-01 7.50 USD and model not known any more 0.50 USD.",
        "More.",
    ]


async def test_what_no_font_can_write_is_drawn_in_other_words() -> None:
    def chart(title: str, name: str) -> Chart:
        bars = (Bar(name, (1.0, 0.5), "1.50 USD", "42"), Bar("none", (0.0, 0.0), "0.00 USD"))
        panels = (Panel("All", bars),)
        return Chart(title, "In all", ("spent", "aside"), Panel("", bars[1:] * 2), panels)

    plain, easel = chart("Spending", "42"), Easel()

    drawn = await easel.draw(chart(f"Ausgaben{UNWRITTEN}", "41"), chart("Spending", UNWRITTEN))

    assert drawn == await easel.draw(plain, plain)
    picture = Image.open(BytesIO(drawn)).convert("RGB")
    assert picture.width == 1400
    assert {(110, 168, 254), (255, 200, 87)} <= {
        colour for _, colour in picture.getcolors(2**24) or []
    }


@pytest.mark.parametrize(
    ("program", "reason"), [("import time; time.sleep(60)", "too slow"), ("exit(3)", "exit 3")]
)
async def test_a_child_that_hangs_or_fails_is_done_without(
    program: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "child.py"
    path.write_text(program)

    with pytest.raises(ChildFailed, match=reason):
        await output_of(path, b"", patience_s=1.0)
