"""Where the traces of stories go: a collector that speaks OpenTelemetry's protocol over HTTP.

The engine makes a span of each story, and the story one of each of its steps, with the video's
id. This module is imported only where a collector is named. What else the standard variables say,
like headers of the requests (OTEL_EXPORTER_OTLP_HEADERS), the library reads by itself.
https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Status

from bot.model import VideoId

_NAME: Final = "firstframe"
_PATH: Final = "/v1/traces"
_SEND_WITHIN_S: Final = 5.0
_CLOSE_WITHIN_S: Final = 1.0


class Traces:
    """Takes all spans of this process; to be made before the engine."""

    def __init__(self, collector_url: str, *, process_name: str) -> None:
        about = {"service.name": _NAME, "service.instance.id": process_name}
        self._provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
        exporter = _Wordless(collector_url + _PATH, timeout=_SEND_WITHIN_S)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        trace.set_tracer_provider(self._provider)
        self._tracer = self._provider.get_tracer(_NAME)

    def span(self, name: str, video_id: VideoId) -> AbstractContextManager[object]:
        """Return a span of a step, in the span of the story where there is one."""
        about = {"operationUUID": str(video_id)}  # as the engine calls it
        return self._tracer.start_as_current_span(name, attributes=about)

    async def close(self) -> None:
        """Send what is left, if the collector takes it at once."""
        closing = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, _CLOSE_WITHIN_S)


class _Wordless(OTLPSpanExporter):
    """Leaves out the texts of errors, which may quote what a member wrote."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return super().export([_without_words(span) for span in spans])


def _without_words(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        span.name,
        span.context,
        span.parent,
        span.resource,
        span.attributes,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
