"""A server on a free port, its keys from a simulated Atlas, and everything real sockets."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.atlas.client import AtlasClient
from bot.web import Web, Webhook
from sandbox.atlas import SimulatedAtlas
from tests.web.outside import Bell, Clock, Outside


@pytest.fixture
async def atlas() -> AsyncIterator[SimulatedAtlas]:
    async with SimulatedAtlas(
        generation_s=0.1, film=lambda _prompt, _picture: b"film", webhook_pause_s=0.05
    ) as simulated:
        yield simulated


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def client(atlas: SimulatedAtlas, session: aiohttp.ClientSession) -> AtlasClient:
    return AtlasClient(session, base_url=atlas.base_url, api_key=atlas.api_key)


@pytest.fixture
def body_within_s() -> float:
    """How long a body may take; a crowd must have come within that time to be one."""
    return 0.5


@pytest.fixture
async def web(
    client: AtlasClient, bell: Bell, clock: Clock, body_within_s: float
) -> AsyncIterator[Web]:
    keys = client.webhook_keys
    webhook = Webhook(keys=keys, ring=bell, clock=clock, body_within_s=body_within_s)
    server = Web(webhook, port=0)
    await server.start()
    yield server
    await server.close()


@pytest.fixture
def outside(session: aiohttp.ClientSession, web: Web, atlas: SimulatedAtlas) -> Outside:
    return Outside(session, web, atlas)
