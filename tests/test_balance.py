"""What is left on the account at Atlas: read without a cost, and proof of the key."""

import json
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from bot.atlas.client import AtlasClient
from bot.atlas.wire import Answer, read_balance
from bot.errors import AtlasRejected, AtlasUnavailable
from bot.model import Cause
from sandbox.atlas import SimulatedAtlas
from tests.stage import KEY, a_video


def said(status: int, body: Any) -> Answer:
    return Answer(status, json.dumps(body).encode())


def available(value: object, currency: object = "usd") -> dict[str, Any]:
    return {"object": "balance", "available": {"value": value, "currency": currency}}


async def test_the_balance_falls_with_each_video(atlas: SimulatedAtlas) -> None:
    async with aiohttp.ClientSession() as session:
        client = AtlasClient(session, base_url=atlas.base_url, api_key=KEY)
        before = await client.balance()
        await client.submit(a_video(), image=None, webhook_url=None)

        after = await client.balance()

    assert (before, after) == (Decimal(100), Decimal("99.5"))


@pytest.mark.parametrize("value", ["125.500000", "0.000000", "-3.25"])
def test_money_is_read_to_its_last_place(value: str) -> None:
    assert read_balance(said(200, available(value))) == Decimal(value)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_told_apart_from_trouble(status: int) -> None:
    with pytest.raises(AtlasRejected) as refused:
        read_balance(said(status, {"error": {"code": "unauthorized"}, "request_id": "req_1"}))

    assert refused.value.cause is Cause.KEY


@pytest.mark.parametrize(
    "answer",
    [
        said(500, {}),
        said(429, {"error": {}}),
        said(200, available(125.5)),
        said(200, available("NaN")),
        said(200, available("1", "eur")),
        said(200, []),
        Answer(502, b"<html>"),
    ],
    ids=["500", "429", "number", "NaN", "eur", "list", "html"],
)
def test_what_is_no_balance_is_not_guessed(answer: Answer) -> None:
    with pytest.raises(AtlasUnavailable, match="balance"):
        read_balance(answer)
