"""Atlas's answers, as published, as captured, and as nobody promised."""

import contextlib
import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.atlas.links import LINK_LIMIT, is_showable
from bot.atlas.wire import (
    Answer,
    Empty,
    Listing,
    Running,
    read_catalogue,
    read_prediction,
    read_submit,
    read_upload,
    submit_body,
)
from bot.errors import AtlasError, AtlasRejected, AtlasUnavailable, PredictionUnseen, SubmitUnknown
from bot.model import Cause, Failed, Flagged, Ready, Refused
from tests.stage import a_video

LINK = "https://atlas-media.oss-us-west-1.aliyuncs.com/videos/6f1c.mp4"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)


def answer(body: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(body).encode())


def wrapped(**prediction: Any) -> Answer:
    return answer({"code": 200, "message": "success", "data": prediction})


def poll(**prediction: Any) -> object:
    return read_prediction(wrapped(**prediction), allow_private=False)


# ── bodies out ────────────────────────────────────────────────────────────────────────────────


def test_a_submit_without_a_picture_and_a_webhook_does_not_name_them() -> None:
    body = submit_body(a_video(model="m/v"), image=None, webhook_url=None)

    assert body == {"model": "m/v", "prompt": "a boat", "enable_prompt_expansion": False}


def test_a_submit_with_a_picture_and_a_webhook_is_flat_json() -> None:
    body = submit_body(
        a_video(model="m/v", prompt_expansion=True),
        image="https://u/1.jpg",
        webhook_url="https://bot.example.com/atlas/webhook",
    )

    assert body == {
        "model": "m/v",
        "prompt": "a boat",
        "image": "https://u/1.jpg",
        "enable_prompt_expansion": True,
        "webhook_url": "https://bot.example.com/atlas/webhook",
    }


# ── submit ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        {"code": 200, "message": "", "data": {"id": "e135", "status": "processing"}},
        {"code": 200, "data": {"id": "e135", "status": "starting"}},
        {"id": "e135", "urls": {}, "status": "created", "outputs": None},
    ],
)
def test_both_envelopes_give_the_id(body: object) -> None:
    assert read_submit(answer(body)) == "e135"


@pytest.mark.parametrize(
    ("status", "message", "cause"),
    [
        (400, "not found", Cause.MODEL),
        (400, "prompt is required", Cause.INPUT),
        (400, "violates our content policy", Cause.CONTENT),
        (401, "unauthorized", Cause.KEY),
        (402, "insufficient balance", Cause.BALANCE),
        (403, "", Cause.KEY),
        (404, "", Cause.MODEL),
        (413, "", Cause.TOO_LARGE),
        (451, "", Cause.REGION),
    ],
)
@pytest.mark.parametrize("in_body", [False, True])
def test_a_certain_refusal_names_its_cause(
    status: int, message: str, cause: Cause, in_body: bool
) -> None:
    body = {"code": status, "msg": message, "data": None}

    with pytest.raises(AtlasRejected) as refusal:
        read_submit(answer(body, 200 if in_body else status))

    assert refusal.value.cause is cause


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_for_now_may_be_tried_again(status: int) -> None:
    with pytest.raises(AtlasUnavailable) as refusal:
        read_submit(Answer(status, b"", retry_after_s=7))

    assert refusal.value.retry_after_s == 7


@pytest.mark.parametrize("status", [302, 408, 409, 422, 500, 502, 504, 520, 524])
def test_every_other_status_leaves_the_submit_unknown(status: int) -> None:
    with pytest.raises(SubmitUnknown):
        read_submit(Answer(status, b"<html>Bad gateway</html>"))


@pytest.mark.parametrize("data", [{}, {"id": ""}, {"id": "  "}, {"id": 7}, {"id": None}, None, []])
def test_a_success_without_an_id_leaves_the_submit_unknown(data: object) -> None:
    with pytest.raises(SubmitUnknown):
        read_submit(answer({"code": 200, "data": data}))


