"""The simulated Atlas keeps the rules of the real one, and breaks them on demand."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import Image

from sandbox.atlas import ENDINGS, Fault, Prediction, SimulatedAtlas

KEY = "apikey-test"
LONG = "minimax/hailuo-02/t2v-standard"
REEL = "tidewater/reel-3/text-to-video"
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(range(100))
HEADERS = {"Authorization": f"Bearer {KEY}", "User-Agent": "test"}


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
async def atlas(told: list[str]) -> AsyncIterator[SimulatedAtlas]:
    simulated = SimulatedAtlas(
        api_key=KEY, generation_s=0.0, film=lambda _prompt, _picture: FILM, tell=told.append
    )
    async with simulated:
        yield simulated


class Caller:
    """Somebody with a key."""

    def __init__(self, session: aiohttp.ClientSession, atlas: SimulatedAtlas) -> None:
        self._session, self._atlas = session, atlas

    async def ask(self, method: str, path: str, **given: Any) -> tuple[int, Any]:
        """Return the status and the JSON of an answer."""
        url = path if path.startswith("http") else self._atlas.base_url + path
        async with self._session.request(method, url, **given) as answer:
            assert answer.headers["X-Request-ID"]
            return answer.status, await answer.json()

    async def submit(self, prompt: str = "a boat", **fields: Any) -> tuple[int, Any]:
        body = {"model": "minimax/video-01", "prompt": prompt, **fields}
        return await self.submit_bytes(json.dumps(body).encode())

    async def submit_bytes(self, body: bytes) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"}
        return await self.ask("POST", "/model/generateVideo", data=BytesIO(body), headers=headers)

    async def accepted(self, prompt: str = "a boat") -> str:
        status, body = await self.submit(prompt)
        assert status == 200
        return body["data"]["id"]

    async def poll(self, prediction_id: str) -> dict[str, Any]:
        status, body = await self.ask("GET", f"/model/prediction/{prediction_id}")
        assert (status, body["code"], body["message"]) == (200, 200, "success")
        return body["data"]

    async def finished(self, prediction_id: str) -> dict[str, Any]:
        """Return what a poll says after the film is made."""
        async with asyncio.timeout(5):
            await self._atlas.settled()
        return await self.poll(prediction_id)


@pytest.fixture
async def caller(atlas: SimulatedAtlas) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        yield Caller(session, atlas)


def picture(width: int = 400, height: int = 400, kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind)
    return out.getvalue()


def data_url(content: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


# The contract


async def test_a_submit_is_answered_in_the_wrapped_envelope(
    atlas: SimulatedAtlas, caller: Caller
) -> None:
    atlas.generation_s = 60

    status, body = await caller.submit(enable_prompt_expansion=True, nonsense=1)

    made = atlas.predictions[0]
    assert (status, body["code"], body["message"]) == (200, 200, "")
    assert body["data"] == {
        "id": made.id,
        "model": "minimax/video-01",
        "outputs": None,
        "urls": {"get": f"{atlas.base_url}/model/prediction/{made.id}"},
        "has_nsfw_contents": None,
        "status": "created",
        "created_at": "0001-01-01T00:00:00Z",
        "error": "",
        "executionTime": 0,
        "timings": {"inference": 0},
    }
    assert (made.prompt, made.picture, made.prompt_expansion) == ("a boat", None, True)


@pytest.mark.parametrize("path", ["prediction", "result"])
async def test_a_finished_video_names_one_output(
    atlas: SimulatedAtlas, caller: Caller, path: str
) -> None:
    made = await caller.accepted()
    await caller.finished(made)

    _, body = await caller.ask("GET", f"/model/{path}/{made}")

    assert body["data"]["status"] == "completed"
    assert body["data"]["outputs"] == [f"{atlas.output_origin}/{made}.mp4"]
    assert body["data"]["has_nsfw_contents"] is None


def test_statuses_are_not_in_order(atlas: SimulatedAtlas, caller: Caller) -> None:
    from sandbox.atlas._ending import GOOD

    prediction = Prediction(
        id="1",
        model="m",
        body={},
        prompt="p",
        picture=None,
        prompt_expansion=False,
        charged_usd=Decimal(1),
        ending=GOOD,
        started_at=0.0,
        due_at=10.0,
        visible_at=0.0,
    )

    told = [prediction.status_at(now) for now in (0, 2, 5, 8, 12)]

    assert told == ["created", "processing", "pending", "processing", "processing"]


@pytest.mark.parametrize("key", ["", "Bearer wrong", KEY])
async def test_a_wrong_key_is_refused_with_401(
    atlas: SimulatedAtlas, caller: Caller, key: str
) -> None:
    status, body = await caller.ask(
        "GET", "/model/prediction/1", headers={"Authorization": key, "User-Agent": "test"}
    )

    assert status == 401
    assert (body["code"], body["msg"], body["data"]) == (401, "unauthorized", None)


async def test_a_wrong_path_is_refused_with_401(caller: Caller) -> None:
    status, _ = await caller.ask("GET", "/prediction/1")

    assert status == 401


async def test_an_unknown_prediction_is_not_found(caller: Caller) -> None:
    status, body = await caller.ask("GET", "/model/prediction/1")

    assert (status, body["msg"]) == (404, "not found")


@pytest.mark.parametrize("agent", ["", "Python-urllib/3.11"])
async def test_the_edge_refuses_some_agents(atlas: SimulatedAtlas, agent: str) -> None:
    headers = HEADERS | {"User-Agent": agent}

    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{atlas.base_url}/models", headers=headers) as answer,
    ):
        assert (answer.status, await answer.text()) == (403, "error code: 1010")


@pytest.mark.parametrize(
    ("fields", "msg"),
    [
        ({"model": "minimax/video-99"}, "not found"),
        ({"model": None}, "model is required"),
        ({"prompt": ""}, "prompt is required"),
        ({"prompt": None}, "prompt is required"),
        ({"prompt": "x" * 2001}, "prompt is longer than 2000 characters"),
        ({"image": 7}, "image must be a string"),
        ({"enable_prompt_expansion": 1}, "enable_prompt_expansion must be a boolean"),
        ({"model": LONG, "duration": 7}, "duration must be one of [6, 10]"),
        ({"model": REEL, "duration": 4}, "duration must lie between 5 and 15"),
        (
            {"model": REEL, "resolution": "8K"},
            "resolution must be one of ['480P', '720P', '1080P']",
        ),
        ({"model": REEL, "prompt": "x" * 1501}, "prompt is longer than 1500 characters"),
        ({"model": "minimax/hailuo-02/i2v-standard"}, "image is required"),
    ],
)
async def test_a_malformed_submit_is_refused_and_costs_nothing(
    atlas: SimulatedAtlas, caller: Caller, fields: dict[str, Any], msg: str
) -> None:
    status, body = await caller.submit(**fields)

    assert (status, body["code"], body["msg"]) == (400, 400, msg)
    assert atlas.predictions == []
    assert atlas.balance_usd == 100


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"'])
async def test_a_body_that_is_no_json_object_is_refused(caller: Caller, body: bytes) -> None:
    status, _ = await caller.submit_bytes(body)

    assert status == 400


async def test_a_prompt_of_2000_characters_is_accepted(caller: Caller) -> None:
    status, _ = await caller.submit("ü" * 2000)

    assert status == 200


async def test_a_body_over_50_mb_is_refused_with_413(caller: Caller) -> None:
    status, answer = await caller.submit_bytes(bytes(50 * 1024 * 1024 + 1))

    assert (status, answer["code"]) == (413, 413)


# Pictures


@pytest.mark.parametrize("kind", ["png", "jpeg"])
async def test_a_data_url_is_accepted(atlas: SimulatedAtlas, caller: Caller, kind: str) -> None:
    content = picture(301, 400, kind)

    status, _ = await caller.submit(image=data_url(content, kind))

    assert status == 200
    assert atlas.predictions[0].picture == content


async def test_an_uploaded_picture_is_accepted(atlas: SimulatedAtlas, caller: Caller) -> None:
    form = aiohttp.FormData()
    form.add_field("file", picture(), filename="a.png", content_type="image/png")

    status, body = await caller.ask("POST", "/model/uploadMedia", data=form)
    accepted, _ = await caller.submit(image=body["data"]["download_url"])

    assert (status, accepted) == (200, 200)
    assert body["data"]["type"] == "image"
    assert body["data"]["size"] == len(picture())
    assert atlas.predictions[0].picture == picture()


async def test_an_upload_without_a_file_is_refused(caller: Caller) -> None:
    status, _ = await caller.ask("POST", "/model/uploadMedia", data={"other": "x"})

    assert status == 400


@pytest.mark.parametrize(
    "image",
    [
        data_url(picture(300, 400)),
        data_url(picture(400, 1000)),
        data_url(picture(1000, 400)),
        data_url(picture(kind="GIF")),
        data_url(b"no picture"),
        data_url(b"x" * 20_000_001),
        "data:image/png;base64,***",
        "https://example.com/a.png",
    ],
    ids=["short side", "2:5", "5:2", "GIF", "no picture", "over 20 MB", "bad base64", "foreign"],
)
async def test_a_picture_that_breaks_a_rule_is_refused(
    atlas: SimulatedAtlas, caller: Caller, image: str
) -> None:
    status, body = await caller.submit(image=image)

    assert (status, body["code"]) == (400, 400)
    assert atlas.predictions == []


# The catalogue


async def test_the_catalogue_needs_no_key_and_writes_its_code_as_text(
    atlas: SimulatedAtlas,
) -> None:
    async with aiohttp.ClientSession(headers={"User-Agent": "test"}) as session:
        status, body = await Caller(session, atlas).ask("GET", "/models")
        first = body["data"][0]
        async with session.get(first["schema"]) as answer:
            schema = await answer.json()

    assert (status, body["code"]) == (200, "200")
    assert (first["model"], first["type"]) == ("minimax/video-01", "Video")
    assert first["price"]["actual"] == {"base_price": "0.50"}
    assert first["schema"].startswith(atlas.output_origin)
    assert schema["components"]["schemas"]["Input"]["required"] == ["prompt"]


# Money


async def test_money_is_held_while_a_video_is_made(atlas: SimulatedAtlas, caller: Caller) -> None:
    atlas.generation_s = 60
    await caller.accepted()

    url = atlas.base_url.removesuffix("/api/v1") + "/public/v1/balance"
    _, body = await caller.ask("GET", url)

    assert body["available"] == {"value": "99.500000", "currency": "usd"}
    assert body["frozen"] == {"value": "0.500000", "currency": "usd"}


async def test_an_empty_balance_is_refused_with_402(atlas: SimulatedAtlas, caller: Caller) -> None:
    atlas.balance_usd = Decimal("0.49")

    status, body = await caller.submit()

    assert (status, body["code"]) == (402, 402)
    assert atlas.predictions == []


async def test_a_failed_video_is_refunded(
    atlas: SimulatedAtlas, caller: Caller, told: list[str]
) -> None:
    made = await caller.accepted("a boat #failed")
    await caller.finished(made)

    assert atlas.predictions[0].refunded
    assert atlas.balance_usd == 100
    assert told == [f"submitted {made[:8]}", f"failed {made[:8]}", f"refunded {made[:8]}"]


async def test_a_finished_video_is_paid(atlas: SimulatedAtlas, caller: Caller) -> None:
    data = await caller.finished(await caller.accepted())

    assert data["price"] == "0.500000"
    assert not atlas.predictions[0].refunded
    assert atlas.balance_usd == Decimal("99.50")


# The output host


async def test_an_output_is_a_download_of_an_unknown_kind(
    atlas: SimulatedAtlas, caller: Caller
) -> None:
    data = await caller.finished(await caller.accepted())

    async with aiohttp.request("GET", data["outputs"][0]) as answer:
        assert await answer.read() == FILM
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["Content-Type"] == "application/octet-stream"


async def test_an_output_can_be_read_in_parts(atlas: SimulatedAtlas, caller: Caller) -> None:
    data = await caller.finished(await caller.accepted())

    async with aiohttp.request("GET", data["outputs"][0], headers={"Range": "bytes=4-7"}) as answer:
        assert (answer.status, await answer.read()) == (206, b"ftyp")
        assert answer.headers["Content-Range"] == f"bytes 4-7/{len(FILM)}"


async def test_a_key_that_reaches_the_output_host_is_refused_and_noted(
    atlas: SimulatedAtlas, caller: Caller
) -> None:
    data = await caller.finished(await caller.accepted())

    async with aiohttp.request("GET", data["outputs"][0], headers=HEADERS) as answer:
        assert answer.status == 400

    assert len(atlas.leaks) == 1


async def test_an_output_that_does_not_exist_is_not_found(atlas: SimulatedAtlas) -> None:
    async with aiohttp.request("GET", f"{atlas.output_origin}/{'0' * 32}.mp4") as answer:
        assert answer.status == 404


async def test_a_film_that_cannot_be_made_is_a_failed_video(
    atlas: SimulatedAtlas, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(prompt: str, picture: bytes | None) -> bytes:
        raise ValueError("no film")

    async with (
        SimulatedAtlas(api_key=KEY, generation_s=0, film=broken) as simulated,
        aiohttp.ClientSession(headers=HEADERS) as session,
    ):
        caller = Caller(session, simulated)
        data = await caller.finished(await caller.accepted())

    assert data["status"] == "failed"
    assert "film failed" in caplog.text


# What is seen


async def test_every_request_is_seen(atlas: SimulatedAtlas, caller: Caller) -> None:
    await caller.ask("GET", "/models")

    seen = atlas.requests[0]
    assert (seen.method, seen.path) == ("GET", "/api/v1/models")
    assert seen.headers == {"authorization": f"Bearer {KEY}", "user-agent": "test"}


# Faults

ANSWERS = {
    Fault.HTTP_400: 400,
    Fault.HTTP_400_POLICY: 400,
    Fault.MODEL_NOT_FOUND: 400,
    Fault.HTTP_401: 401,
    Fault.HTTP_402: 402,
    Fault.HTTP_403: 403,
    Fault.HTTP_403_EDGE: 403,
    Fault.HTTP_404: 404,
    Fault.HTTP_413: 413,
    Fault.HTTP_422: 422,
    Fault.HTTP_429: 429,
    Fault.HTTP_429_RETRY_AFTER: 429,
    Fault.HTTP_451: 451,
    Fault.HTTP_500: 500,
    Fault.HTTP_502_HTML: 502,
    Fault.HTTP_503: 503,
    Fault.HTTP_524: 524,
    Fault.BODY_CODE_400: 200,
    Fault.BODY_CODE_402: 200,
    Fault.BODY_CODE_429: 200,
    Fault.GARBAGE: 200,
}


@pytest.mark.parametrize(("fault", "status"), ANSWERS.items())
async def test_an_answer_can_be_replaced_once(
    atlas: SimulatedAtlas, fault: Fault, status: int
) -> None:
    atlas.fail_next("models", fault)

    async with aiohttp.ClientSession(headers=HEADERS) as session:
        async with session.get(f"{atlas.base_url}/models") as spoilt:
            text = await spoilt.text()
        async with session.get(f"{atlas.base_url}/models") as good:
            assert (await good.json())["code"] == "200"

    assert spoilt.status == status
    assert '"code":"200"' not in text
    assert ("Retry-After" in spoilt.headers) == (fault is Fault.HTTP_429_RETRY_AFTER)


LOST = [Fault.LOST_ANSWER, Fault.LOST_ANSWER_HANG, Fault.LOST_ANSWER_504]


@pytest.mark.parametrize("fault", LOST)
async def test_a_lost_answer_leaves_a_video_that_was_paid(
    atlas: SimulatedAtlas, fault: Fault
) -> None:
    atlas.fail_next("submit", fault)
    body = {"model": "minimax/video-01", "prompt": "a boat"}

    async with aiohttp.ClientSession(headers=HEADERS) as session:
        try:
            async with (
                asyncio.timeout(0.5),
                session.post(f"{atlas.base_url}/model/generateVideo", json=body) as answer,
            ):
                how = str(answer.status)
        except (aiohttp.ClientOSError, TimeoutError) as error:
            how = type(error).__name__

    expected = dict(zip(LOST, ("ClientOSError", "TimeoutError", "504"), strict=True))
    assert how == expected[fault]
    assert len(atlas.predictions) == 1
    assert atlas.balance_usd == Decimal("99.50")


async def test_a_prompt_can_ask_for_a_lost_answer(atlas: SimulatedAtlas, caller: Caller) -> None:
    with pytest.raises(aiohttp.ClientError):
        await caller.submit("a boat #lost")

    assert len(atlas.predictions) == 1


async def test_an_accepted_video_may_be_told_without_its_id(
    atlas: SimulatedAtlas, caller: Caller
) -> None:
    atlas.fail_next("submit", Fault.WITHOUT_ID)

    status, body = await caller.submit()

    assert status == 200
    assert "id" not in body["data"]
    assert len(atlas.predictions) == 1


async def test_an_answer_may_be_flat(atlas: SimulatedAtlas, caller: Caller) -> None:
    atlas.fail_next("submit", Fault.FLAT_ENVELOPE)

    _, body = await caller.submit()

    assert body["id"] == atlas.predictions[0].id


async def test_a_body_may_break_off(atlas: SimulatedAtlas, caller: Caller) -> None:
    atlas.fail_next("models", Fault.TRUNCATED_BODY)

    with pytest.raises(aiohttp.ClientPayloadError):
        await caller.ask("GET", "/models")


async def test_a_body_may_come_slowly(atlas: SimulatedAtlas, caller: Caller) -> None:
    atlas.fail_next("models", Fault.SLOW_BODY, times=2)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await caller.ask("GET", "/models")
    _, body = await caller.ask("GET", "/models")

    assert body["code"] == "200"


async def test_a_model_may_be_missing_from_the_catalogue(
    atlas: SimulatedAtlas, caller: Caller
) -> None:
    atlas.fail_next("models", Fault.MODEL_UNLISTED)

    _, body = await caller.ask("GET", "/models")

    assert "minimax/video-01" not in [entry["model"] for entry in body["data"]]


async def test_a_new_video_may_be_unseen_at_first(atlas: SimulatedAtlas, caller: Caller) -> None:
    atlas.generation_s = 60
    atlas.fail_next("submit", Fault.UNSEEN_AT_FIRST)
    made = await caller.accepted()

    status, _ = await caller.ask("GET", f"/model/prediction/{made}")

    assert status == 404


async def test_faults_can_be_forgotten(atlas: SimulatedAtlas, caller: Caller) -> None:
    atlas.fail_next("models", Fault.HTTP_500, times=1000)
    atlas.heal()

    status, _ = await caller.ask("GET", "/models")

    assert status == 200


# Endings

ENDS: dict[Fault, tuple[str, dict[str, Any]]] = {
    Fault.FAILED_MODERATION: ("failed", {"outputs": None, "error_code": 1039}),
    Fault.FAILED: ("failed", {"outputs": None, "has_nsfw_contents": None}),
    Fault.FAILED_SILENTLY: ("failed", {"outputs": None, "error": ""}),
    Fault.FLAGGED_LIST: ("completed", {"has_nsfw_contents": [True]}),
    Fault.FLAGGED_TRUE: ("completed", {"has_nsfw_contents": True}),
    Fault.FLAGGED_UNREADABLE: ("completed", {"has_nsfw_contents": "yes"}),
    Fault.UNFLAGGED_LIST: ("completed", {"has_nsfw_contents": [False]}),
    Fault.OUTPUTS_EMPTY: ("completed", {"outputs": []}),
    Fault.OUTPUTS_NULL: ("completed", {"outputs": None}),
    Fault.OUTPUTS_STRING: ("completed", {"outputs": "URL"}),
    Fault.OUTPUTS_OBJECTS: ("completed", {"outputs": [{"url": "URL"}]}),
    Fault.STATUS_CREATED: ("created", {"outputs": None}),
    Fault.STATUS_QUEUED: ("queued", {"outputs": None}),
    Fault.STATUS_STARTING: ("starting", {"outputs": None}),
    Fault.STATUS_INVENTED: ("contemplating", {"outputs": None}),
    Fault.STATUS_SUCCEEDED: ("succeeded", {"outputs": ["URL"]}),
    Fault.STATUS_SUCCESS: ("success", {"outputs": ["URL"]}),
    Fault.STATUS_UPPER_CASE: ("COMPLETED", {"outputs": ["URL"]}),
    Fault.STATUS_TIMEOUT: ("timeout", {"outputs": None}),
    Fault.STATUS_CANCELED: ("canceled", {"outputs": None}),
    Fault.STATUS_CANCELLED: ("cancelled", {"outputs": None}),
}


@pytest.mark.parametrize("fault", ENDS)
async def test_an_ending_can_be_the_fate_of_a_video(
    atlas: SimulatedAtlas, caller: Caller, fault: Fault
) -> None:
    atlas.fail_next("submit", fault)

    data = await caller.finished(await caller.accepted())

    status, members = ENDS[fault]
    plain = repr(data).replace(f"{atlas.output_origin}/{data['id']}.mp4", "URL")
    assert data["status"] == status
    for name, value in members.items():
        assert f"{name!r}: {value!r}" in plain
    assert atlas.predictions[0].refunded == (
        status in {"failed", "timeout", "canceled", "cancelled"}
    )


async def test_an_ending_can_be_told_by_one_poll_alone(
    atlas: SimulatedAtlas, caller: Caller
) -> None:
    atlas.generation_s = 60
    made = await caller.accepted()
    atlas.fail_next("poll", Fault.STATUS_INVENTED)

    told = [(await caller.poll(made))["status"] for _ in range(2)]

    assert told == ["contemplating", "created"]


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.NEVER_FINISHES])
async def test_a_video_may_take_longer(atlas: SimulatedAtlas, caller: Caller, fault: Fault) -> None:
    atlas.generation_s = 10
    atlas.fail_next("submit", fault)

    await caller.accepted()

    made = atlas.predictions[0]
    slowness = {Fault.SLOW: 4, Fault.NEVER_FINISHES: float("inf")}[fault]
    assert made.due_at == made.started_at + 10 * slowness


async def test_a_stuck_video_stays_running(atlas: SimulatedAtlas, caller: Caller) -> None:
    made = await caller.accepted("a boat #stuck")

    assert (await caller.poll(made))["status"] == "processing"


@pytest.mark.parametrize(
    ("word", "member", "value"),
    [
        ("#flagged", "has_nsfw_contents", [True]),
        ("#refused", "error_code", 1039),
        ("#failed", "status", "failed"),
    ],
)
async def test_a_prompt_can_ask_for_its_ending(
    caller: Caller, word: str, member: str, value: object
) -> None:
    data = await caller.finished(await caller.accepted(f"{word.upper()} a boat"))

    assert data[member] == value


def test_every_word_for_an_ending_does_something() -> None:
    from sandbox.atlas._fault import wished

    assert all(wished(word) for word in ENDINGS)


def test_every_fault_has_its_place() -> None:
    from sandbox.atlas import _answer, _ending

    answers = {*_answer.INSTEAD, *_answer.UNANSWERED, *_answer.REWRITTEN, *_answer.SPOILT}
    placed = {*answers, *_ending.ENDS}

    assert set(Fault) - placed == {Fault.UNSEEN_AT_FIRST}
