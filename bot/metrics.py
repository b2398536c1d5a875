"""What is counted and timed for Prometheus: one method per thing that happens.

The names are a contract with dashboards and alert rules (docs/grafana.json, docs/alerts.yaml).
Labels have few values: no member, no server, no id and no words are among them.
"""

import math
from collections.abc import Mapping
from functools import partial
from typing import Final, get_args

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.model import Cause, Failed, Outcome, Refused
from bot.store import Figures

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_SUBMIT_S: Final = (0.25, 0.5, 1, 2, 5, 10, 30, 60, 120)
_WAIT_S: Final = (5, 15, 30, 60, 90, 120, 180, 300, 600, 900, 1800)
_DELIVERY_S: Final = (0.5, 1, 2, 5, 10, 30, 60, 300, 3600)
_LAG_S: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # a second series for each, and nobody asks when it began
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        counter = partial(Counter, namespace="firstframe", registry=registry)
        gauge = partial(Gauge, namespace="firstframe", registry=registry)
        histogram = partial(Histogram, namespace="firstframe", registry=registry)

        self._accepted = counter("videos_accepted", "Commands that became videos.", ["model"])
        self._submits = counter("submits", "POSTs that cost, by what came of them.", ["result"])
        self._outcomes = counter(
            "outcomes", "Endings that were told, or could not be.", ["kind", "cause"]
        )
        self._polls = counter("polls", "Questions to Atlas how far a video is.", ["result"])
        self._deliveries = counter("deliveries", "Tries to tell an outcome.", ["result"])
        self._atlas_errors = counter(
            "atlas_errors", "What Atlas did not do, by endpoint and class.", ["endpoint", "error"]
        )
        self._rate_limits = counter("discord_rate_limits", "Answers of Discord with status 429.")
        self._submit_s = histogram(
            "submit_seconds", "From a POST that costs to its answer.", buckets=_SUBMIT_S
        )
        self._wait_s = histogram(
            "wait_seconds", "From Atlas's acceptance to an outcome.", buckets=_WAIT_S
        )
        self._delivery_s = histogram(
            "delivery_seconds", "From an outcome to the message that tells it.", buckets=_DELIVERY_S
        )
        self._lag_s = histogram("loop_lag_seconds", "How late the event loop was.", buckets=_LAG_S)
        self._ready = gauge("ready", "Whether a part can do its work.", ["part"])
        self._in_line = gauge("videos_in_line", "Videos that wait for their turn.")
        self._in_flight = gauge("videos_in_flight", "Videos at Atlas.")
        self._spent = gauge("spent_today_usd", "Held and settled for today's videos, in UTC.")
        self._begin_with_zero()

    def accepted(self, model: str) -> None:
        """A command became a video."""
        self._accepted.labels(model).inc()

    def submitted(self, result: str, *, took_s: float) -> None:
        """Atlas answered a POST that costs, or did not: taken, away, refused or unknown."""
        self._submits.labels(result).inc()
        self._submit_s.observe(took_s)

    def polled(self, *, is_answered: bool) -> None:
        self._polls.labels("answered" if is_answered else "put_off").inc()

    def waited(self, took_s: float) -> None:
        """Atlas brought an outcome so long after it took the video."""
        self._wait_s.observe(took_s)

    def told(self, outcome: Outcome, *, took_s: float) -> None:
        """A member was told of an outcome, so long after it was settled."""
        self._ended(outcome, "told")
        self._delivery_s.observe(took_s)

    def delivery_put_off(self) -> None:
        self._deliveries.labels("put_off").inc()

    def gave_up(self, outcome: Outcome) -> None:
        """There was no way to the member."""
        self._ended(outcome, "given_up")

    def atlas_failed(self, endpoint: str, error: Exception) -> None:
        self._atlas_errors.labels(endpoint, type(error).__name__).inc()

    def rate_limited(self) -> None:
        """Discord told us to slow down."""
        self._rate_limits.inc()

    def lagged(self, late_s: float) -> None:
        self._lag_s.observe(late_s)

    def note(self, figures: Figures | None, readiness: Mapping[str, bool]) -> None:
        """Take over what holds now; without figures nobody knows, so there is no number."""
        self._in_line.set(figures.in_line if figures else math.nan)
        self._in_flight.set(figures.in_flight if figures else math.nan)
        self._spent.set(float(figures.spent_usd) if figures else math.nan)
        for part, is_ready in readiness.items():
            self._ready.labels(part).set(is_ready)

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self.registry)

    def _ended(self, outcome: Outcome, result: str) -> None:
        cause = outcome.cause if isinstance(outcome, Refused | Failed) else ""
        self._outcomes.labels(type(outcome).__name__, cause).inc()
        self._deliveries.labels(result).inc()

    def _begin_with_zero(self) -> None:
        """Show series before their first event: a rate misses what appears as 1."""
        for result in ("taken", "away", "refused", "unknown"):
            self._submits.labels(result)
        for result in ("answered", "put_off"):
            self._polls.labels(result)
        for result in ("told", "put_off", "given_up"):
            self._deliveries.labels(result)
        for kind in get_args(Outcome):
            for cause in Cause if kind in (Refused, Failed) else ("",):
                self._outcomes.labels(kind.__name__, cause)
