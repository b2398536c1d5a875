"""The Atlas client against a real server with Atlas's rules and faults."""

import logging
from collections.abc import AsyncGenerator
from decimal import Decimal

import aiohttp
import pytest

from bot.atlas.client import AtlasClient
from bot.atlas.wire import Empty, Running
from bot.errors import AtlasRejected, AtlasUnavailable, SubmitUnknown
from bot.model import Cause, Failed, Flagged, Ready, Refused
from bot.picture import Picture, check
from sandbox.atlas import Fault, SimulatedAtlas
from tests.stage import KEY, a_video, picture

MODEL = "minimax/video-01"


@pytest.fixture
async def client(atlas: SimulatedAtlas) -> AsyncGenerator[AtlasClient]:
    async with aiohttp.ClientSession() as session:
        yield client_for(session, atlas.base_url)


def client_for(session: aiohttp.ClientSession, base_url: str, api_key: str = KEY) -> AtlasClient:
    return AtlasClient(session, base_url=base_url, api_key=api_key, allow_private_outputs=True)


async def submit(
    client: AtlasClient, image: str | None = None, webhook_url: str | None = None
) -> str:
    return await client.submit(a_video(), image=image, webhook_url=webhook_url)


def first_frame() -> Picture:
    return check(picture()[1])


async def test_an_accepted_submit_is_made_and_charged_once(
    client: AtlasClient, atlas: SimulatedAtlas
) -> None:
    prediction_id = await submit(client)

    assert [prediction.id for prediction in atlas.predictions] == [prediction_id]


async def test_a_video_is_running_and_then_ready(
    client: AtlasClient, atlas: SimulatedAtlas
) -> None:
    prediction_id = await submit(client)

    assert await client.prediction(prediction_id) == Running()

    await atlas.settled()
    found = await client.prediction(prediction_id)
    assert found == Ready((f"{atlas.output_origin}/{prediction_id}.mp4",))


async def test_what_only_reads_needs_no_connection_of_what_costs(atlas: SimulatedAtlas) -> None:
    async with aiohttp.ClientSession() as costs, aiohttp.ClientSession() as reads:
        client = AtlasClient(costs, reads=reads, base_url=atlas.base_url, api_key=KEY)
        prediction_id = await submit(client)

        await costs.close()

        assert await client.prediction(prediction_id) == Running()
        with pytest.raises(RuntimeError):
            await submit(client)


async def test_the_published_flat_answers_are_understood(
    client: AtlasClient, atlas: SimulatedAtlas
) -> None:
    atlas.fail_next("submit", Fault.FLAT_ENVELOPE)
    atlas.fail_next("poll", Fault.FLAT_ENVELOPE)

    assert await client.prediction(await submit(client)) == Running()


async def test_a_picture_is_uploaded_and_lent_by_its_url(
    client: AtlasClient, atlas: SimulatedAtlas
) -> None:
    frame = first_frame()

    url = await client.lend(frame)
    await submit(client, url)

    assert url.startswith(atlas.output_origin)
    assert atlas.predictions[0].picture == frame.content


@pytest.mark.parametrize("fault", [Fault.HTTP_500, Fault.HTTP_413, Fault.GARBAGE])
async def test_a_picture_whose_upload_is_refused_is_lent_as_a_data_url(
    client: AtlasClient, atlas: SimulatedAtlas, fault: Fault
) -> None:
    frame = first_frame()
    atlas.fail_next("upload", fault)

    url = await client.lend(frame)
    await submit(client, url)

    assert url.startswith("data:image/png;base64,")
    assert atlas.predictions[0].picture == frame.content


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault.HTTP_400, Cause.INPUT),
        (Fault.HTTP_400_POLICY, Cause.CONTENT),
        (Fault.MODEL_NOT_FOUND, Cause.MODEL),
        (Fault.HTTP_401, Cause.KEY),
        (Fault.HTTP_402, Cause.BALANCE),
        (Fault.HTTP_403, Cause.KEY),
        (Fault.HTTP_403_EDGE, Cause.KEY),
        (Fault.HTTP_404, Cause.MODEL),
        (Fault.HTTP_413, Cause.TOO_LARGE),
        (Fault.HTTP_451, Cause.REGION),
        (Fault.BODY_CODE_400, Cause.INPUT),
        (Fault.BODY_CODE_402, Cause.BALANCE),
    ],
)
async def test_a_certain_refusal_is_told_from_every_other(
    client: AtlasClient, atlas: SimulatedAtlas, fault: Fault, cause: Cause
) -> None:
    atlas.fail_next("submit", fault)

    with pytest.raises(AtlasRejected) as refusal:
        await submit(client)

    assert refusal.value.cause is cause


async def test_what_atlas_asks_us_to_wait_is_heard(
    client: AtlasClient, atlas: SimulatedAtlas
) -> None:
    atlas.fail_next("submit", Fault.HTTP_429_RETRY_AFTER)

    with pytest.raises(AtlasUnavailable) as refusal:
        await submit(client)

    assert refusal.value.retry_after_s >= 1


