"""Secrets stay home: a bot is put through much, and then all that it said is searched."""

import json
import subprocess
import sys
import traceback
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.app import Firstframe
from bot.atlas.client import AtlasClient
from bot.errors import AtlasError
from bot.settings import SettingsError, read_settings
from sandbox.atlas import Fault, SimulatedAtlas
from tests.discord_socket import SocketDiscord
from tests.discord_socket import _gateway as gateway
from tests.evening import (
    KEY,
    PASSWORD,
    TOKEN,
    WISH,
    Evening,
    cut_off,
    open_evening,
    tell,
    trouble_atlas,
    trouble_database,
    trouble_discord,
)
from tests.stage import a_video, environ, tiny_film, until
from tests.wiretap import Wiretap

ROOT = Path(__file__).parents[1]


def found(text: str | bytes | bytearray, *secrets: str) -> list[str]:
    """Return those of the secrets that a text lets out."""
    plain = text if isinstance(text, str) else text.decode(errors="replace")
    return [secret for secret in secrets if secret in plain]


# ── a search that finds nothing must be able to find something ────────────────────────────────


def test_a_key_in_a_log_line_would_be_found() -> None:
    slip = (
        "import logging, os; from bot.logs import configure;"
        "configure(level='DEBUG', form='json');"
        "logging.getLogger('bot').debug('asked with %s', {'key': os.environ['SLIP']})"
    )

    ended = subprocess.run(
        [sys.executable, "-c", slip],
        env={"PYTHONPATH": str(ROOT), "SLIP": KEY},
        capture_output=True,
        check=True,
    )

    assert found(ended.stdout + ended.stderr, KEY, TOKEN) == [KEY]


async def test_a_key_on_the_wire_would_be_found() -> None:
    async with (
        SocketDiscord() as discord,
        Wiretap(discord.base) as tap,
        aiohttp.ClientSession(tap.base) as session,
    ):
        await session.get("/api/v10/gateway", headers={"X-Slip": KEY})
        await session.get("/api/v10/gateway", json={"slip": TOKEN})

    assert found(tap.heard, KEY, TOKEN) == [KEY, TOKEN]


# ── an evening with everything in it ─────────────────────────────────────────────────────────────


@pytest.fixture
async def evening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Evening]:
    frames = list[str]()
    read = gateway._read  # pyright: ignore[reportPrivateUsage]  # where all frames come in

    def listen(message: aiohttp.WSMessage) -> dict[str, Any]:
        frames.append(str(message.data))
        return read(message)

    monkeypatch.setattr(gateway, "_read", listen)
    async with open_evening(tmp_path, frames) as evening:
        yield evening


async def test_an_evening_of_trouble_lets_no_secret_out(evening: Evening) -> None:
    play = evening.play
    await play.start()
    for wish in ("", "#flagged", "#refused", "#failed", "#lost"):
        await tell(play, wish)
    await trouble_atlas(play)
    await trouble_discord(play)
    await trouble_database(evening)
    left = await play.video(f"{WISH} #slow")
    await play.discord.until(lambda: "**Generating.**" in play.card(left))
    await play.bot.kill()
    play.bot = evening.process(LOG_FORMAT="json")
    await play.start()
    await play.ended(left)
    assert await play.bot.terminate() == 0

    tokens = evening.interaction_tokens
    links = play.atlas.output_origin
    stored = b"".join(file.read_bytes() for file in evening.folder.glob("bot.sqlite3*"))
    shown = json.dumps(
        [play.discord.messages(channel) for channel in play.discord.backend.messages]
    )
    assert evening.log.count("video settled") > 10
    assert len(tokens) > 10
    assert found(evening.log, KEY, TOKEN, WISH, links, "data:image", *tokens) == []
    assert found(shown, KEY, TOKEN, *tokens) == []
    assert found(stored, KEY, TOKEN) == []
    assert found(evening.to_discord.heard, KEY, TOKEN) == [TOKEN]
    assert found(evening.to_atlas.heard, TOKEN, KEY, *tokens) == [KEY]
    assert found("\n".join(evening.frames), KEY, TOKEN) == [TOKEN]
    assert play.atlas.leaks == []