@pytest.mark.parametrize(
    "unusable",
    [".", "..", "e 135", " e135", "e135\n", "e\0", "e\ud800", "é135", "e" * 201, "e" * 1_000_000],
)
def test_an_id_that_fits_no_path_or_database_leaves_the_submit_unknown(unusable: str) -> None:
    with pytest.raises(SubmitUnknown):
        read_submit(answer({"code": 200, "data": {"id": unusable}}))


@pytest.mark.parametrize("usable", ["e135", "e" * 200, "...", "a/b", "%2e%2e", "a:b?c#d"])
def test_every_other_id_is_taken_as_it_is(usable: str) -> None:
    assert read_submit(answer({"code": 200, "data": {"id": usable}})) == usable


@pytest.mark.parametrize("status", [200, 400, 402, 429, 503])
def test_a_refusal_that_shows_an_id_leaves_the_submit_unknown(status: int) -> None:
    with pytest.raises(SubmitUnknown):
        read_submit(answer({"code": max(status, 400), "data": {"id": "e135"}}, status))


@pytest.mark.parametrize("code", [True, 402.0, "4_2", "٤٠٢", [402], 4020, -402, float("nan"), None])
def test_a_code_that_is_no_status_leaves_the_submit_unknown(code: object) -> None:
    with pytest.raises(SubmitUnknown):
        read_submit(answer({"code": code}))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_json_in_any_unicode_is_read(encoding: str) -> None:
    assert read_submit(Answer(200, '{"id": "e135"}'.encode(encoding))) == "e135"


# ── poll ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "status",
    ["created", "pending", "queued", "starting", "running", "processing", "PROCESSING", "brewing"],
)
def test_a_status_that_is_not_an_end_means_running(status: str) -> None:
    assert poll(status=status, outputs=None) == Running()


@pytest.mark.parametrize("status", ["completed", "succeeded", "success", " Completed "])
@pytest.mark.parametrize("outputs", [[LINK], LINK, [{"url": LINK}], {"url": LINK}])
@pytest.mark.parametrize("flags", [None, False, [], [False], [None]])
def test_a_done_video_is_ready(status: str, outputs: object, flags: object) -> None:
    assert poll(status=status, outputs=outputs, has_nsfw_contents=flags) == Ready((LINK,))


def test_a_flat_answer_without_flags_is_ready() -> None:
    flat = answer({"id": "1", "status": "completed", "outputs": [LINK]})

    assert read_prediction(flat, allow_private=False) == Ready((LINK,))


@pytest.mark.parametrize("flags", [True, [True], [False, True], [None, True]])
def test_a_flag_withholds_the_video_and_keeps_its_links_apart(flags: object) -> None:
    assert poll(status="completed", outputs=[LINK], has_nsfw_contents=flags) == Flagged((LINK,))


@pytest.mark.parametrize(
    "flags", ["yes", "false", 1, 0, {"nsfw": False}, [[False]], ["no"], [True, "no"], [True, 1]]
)
def test_whatever_cannot_be_read_as_no_flag_withholds_the_video_for_good(flags: object) -> None:
    assert poll(status="completed", outputs=[LINK], has_nsfw_contents=flags) == Flagged()


def test_a_flagged_video_has_no_link_that_may_not_be_posted() -> None:
    said = {"outputs": ["https://10.0.0.1/v.mp4", LINK], "has_nsfw_contents": [True]}

    assert poll(status="completed", **said) == Flagged((LINK,))


def test_a_flagged_video_without_outputs_is_flagged() -> None:
    assert poll(status="completed", outputs=None, has_nsfw_contents=[True]) == Flagged()


@pytest.mark.parametrize("outputs", [None, [], "", [""], [None], [{}], {}])
def test_done_without_outputs_is_empty(outputs: object) -> None:
    assert poll(status="completed", outputs=outputs) == Empty()