@pytest.mark.parametrize("fault", [Fault.HTTP_429, Fault.HTTP_503, Fault.BODY_CODE_429])
async def test_a_refusal_for_now_took_nothing(
    client: AtlasClient, atlas: SimulatedAtlas, fault: Fault
) -> None:
    atlas.fail_next("submit", fault)

    with pytest.raises(AtlasUnavailable):
        await submit(client)

    assert atlas.predictions == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault.HTTP_500,
        Fault.HTTP_502_HTML,
        Fault.HTTP_524,
        Fault.HTTP_422,
        Fault.GARBAGE,
        Fault.LOST_ANSWER,
        Fault.LOST_ANSWER_504,
        Fault.WITHOUT_ID,
        Fault.TRUNCATED_BODY,
    ],
)
async def test_an_answer_that_proves_nothing_leaves_the_submit_unknown(
    client: AtlasClient, atlas: SimulatedAtlas, fault: Fault
) -> None:
    atlas.fail_next("submit", fault)

    with pytest.raises(SubmitUnknown):
        await submit(client)


async def test_a_submit_that_never_left_the_machine_took_nothing() -> None:
    async with aiohttp.ClientSession() as session:
        client = client_for(session, "http://127.0.0.1:1/api/v1")

        with pytest.raises(AtlasUnavailable):
            await submit(client)


async def test_a_slow_answer_is_waited_for(client: AtlasClient, atlas: SimulatedAtlas) -> None:
    atlas.fail_next("submit", Fault.SLOW_BODY)

    assert await submit(client) == atlas.predictions[0].id


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.FAILED_MODERATION, Refused(Cause.CONTENT)),
        (Fault.FAILED, Failed(Cause.BROKEN)),
        (Fault.FAILED_SILENTLY, Failed(Cause.BROKEN)),
        (Fault.FLAGGED_UNREADABLE, Flagged()),
        (Fault.OUTPUTS_EMPTY, Empty()),
        (Fault.OUTPUTS_NULL, Empty()),
        (Fault.STATUS_QUEUED, Running()),
        (Fault.STATUS_INVENTED, Running()),
        (Fault.STATUS_TIMEOUT, Failed(Cause.BROKEN)),
        (Fault.STATUS_CANCELED, Failed(Cause.CANCELLED)),
    ],
)
async def test_each_end_on_the_wire_becomes_one_value(
    client: AtlasClient, atlas: SimulatedAtlas, fault: Fault, outcome: object
) -> None:
    prediction_id = await submit(client)
    await atlas.settled()
    atlas.fail_next("poll", fault)

    assert await client.prediction(prediction_id) == outcome


@pytest.mark.parametrize("fault", [Fault.FLAGGED_LIST, Fault.FLAGGED_TRUE])
async def test_a_flag_on_the_wire_keeps_the_links_apart(
    client: AtlasClient, atlas: SimulatedAtlas, fault: Fault
) -> None:
    prediction_id = await submit(client)
    await atlas.settled()
    atlas.fail_next("poll", fault)

    found = await client.prediction(prediction_id)

    assert found == Flagged((f"{atlas.output_origin}/{prediction_id}.mp4",))


@pytest.mark.parametrize(
    "fault",
    [Fault.HTTP_404, Fault.HTTP_500, Fault.HTTP_502_HTML, Fault.GARBAGE, Fault.TRUNCATED_BODY],
)
async def test_a_poll_without_a_usable_answer_may_be_repeated(
    client: AtlasClient, atlas: SimulatedAtlas, fault: Fault
) -> None:
    prediction_id = await submit(client)
    atlas.fail_next("poll", fault)

    with pytest.raises(AtlasUnavailable):
        await client.prediction(prediction_id)

    assert await client.prediction(prediction_id) == Running()


async def test_the_catalogue_tells_what_a_video_of_a_model_costs(client: AtlasClient) -> None:
    assert (await client.catalogue())[MODEL].price_usd == Decimal("0.50")


async def test_a_submit_tells_where_its_end_wants_to_be_heard(
    client: AtlasClient, atlas: SimulatedAtlas
) -> None:
    await submit(client)
    await submit(client, webhook_url="http://127.0.0.1:1/atlas/webhook")

    urls = [prediction.webhook_url for prediction in atlas.predictions]
    assert urls == [None, "http://127.0.0.1:1/atlas/webhook"]


async def test_the_key_and_our_name_go_to_the_api_and_stay_out_of_logs_and_errors(
    client: AtlasClient, atlas: SimulatedAtlas, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    atlas.fail_next("submit", Fault.HTTP_500)

    with pytest.raises(SubmitUnknown) as lost:
        await submit(client)

    headers = atlas.requests[-1].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["user-agent"].startswith("Firstframe/")
    assert KEY not in caplog.text + repr(client) + repr(lost.value) + str(lost.value)
