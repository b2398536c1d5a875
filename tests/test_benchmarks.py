"""What the benchmarks write down: figures beside their peers, and which bounds are kept."""

import pytest

from benchmarks import acknowledgement, throughput
from benchmarks.figures import Row, quantile, table
from benchmarks.town import Database


def seen(*waited_ms: float, rate: int = 20) -> dict[str, object]:
    return {"rate": rate, "waited_ms": list(waited_ms), "longest_stall_ms": 51.0}


def test_a_table_tells_ratios_and_whether_bounds_are_kept() -> None:
    rows = [
        Row("Start", "SQLite", "ready", 3.0, "s", peer=1.5, bound=3.0),
        Row("Start", "SQLite", "stall", 51.0, "ms", bound=50.0),
    ]

    assert [row.is_kept for row in rows] == [True, False]
    assert table(rows).splitlines()[2:] == [
        "| Start | SQLite | ready | 3 s | 1.5 | × 2 | ≤ 3 |",
        "| Start | SQLite | stall | 51 ms |  |  | **not** ≤ 50 |",
    ]


def test_a_quantile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]

    assert [quantile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
    with pytest.raises(ValueError, match="nothing"):
        quantile([], 0.5)


def test_an_acknowledgement_may_take_15_ms_more_than_that_of_a_bot_that_only_defers() -> None:
    case = {"database": Database.SQLITE, "ours": seen(5, 19), "peer": seen(1, 4)}

    few, many = (
        acknowledgement.rows({"cases": [case | {"waiting": waiting}]}) for waiting in (1000, 10_000)
    )

    name = "SQLite, 1,000 waiting, 20 a second"
    assert few == [
        Row("Acknowledgement", name, "p50", 5, "ms", peer=1),
        Row("Acknowledgement", name, "p99", 19, "ms", peer=4, bound=19),
        Row("Acknowledgement", name, "longest stall", 51, "ms", peer=51, bound=50),
    ]
    assert [row.bound for row in many] == [None] * 3


def test_a_rate_counts_what_was_posted() -> None:
    part = {"stories": 400, "posted": 300, "took_s": 20.0, "cpu_s": 6.0}
    late = {"stories": 100, "posted": 100, "took_s": 10.0, "cpu_s": 3.0}
    case = {"database": Database.POSTGRES, "processes": 2, "part": part}

    rate, growth = throughput.rows({"cases": [case], "growth": [part, late]})

    assert rate == Row("Throughput", "PostgreSQL, 2 processes", "stories", 15, "a second")
    assert (growth.value, growth.peer) == (30.0, 20.0)