@pytest.mark.parametrize(
    ("prediction", "outcome"),
    [
        ({"status": "failed", "error": "…", "error_code": 1039}, Refused(Cause.CONTENT)),
        ({"status": "failed", "error": "", "error_code": "1039"}, Refused(Cause.CONTENT)),
        ({"status": "failed", "error": "Content Policy violation"}, Refused(Cause.CONTENT)),
        (
            {"status": "failed", "error": {"message": "It was flagged."}},
            Refused(Cause.CONTENT),
        ),
        ({"status": "failed", "error": "upstream broke"}, Failed(Cause.BROKEN)),
        ({"status": "failed", "error": ["x"], "error_code": [1039]}, Failed(Cause.BROKEN)),
        ({"status": "failed", "error": ""}, Failed(Cause.BROKEN)),
        ({"status": "error", "error": None}, Failed(Cause.BROKEN)),
        ({"status": "timeout"}, Failed(Cause.BROKEN)),
        ({"status": "canceled"}, Failed(Cause.CANCELLED)),
        ({"status": "cancelled"}, Failed(Cause.CANCELLED)),
    ],
)
def test_each_bad_end_is_told_apart(prediction: dict[str, Any], outcome: object) -> None:
    assert poll(**prediction) == outcome


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500, 502, 503, 504, 524])
def test_no_error_while_waiting_gives_a_video_up(status: int) -> None:
    with pytest.raises(AtlasUnavailable):
        read_prediction(answer({"code": status, "msg": "no"}, status), allow_private=False)


@pytest.mark.parametrize(
    ("said", "is_unseen"),
    [
        (answer({"code": 404, "msg": "not found"}, 404), True),
        (answer({"code": 404, "msg": "not found"}), True),
        (answer({"code": 400, "msg": "not found"}, 400), True),
        (answer({"code": 400, "msg": "invalid"}, 400), False),
        (Answer(404, b"<html>of the edge</html>"), False),
        (answer({"code": 503, "msg": "not found"}, 503), False),
    ],
)
def test_only_atlas_itself_says_that_it_does_not_know_a_video(
    said: Answer, is_unseen: bool
) -> None:
    with pytest.raises(AtlasUnavailable) as error:
        read_prediction(said, allow_private=False)

    assert isinstance(error.value, PredictionUnseen) is is_unseen


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff", b"{", b"[" * 100_000])
def test_garbage_while_waiting_gives_no_video_up(body: bytes) -> None:
    with pytest.raises(AtlasUnavailable):
        read_prediction(Answer(200, body), allow_private=False)


@given(st.integers(200, 599), anything)
@settings(deadline=None)
def test_any_json_ends_in_a_value_or_one_of_our_errors(status: int, body: object) -> None:
    for read in (read_submit, read_catalogue, read_upload):
        with contextlib.suppress(AtlasError):
            read(answer(body, status))
    with contextlib.suppress(AtlasUnavailable):
        read_prediction(answer(body, status), allow_private=False)


@given(
    st.fixed_dictionaries(
        {"status": st.sampled_from(["completed", "failed", "processing", "Succeeded"])},
        optional={
            "outputs": anything | st.just([LINK]),
            "has_nsfw_contents": anything,
            "error": anything,
            "error_code": anything,
        },
    )
)
@settings(deadline=None)
def test_no_prediction_of_any_shape_shows_what_is_flagged(prediction: dict[str, Any]) -> None:
    outcome = poll(**prediction)

    if isinstance(outcome, Ready):
        flags = prediction.get("has_nsfw_contents")
        assert flags in (None, False) or all(flag in (None, False) for flag in flags)
        assert all(is_showable(link) for link in outcome.links)


# ── links ─────────────────────────────────────────────────────────────────────────────────────


def test_a_video_with_a_link_that_may_not_be_shown_has_failed() -> None:
    assert poll(status="completed", outputs=["http://10.0.0.8/v.mp4"]) == Failed(Cause.LINK)


def test_only_links_that_may_be_shown_and_fit_one_message_are_kept() -> None:
    long = "https://cdn.example.com/" + "a" * 1000

    assert poll(status="completed", outputs=[LINK, "http://10.0.0.8/v.mp4"]) == Ready((LINK,))
    assert poll(status="completed", outputs=[long, long]) == Ready((long,))
    assert poll(status="completed", outputs=[long + "a" * LINK_LIMIT]) == Failed(Cause.LINK)


def test_half_a_million_links_are_read_at_once() -> None:
    began = time.process_time()

    outcome = poll(status="completed", outputs=["https://a.bc/1", *[LINK] * 500_000])

    assert isinstance(outcome, Ready)
    assert len("\n".join(outcome.links)) <= LINK_LIMIT < len("\n".join((*outcome.links, LINK)))
    assert time.process_time() - began < 5


# ── upload and catalogue ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        {"code": 200, "data": {"type": "image", "download_url": "https://u/1.jpg"}},
        {"code": 200, "data": {"url": "https://u/1.jpg"}},
        {"url": "https://u/1.jpg"},
        {"file_url": "https://u/1.jpg"},
    ],
)
def test_an_upload_has_its_url_under_one_of_three_names(body: object) -> None:
    assert read_upload(answer(body)) == "https://u/1.jpg"


