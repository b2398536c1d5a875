"""Whatever Atlas answers ends in a typed value or one of our errors, soon."""

import json
import random
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.atlas.links import LINK_LIMIT
from bot.atlas.wire import (
    Answer,
    Empty,
    Prediction,
    Running,
    read_catalogue,
    read_prediction,
    read_submit,
    read_upload,
)
from bot.errors import AtlasError, AtlasRejected, AtlasUnavailable, SubmitUnknown
from bot.model import Failed, Flagged, Outcome, Ready, Refused, outcome_to_plain
from tests.fuzz.answers import LINK, any_answer

PLAIN_LINK: Final = re.compile(r"https://[!-~]+")
BODY_LIMIT: Final = 4 * 1024 * 1024  # bytes; the client reads no more
SOON_S: Final = 20.0  # of the processor's time; the slowest takes 2 here


def read_safely(answer: Answer) -> Prediction:
    return read_prediction(answer, allow_private=False)


def is_refusal(answer: Answer, said: Mapping[str, Any], *codes: int) -> bool:
    """Tell whether HTTP or the body under an HTTP 200 says one of these codes."""
    inner = str(said.get("code")) if answer.status < 300 else ""
    return answer.status in codes or inner in map(str, codes)


def check_submit(answer: Answer) -> None:
    said = decoded(answer.body)
    try:
        prediction_id = read_submit(answer)
    except AtlasUnavailable:
        assert is_refusal(answer, said, 429, 503)
        assert not content(said).get("id")
    except AtlasRejected:
        assert is_refusal(answer, said, 400, 401, 402, 403, 404, 413, 451)
        assert not content(said).get("id")
    except SubmitUnknown:
        pass
    else:
        assert answer.status < 300
        assert prediction_id == content(said)["id"]
        assert re.fullmatch(r"[!-~]{1,200}", prediction_id)
        assert prediction_id not in {".", ".."}


def check_prediction(answer: Answer) -> None:
    try:
        found = read_safely(answer)
    except AtlasUnavailable:
        return
    assert answer.status < 300
    assert isinstance(found, Running | Empty | Ready | Flagged | Refused | Failed)
    if not isinstance(found, Running | Empty):
        check_outcome(found, content(decoded(answer.body)).get("has_nsfw_contents"))


def check_outcome(outcome: Outcome, flags: Any) -> None:
    json.dumps(outcome_to_plain(outcome), ensure_ascii=False, allow_nan=False).encode()
    assert "http" not in repr(outcome)
    if isinstance(outcome, Ready):
        listed = cast(list[object], flags) if isinstance(flags, list) else [flags]
        assert all(flag is None or flag is False for flag in listed)
        assert outcome.links
        assert all(PLAIN_LINK.fullmatch(link) for link in outcome.links)
        assert not re.search(r"[|<>`\"\\]", "".join(outcome.links))
        assert len("\n".join(outcome.links)) <= LINK_LIMIT


def check_upload(answer: Answer) -> None:
    try:
        url = read_upload(answer)
    except AtlasError:
        return
    assert answer.status < 300
    assert re.fullmatch(r"https?://[!-~]{1,4090}", url)


def check_catalogue(answer: Answer) -> None:
    try:
        prices = read_catalogue(answer)
    except AtlasUnavailable:
        return
    assert answer.status < 300
    assert all(isinstance(model, str) for model in prices)
    for price in filter(None, (listing.price_usd for listing in prices.values())):
        assert 0 < price < 10_000
        assert price == price.quantize(Decimal("0.000001"))


def check(answer: Answer) -> None:
    check_submit(answer)
    check_prediction(answer)
    check_upload(answer)
    check_catalogue(answer)


def decoded(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], said) if isinstance(said, dict) else {}


def content(said: dict[str, Any]) -> dict[str, Any]:
    return cast(dict[str, Any], said["data"]) if isinstance(said.get("data"), dict) else said


def slowest_check_s(seed: int, *, answers: int) -> float:
    """Check so many answers; return what the slowest took of the processor's time."""
    chance = random.Random(seed)
    slowest_s = 0.0
    for _ in range(answers):
        answer = any_answer(chance)
        began = time.process_time()
        check(answer)
        slowest_s = max(slowest_s, time.process_time() - began)
    return slowest_s


def test_5000_changed_answers_each_end_as_they_should() -> None:
    assert slowest_check_s(0, answers=5_000) < SOON_S


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 5))
def test_25000_changed_answers_each_end_as_they_should(seed: int) -> None:
    assert slowest_check_s(seed, answers=25_000) < SOON_S


@given(status=st.integers(100, 999), body=st.binary(max_size=300) | st.text().map(str.encode))
@settings(max_examples=1000, deadline=None, derandomize=True)
def test_any_bytes_with_any_status_end_as_they_should(status: int, body: bytes) -> None:
    check(Answer(status, body))


@pytest.mark.parametrize(
    ("head", "again", "tail"),
    [
        (b"", b"[", b""),
        (b"", b'{"data":', b""),
        (b'{"code":', b"4", b"}"),
        pytest.param(b'{"code":[', b"[],", b"0]}", marks=pytest.mark.soak),  # needs seconds
        (b'{"code":400,"msg":"', b"content", b'"}'),
        (b'{"code":400,"msg":"', b" ", b'not found"}'),
        (b'{"id":"', b"e", b'"}'),
        (b'{"id":"', b"\\ud800", b'"}'),
        (b'{"status":"', b" ", b'completed"}'),
        (b'{"status":"failed","error":"', b"content  policy", b'"}'),
        (b'{"status":"completed","outputs":[', b'"https://a.bc/1",', b"0]}"),
        (b'{"status":"completed","outputs":["https://', b"a.", b'"]}'),
        (b'{"status":"completed","outputs":["https://[', b":1", b']"]}'),
        (b'{"status":"completed","outputs":["' + LINK.encode(), b"%2f", b'"]}'),
        (b'{"status":"completed","has_nsfw_contents":[', b"false,", b"false]}"),
        (b'{"data":{"url":"https://', b"a", b'"}}'),
        (b'{"data":[', b'{"model":"m"},', b"0]}"),
        (b'{"data":[{"model":"m","price":{"actual":{"base_price":"', b"1", b'"}}}]}'),
        (b"{", b'"code":402,', b'"code":402}'),
        (b"\xff\xfe", b"[\0", b""),
    ],
    ids=lambda part: repr(part)[2:20],
)
def test_an_answer_of_four_megabytes_is_read_soon(head: bytes, again: bytes, tail: bytes) -> None:
    body = head + again * ((BODY_LIMIT - len(head) - len(tail)) // len(again)) + tail
    answer = Answer(200, body)
    began = time.process_time()

    for read in (read_submit, read_safely, read_upload, read_catalogue):
        with suppress(AtlasError):
            read(answer)

    assert time.process_time() - began < SOON_S
