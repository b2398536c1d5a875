"""The simulated Atlas tells of a video's end as the real one does."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sandbox.atlas import Fault, SimulatedAtlas

SOON_S = 5.0
PAUSE_S = 0.05


class Inbox:
    """Somebody who takes webhooks, with each of `answers` once and then with 200."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.came_one, self.taken = asyncio.Event(), asyncio.Event()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((dict(request.headers), await request.read()))
        self.came_one.set()
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.taken.set()
        return web.Response(status=status)

    async def wait(self) -> dict[str, Any]:
        """Wait for a webhook that is taken, and return what it says."""
        async with asyncio.timeout(SOON_S):
            await self.taken.wait()
        return json.loads(self.came[-1][1])


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox()
    app = web.Application()
    app.router.add_post("/hook", inbox.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    inbox.url = f"http://127.0.0.1:{site.port}/hook?attempt=1"
    yield inbox
    await runner.cleanup()


@pytest.fixture
async def atlas() -> AsyncIterator[SimulatedAtlas]:
    async with SimulatedAtlas(
        generation_s=0, film=lambda _prompt, _picture: b"film", webhook_pause_s=PAUSE_S
    ) as simulated:
        yield simulated


async def submit(atlas: SimulatedAtlas, webhook_url: object = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {atlas.api_key}", "User-Agent": "test"}
    body = {"model": "minimax/video-01", "prompt": "a boat", "webhook_url": webhook_url}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{atlas.base_url}/model/generateVideo", json=body) as answer,
    ):
        return answer.status, await answer.json()


async def published(atlas: SimulatedAtlas) -> dict[str, Ed25519PublicKey]:
    url = f"{atlas.base_url}/webhooks/jwks.json"
    async with aiohttp.request("GET", url, headers={"User-Agent": "test"}) as answer:
        members = (await answer.json())["keys"]
    assert {(key["kty"], key["crv"]) for key in members} == {("OKP", "Ed25519")}
    return {
        key["kid"]: Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "=="))
        for key in members
    }


async def test_an_end_is_told_in_the_documented_shape(atlas: SimulatedAtlas, inbox: Inbox) -> None:
    _, accepted = await submit(atlas, inbox.url)

    told = await inbox.wait()

    made = accepted["data"]["id"]
    headers, _ = inbox.came[0]
    assert {name: told[name] for name in ("session_id", "event_type", "status", "error")} == {
        "session_id": made,
        "event_type": "video.task.terminal",
        "status": "OK",
        "error": None,
    }
    assert told["payload"]["status"] == "completed"
    assert told["payload"]["outputs"] == [f"{atlas.output_origin}/{made}.mp4"]
    assert headers["X-AtlasCloud-Webhook-Id"] == made
    assert headers["X-AtlasCloud-Webhook-Event"] == "video.task.terminal"


async def test_an_end_is_signed_with_a_published_key(atlas: SimulatedAtlas, inbox: Inbox) -> None:
    await submit(atlas, inbox.url)
    await inbox.wait()

    headers, body = inbox.came[0]
    timestamp = headers["X-AtlasCloud-Webhook-Timestamp"]
    signature = headers["X-AtlasCloud-Webhook-Signature-Ed25519"]
    key = (await published(atlas))[headers["X-AtlasCloud-Webhook-Key-Id"]]

    key.verify(base64.urlsafe_b64decode(signature + "=="), f"{timestamp}.".encode() + body)
    assert abs(int(timestamp) - time.time()) < SOON_S
    assert len(bytes.fromhex(headers["X-AtlasCloud-Webhook-Signature"])) == 32


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.FAILED, "failed"),
        (Fault.STATUS_TIMEOUT, "timeout"),
        (Fault.STATUS_CANCELLED, "cancelled"),
    ],
)
async def test_a_bad_end_is_told_as_an_error(
    atlas: SimulatedAtlas, inbox: Inbox, fault: Fault, status: str
) -> None:
    atlas.fail_next("submit", fault)
    await submit(atlas, inbox.url)

    told = await inbox.wait()

    assert (told["status"], told["payload"]["status"]) == ("ERROR", status)


async def test_an_end_is_told_even_where_the_answer_to_the_submit_was_lost(
    atlas: SimulatedAtlas, inbox: Inbox
) -> None:
    atlas.fail_next("submit", Fault.LOST_ANSWER)
    with pytest.raises(aiohttp.ClientError):
        await submit(atlas, inbox.url)

    told = await inbox.wait()

    assert told["session_id"] == atlas.predictions[0].id


async def test_nothing_is_told_unasked_or_of_what_has_not_ended(
    atlas: SimulatedAtlas, inbox: Inbox
) -> None:
    await submit(atlas)
    atlas.fail_next("submit", Fault.STATUS_QUEUED)
    await submit(atlas, inbox.url)
    await atlas.settled()

    await submit(atlas, inbox.url)
    await inbox.wait()

    assert len(inbox.came) == 1
    assert inbox.came[0][0]["X-AtlasCloud-Webhook-Id"] == atlas.predictions[2].id


async def test_what_is_not_taken_is_repeated_after_pauses_that_double(
    atlas: SimulatedAtlas, inbox: Inbox
) -> None:
    inbox.answers = [503, 302, 404]

    await submit(atlas, inbox.url)
    await inbox.wait()
    await atlas.webhooks.settled()

    tries = atlas.webhooks.deliveries
    pauses_s = [later.at - sooner.at for sooner, later in pairwise(tries)]
    assert [delivery.status for delivery in tries] == [503, 302, 404, 200]
    assert {delivery.prediction_id for delivery in tries} == {atlas.predictions[0].id}
    assert {body for _, body in inbox.came} == {inbox.came[0][1]}
    assert all(pause_s > PAUSE_S * 2**number for number, pause_s in enumerate(pauses_s))


async def test_what_nobody_takes_is_given_up_after_ten_tries() -> None:
    async with SimulatedAtlas(
        generation_s=0, film=lambda _prompt, _picture: b"film", webhook_pause_s=0
    ) as atlas:
        await submit(atlas, "http://127.0.0.1:1/hook")
        await atlas.settled()
        await atlas.webhooks.settled()

        assert [delivery.status for delivery in atlas.webhooks.deliveries] == [None] * 10


async def test_a_repetition_to_come_does_not_hold_the_end_up(inbox: Inbox) -> None:
    inbox.answers = [503]
    async with SimulatedAtlas(
        generation_s=0, film=lambda _prompt, _picture: b"film", webhook_pause_s=3600
    ) as atlas:
        await submit(atlas, inbox.url)
        await inbox.came_one.wait()
        began = time.perf_counter()

    assert time.perf_counter() - began < SOON_S


async def test_a_new_key_signs_and_the_old_one_stays_published(
    atlas: SimulatedAtlas, inbox: Inbox
) -> None:
    old = atlas.webhooks.key.id
    atlas.webhooks.rotate_key()

    await submit(atlas, inbox.url)
    await inbox.wait()

    signed_with = inbox.came[0][0]["X-AtlasCloud-Webhook-Key-Id"]
    assert signed_with != old
    assert set(await published(atlas)) == {old, signed_with}


@pytest.mark.parametrize("url", ["ftp://a.example/", "a.example/hook", "https://", "", 7, ["x"]])
async def test_a_webhook_url_that_is_none_is_refused(atlas: SimulatedAtlas, url: object) -> None:
    status, body = await submit(atlas, url)

    assert (status, body["msg"]) == (400, "webhook_url must be an http or https URL")
    assert atlas.predictions == []
