"""A webhook rings when it is Atlas's word about an attempt of ours, and only then."""

import asyncio
import time

import pytest

from bot.atlas.client import AtlasClient
from sandbox.atlas import Fault, SigningKey, SimulatedAtlas
from tests.stage import a_video
from tests.web.outside import ATTEMPT, BODY, ID, PATH, SOON_S, Bell, Clock, Outside


async def test_a_webhook_of_atlas_rings(outside: Outside, bell: Bell) -> None:
    status = await outside.status(outside.signed())

    assert status == 200
    assert bell.rung == [(ATTEMPT, ID)]


async def test_a_webhook_that_comes_twice_is_answered_twice_alike(
    outside: Outside, bell: Bell
) -> None:
    headers = outside.signed()

    statuses = [await outside.status(headers) for _ in range(2)]

    assert statuses == [200, 200]
    assert bell.rung == [(ATTEMPT, ID)] * 2


@pytest.mark.parametrize("late_s", [310, -310])
async def test_a_webhook_of_another_time_rings_nothing(
    outside: Outside, bell: Bell, late_s: float
) -> None:
    assert await outside.status(outside.signed(late_s=late_s)) == 401
    assert bell.rung == []


async def test_a_forged_webhook_rings_nothing(
    outside: Outside, bell: Bell, atlas: SimulatedAtlas
) -> None:
    stranger = SigningKey()
    other_key = outside.signed(key=stranger)
    other_key["X-AtlasCloud-Webhook-Key-Id"] = atlas.webhooks.key.id
    other_time = outside.signed()
    other_time["X-AtlasCloud-Webhook-Timestamp"] = str(int(time.time()) - 5)

    statuses = [
        await outside.status(other_key),
        await outside.status(other_time),
        await outside.status(outside.signed(), BODY + b" "),
        await outside.status(outside.signed(key=stranger)),
        await outside.status({}),
    ]

    assert statuses == [401] * 5
    assert bell.rung == []


async def test_what_atlas_signed_and_nobody_understands_rings_nothing(
    outside: Outside, bell: Bell
) -> None:
    assert await outside.status(outside.signed(b"{"), b"{") == 400
    assert bell.rung == []


@pytest.mark.parametrize(
    "path",
    [
        "/atlas/webhook",
        "/atlas/webhook?attempt=",
        f"/atlas/webhook?attempt={ATTEMPT.upper()}",
        f"/atlas/webhook?attempt={ATTEMPT}0",
        f"/atlas/webhook?attempt={'f' * 32}",
        f"/atlas/webhook?attempt={'f' * 32}&attempt={ATTEMPT}",
    ],
)
async def test_a_webhook_about_no_attempt_of_ours_is_not_found(
    outside: Outside, bell: Bell, path: str
) -> None:
    assert await outside.status(outside.signed(), path=path) == 404
    assert bell.rung == []


async def test_a_webhook_that_cannot_be_told_on_is_asked_for_again(
    outside: Outside, bell: Bell, caplog: pytest.LogCaptureFixture
) -> None:
    bell.error = OSError(f"no database for {ATTEMPT}")

    refused = await outside.status(outside.signed())
    bell.error = None
    taken = await outside.status(outside.signed())

    assert (refused, taken) == (503, 200)
    assert "error=OSError" in caplog.text
    assert ATTEMPT not in caplog.text


async def submit(client: AtlasClient, outside: Outside) -> str:
    return await client.submit(a_video(), image=None, webhook_url=outside.origin + PATH)


async def test_a_finished_video_rings_within_a_second(
    client: AtlasClient, outside: Outside, bell: Bell, atlas: SimulatedAtlas
) -> None:
    prediction_id = await submit(client, outside)
    await atlas.settled()

    async with asyncio.timeout(1):
        await bell.pulled.wait()

    assert bell.rung == [(ATTEMPT, prediction_id)]


async def test_atlas_repeats_a_webhook_until_it_is_heard(
    client: AtlasClient,
    outside: Outside,
    bell: Bell,
    atlas: SimulatedAtlas,
    clock: Clock,
) -> None:
    atlas.fail_next("jwks", Fault.HTTP_503)
    clock.speed = 30  # a third of a second for what is ten for Atlas
    prediction_id = await submit(client, outside)

    async with asyncio.timeout(SOON_S):
        await bell.pulled.wait()

    assert bell.rung == [(ATTEMPT, prediction_id)]
    assert atlas.webhooks.deliveries[0].status == 503