def test_a_refused_upload_is_an_error() -> None:
    with pytest.raises(AtlasError):
        read_upload(answer({"code": 413, "msg": "too large", "url": "https://u/1.jpg"}))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "u/1.jpg",
        "file:///etc/passwd",
        "https://u/1 2.jpg",
        "https://u/\ud800",
        7,
        ["https://u"],
    ],
)
def test_an_upload_without_a_url_that_atlas_could_read_is_an_error(url: object) -> None:
    with pytest.raises(AtlasError):
        read_upload(answer({"code": 200, "data": {"download_url": url}}))


def test_an_endless_upload_url_is_an_error() -> None:
    with pytest.raises(AtlasError):
        read_upload(answer({"url": "https://u/" + "a" * 4096}))


def test_the_catalogue_is_read_with_its_code_as_text() -> None:
    body = {"code": "200", "data": [{"model": "minimax/video-01"}, {"model": None}, 7]}

    assert read_catalogue(answer(body)) == {
        "minimax/video-01": Listing("minimax/video-01", None, schema_url="")
    }


@pytest.mark.parametrize("status", [302, 401, 500])
def test_a_catalogue_that_cannot_be_read_may_be_asked_for_later(status: int) -> None:
    with pytest.raises(AtlasUnavailable):
        read_catalogue(answer({"code": 200, "data": []}, status))


def catalogue_price(price: object) -> Decimal | None:
    """Return the price read from an entry with this one in its place."""
    return read_catalogue(answer({"data": [{"model": "m", "price": price}]}))["m"].price_usd


@pytest.mark.parametrize("text", ["0.000001", "0.23", "0.600294", "25", "9999.999999", "00.10"])
def test_a_price_is_kept_to_the_last_digit(text: str) -> None:
    price = catalogue_price({"discount": "80", "actual": {"base_price": text}})

    assert price == Decimal(text)
    assert str(price) == str(Decimal(text))


@pytest.mark.parametrize(
    "figure",
    [
        *(
            "",
            " ",
            "free",
            "0",
            "0.000000",
            "-1",
            "+1",
            "1.",
            ".5",
            "1,50",
            "0.1234567",
            "10000",
            "1e3",
            "1_0",
        ),
        *("NaN", "Infinity", "sNaN", "١", "0.23\n", " 0.23", "9" * 5000),
        *(0.23, 1, True, None, ["1"], {"usd": "1"}),
    ],
)
def test_a_price_that_is_no_plain_decimal_text_is_not_known(figure: object) -> None:
    assert catalogue_price({"actual": {"base_price": figure}}) is None


@pytest.mark.parametrize("price", [None, "0.23", [], {}, {"actual": None}, {"actual": ["0.23"]}])
def test_an_entry_without_an_actual_price_has_none(price: object) -> None:
    assert catalogue_price(price) is None
