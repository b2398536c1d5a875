"""Dashboard, alert rules and the guide speak of the metrics that there are."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bot.metrics import Metrics

DOCS = Path(__file__).parents[1] / "docs"
SUFFIXES: Final = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "gauge": ("",),
}
WORDS: Final = {"and", "or", "unless"}
OF_PROMETHEUS: Final = {"up"}

LABELS = re.compile(r"(\w+)\{([^}]*)\}")
LABEL = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
GROUPING = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)")


def families() -> dict[str, set[str]]:
    """Return each metric with the names under which Prometheus knows it."""
    return {
        family.name: {family.name + suffix for suffix in SUFFIXES[family.type]}
        for family in Metrics().registry.collect()
    }


def known() -> set[str]:
    return set[str]().union(*families().values())


def values(label: str) -> set[str]:
    """Return the values of a label that are there from the start."""
    samples = [sample for family in Metrics().registry.collect() for sample in family.samples]
    return {sample.labels[label] for sample in samples if label in sample.labels}


def names_in(expression: str) -> set[str]:
    """Return the metrics that an expression of PromQL asks for."""
    bare = GROUPING.sub("", re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"", "", expression))
    return set(re.findall(r"\b[a-zA-Z_]\w*\b(?!\s*\()", bare)) - WORDS


def alerts() -> list[dict[str, Any]]:
    groups: dict[str, Any] = yaml.safe_load((DOCS / "alerts.yaml").read_text(encoding="utf-8"))
    return [rule for group in groups["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))["panels"]


def shown() -> list[str]:
    return [target["expr"] for panel in panels() for target in panel["targets"]]


def expressions() -> list[str]:
    return [*shown(), *(rule["expr"] for rule in alerts())]


def test_the_names_in_an_expression_are_found() -> None:
    expression = (
        'histogram_quantile(0.9, sum by (le) (rate(a_seconds_bucket{kind=~"x|y"}[5m]))) > 2 '
        "and max(b) or c_total"
    )

    assert names_in(expression) == {"a_seconds_bucket", "b", "c_total"}


@pytest.mark.parametrize("expression", expressions())
def test_every_name_in_dashboard_and_alerts_is_a_metric(expression: str) -> None:
    assert names_in(expression)
    assert names_in(expression) <= known() | OF_PROMETHEUS


@pytest.mark.parametrize("label", ["kind", "cause", "result"])
def test_every_value_of_a_label_in_dashboard_and_alerts_occurs(label: str) -> None:
    asked = [
        (name, value)
        for expression in expressions()
        for name, wanted in LABEL.findall(" ".join(part for _, part in LABELS.findall(expression)))
        for value in wanted.split("|")
    ]

    wanted = {value for name, value in asked if name == label}
    assert wanted
    assert wanted <= values(label)


def test_every_metric_of_ours_is_on_the_dashboard_and_in_the_guide() -> None:
    on_dashboard = set[str]().union(*map(names_in, shown()))
    guide = (DOCS / "operations.md").read_text(encoding="utf-8")

    ours = {name: names for name, names in families().items() if name.startswith("firstframe_")}
    assert len(ours) > 10
    assert [name for name, names in ours.items() if not names & on_dashboard] == []
    assert [
        name for name, names in ours.items() if not any(f"`{n}`" in guide for n in (name, *names))
    ] == []
    assert set(re.findall(r"`(firstframe_\w+)`", guide)) <= known() | set(ours)


def test_panels_and_alerts_say_what_they_are() -> None:
    assert (
        len({panel["id"] for panel in panels()})
        == len({p["title"] for p in panels()})
        == len(panels())
    )
    assert len({rule["alert"] for rule in alerts()}) == len(alerts())
    assert all(rule["annotations"]["summary"] for rule in alerts())
