"""The parts that tests share: real ones, on loopback and in temporary folders."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings import Settings
from sandbox.atlas import SimulatedAtlas
from tests.stage import KEY, settings_for, tiny_film


@pytest.fixture
async def atlas() -> AsyncIterator[SimulatedAtlas]:
    """A simulated Atlas that needs a fifth of a second for a video."""
    async with SimulatedAtlas(api_key=KEY, generation_s=0.2, film=tiny_film) as atlas:
        yield atlas


@pytest.fixture
def settings(atlas: SimulatedAtlas, tmp_path: Path) -> Settings:
    """Settings of a bot that knows the simulated Atlas and a fresh SQLite file."""
    return settings_for(atlas.base_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}")