async def test_a_token_that_discord_refuses_is_not_repeated_to_the_operator(
    evening: Evening,
) -> None:
    play = evening.play
    play.discord.fail_next("GET", "/users/@me", status=401, after_effect=False)

    await play.bot.start()
    await until(lambda: play.bot.exit_code is not None, "the end")

    assert play.bot.exit_code == 1
    assert "CRITICAL" in evening.log
    assert found(evening.log, TOKEN, KEY) == []


async def test_the_password_of_a_database_that_is_away_is_not_said(evening: Evening) -> None:
    login = f"firstframe:{PASSWORD}%40{PASSWORD}"
    evening.play.bot = evening.process(DATABASE_URL=f"postgres://{login}@127.0.0.1:1/videos")

    await evening.play.bot.start()
    await until(lambda: "database away" in evening.log, "a word on the database")
    await evening.play.bot.terminate()

    assert found(evening.log, PASSWORD, TOKEN, KEY) == []


async def test_the_password_of_a_database_that_comes_and_goes_is_not_said(
    evening: Evening, database: sa.URL
) -> None:
    play = evening.play
    login = database.set(drivername="postgresql", password=PASSWORD)
    login = login.update_query_dict({"password": PASSWORD})  # libpq takes it there, too
    play.bot = evening.process(DATABASE_URL=login.render_as_string(hide_password=False))
    await play.start()
    await tell(play)

    cut_off(database)

    await tell(play)
    assert await play.bot.terminate() == 0
    assert found(evening.log, PASSWORD, TOKEN, KEY, WISH, *evening.interaction_tokens) == []


# ── values, and what is said of them ──────────────────────────────────────────────────────────


def test_wrong_settings_are_named_and_not_repeated() -> None:
    wrong = {
        "DISCORD_TOKEN": f"{TOKEN} {TOKEN}",
        "ATLASCLOUD_API_KEY": f"{KEY}\n{KEY}",
        "DATABASE_URL": f"mysql://bot:{PASSWORD}@127.0.0.1/videos",
        "ATLAS_BASE_URL": f"https://{KEY}@api.example/v1",
        "PUBLIC_URL": f"https://bot:{PASSWORD}@bot.example",
    }

    with pytest.raises(SettingsError) as caught:
        read_settings(wrong, host="test")

    said = str(caught.value) + repr(caught.value)
    assert found(said, *wrong) == list(wrong)
    assert found(said, KEY, TOKEN, PASSWORD) == []


async def test_parts_that_hold_secrets_do_not_show_them() -> None:
    settings = read_settings(
        environ(
            "https://api.example/v1",
            f"postgres://bot:{PASSWORD}@127.0.0.1:1/videos",
            DISCORD_TOKEN=TOKEN,
            ATLASCLOUD_API_KEY=KEY,
        ),
        host="test",
    )
    async with Firstframe(settings) as bot, aiohttp.ClientSession() as session:
        client = AtlasClient(session, base_url=settings.atlas_base_url, api_key=KEY)
        parts = (settings, client, bot, bot.store, bot.http)
        shown = "".join(f"{part!r}{part!s}" for part in parts)

    assert "Settings(" in shown
    assert found(shown, KEY, TOKEN, PASSWORD) == []


FAULTS = [fault for fault in Fault if fault is not Fault.LOST_ANSWER_HANG]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_no_error_of_the_client_holds_the_key_or_the_wish(fault: Fault) -> None:
    async with (
        SimulatedAtlas(api_key=KEY, generation_s=0, film=tiny_film) as atlas,
        aiohttp.ClientSession() as session,
    ):
        client = AtlasClient(session, base_url=atlas.base_url, api_key=KEY)
        atlas.fail_next("submit", fault)
        atlas.fail_next("poll", fault)
        said = await complaints(client)

    assert found(said, KEY, WISH) == []


async def complaints(client: AtlasClient) -> str:
    """Return all that errors say while a video is asked for and looked after."""
    said = list[str]()
    try:
        prediction_id = await client.submit(a_video(prompt=WISH), image=None, webhook_url=None)
        said.append(repr(await client.prediction(prediction_id)))
    except AtlasError as error:
        said += [repr(error), *traceback.format_exception(error)]
    return "\n".join(said)
