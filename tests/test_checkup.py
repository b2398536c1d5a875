"""`python -m bot check`: right and broken set-ups, as an operator's console shows them."""

import asyncio
import re
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route

from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.checkup import Finding
from bot.checkup import _atlas as at_atlas
from bot.checkup import _machine as machine
from bot.checkup import _outside as outside
from bot.checkup._discord import bot_user
from bot.checkup._finding import look
from bot.command_list import payloads
from bot.language import ENGLISH
from bot.places import INVITE_RIGHTS
from bot.sentence import Sentence
from bot.settings import Settings
from bot.store import Store
from bot.words import checkup as words
from sandbox.atlas import Fault, SimulatedAtlas
from tests.discord_socket import BotProcess, SocketDiscord
from tests.managers import manager
from tests.stage import KEY, environ, free_port, settings_for, stage, texts

ROOT = Path(__file__).parents[1]
TOKEN = "discord-token-of-the-test"
VIDEO_01 = "minimax/video-01"
OUTPUTS = Outputs(allow_private=True)


@dataclass
class SetUp:
    """A Discord, an Atlas and a file for the database; nothing of the bot runs yet."""

    discord: SocketDiscord
    atlas: SimulatedAtlas
    env: dict[str, str]

    async def check(self, **more: str) -> tuple[int, dict[str, str]]:
        """Return the exit code, and of each subject its mark and words."""
        command = (sys.executable, str(ROOT / "tests" / "launch.py"), self.discord.base, "bot")
        ended = await asyncio.create_subprocess_exec(
            *(*command, "check"),
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)} | self.env | more,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complaint = await asyncio.wait_for(ended.communicate(), 30)
        assert complaint == b""
        assert not any(secret in said.decode() for secret in (TOKEN, KEY, "pass-word"))
        assert ended.returncode is not None
        return ended.returncode, read(said.decode())


def read(report: str) -> dict[str, str]:
    lines = [re.fullmatch(r"(.) ([^:]+): (.+)", line) for line in report.splitlines()]
    return {line[2]: f"{line[1]} {line[3]}" for line in lines if line is not None}


@pytest.fixture
async def set_up(atlas: SimulatedAtlas, tmp_path: Path) -> AsyncIterator[SetUp]:
    env = environ(atlas.base_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    async with SocketDiscord() as discord:
        yield SetUp(discord, atlas, env)


def without_numbers(report: str) -> str:
    """Leave out what differs between machines and versions: ids, commands and room on disk."""
    return re.sub(r"\d{17,}|(?<=all )\d+|[\d,]+(?= MB)", "…", report)


def documented() -> list[str]:
    """Return the reports that the guide shows: of a right set-up, and of a broken one."""
    guide = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    return [block for block in blocks if "Discord token:" in block]


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_beside_a_bot_that_runs_everything_is_well(set_up: SetUp) -> None:
    set_up.discord.guild()
    port = free_port()
    web = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    async with BotProcess(set_up.discord.base, "bot", env=set_up.env | web):
        await set_up.discord.wait_connected()

        code, found = await set_up.check(**web)

    me = set_up.discord.backend
    assert (code, {line[0] for line in found.values()}) == (0, {"✓"})
    assert list(found) == [
        *("Discord token", "Application", "Install link", "Commands"),
        *("Atlas key", "Balance", "Model", "Database", "Disk", "Clock", "Webhooks"),
    ]
    assert str(me.application_id) in found["Application"]
    assert f"client_id={me.application_id}" in found["Install link"]
    assert f"permissions={INVITE_RIGHTS.value}" in found["Install link"]
    assert found["Balance"] == "✓ 100.00 USD left."
    assert found["Model"] == "✓ minimax/video-01 costs about 0.50 USD a video."
    assert found["Database"] == "✓ it answers, with all tables of this version."


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_written(
    set_up: SetUp, tmp_path: Path
) -> None:
    port = free_port()

    code, found = await set_up.check(PORT=str(port), PUBLIC_URL=f"http://127.0.0.1:{port}")

    assert code == 0
    assert found["Commands"].startswith("– ")
    assert found["Database"] == "✓ there is none yet: the first start makes it."
    assert found["Webhooks"].startswith("✓ ")
    assert files_in(tmp_path) == []
    assert set_up.atlas.predictions == []


async def test_what_is_broken_is_said_with_its_remedy(set_up: SetUp) -> None:
    set_up.discord.fail_next("GET", "/users/@me", status=401, after_effect=False)
    set_up.atlas.balance_usd = Decimal("0.25")

    elsewhere = f"http://127.0.0.1:{free_port()}"

    code, found = await set_up.check(
        ATLAS_MODEL="minimax/video-99",
        DATABASE_URL="postgres://bot:pass-word@127.0.0.1:1/videos",
        PUBLIC_URL=elsewhere,
    )

    shown = read(documented()[1].replace("https://bot.example", elsewhere))
    assert (code, found) == (1, shown)


async def test_wrong_settings_are_lines_like_all_others(set_up: SetUp) -> None:
    code, found = await set_up.check(POLL_MIN_S="soon", DISCORD_TOKEN="")

    assert code == 1
    assert found == {
        "DISCORD_TOKEN": "✗ expected one word of plain characters; it is required",
        "POLL_MIN_S": "✗ expected seconds from 0.01 to 3600",
    }


async def test_in_the_sandbox_everything_is_well() -> None:
    ended = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--check"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await ended.communicate()

    assert ended.returncode == 0
    assert without_numbers(said.decode()) == without_numbers(documented()[0])


# ── single examinations ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("portal", "subject", "said"),
    [
        (
            {"interactions_endpoint_url": "https://elsewhere.example"},
            words.APPLICATION,
            "✗ Application: it sends its commands to a web address",
        ),
        (
            {"bot_require_code_grant": True},
            words.INSTALL_LINK,
            "✗ Install link: the application asks for a code grant",
        ),
        (
            {
                "integration_types_config": {
                    "0": {"oauth2_install_params": {"scopes": ["bot"], "permissions": "3072"}}
                }
            },
            words.INSTALL_LINK,
            "it lacks applications.commands, Embed Links, Attach Files, Read Message History, ",
        ),
    ],
)
async def test_what_the_portal_has_wrong_is_told(
    discord_here: SocketDiscord, portal: dict[str, Any], subject: Sentence, said: str
) -> None:
    discord_here.application = portal

    found = await visit()

    assert said in next(each.line(ENGLISH) for each in found if each.subject == subject)


@pytest.mark.parametrize(
    ("known", "is_ok"),
    [
        ([{"name": "video", "description": "Make one."}], True),
        ([{"name": "video", "description": "Make two."}], None),
        ([], None),
    ],
)
async def test_commands_are_compared_by_what_members_see(
    discord_here: SocketDiscord, known: list[dict[str, Any]], is_ok: bool | None
) -> None:
    discord_here.backend.register_commands(None, known)

    found = await visit(commands=[{"type": 1, "name": "video", "description": "Make one."}])

    assert found[-1].ok is is_ok


@pytest.fixture
async def discord_here(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SocketDiscord]:
    """A Discord to which discord.py goes in this process, too."""
    async with SocketDiscord() as stand_in:
        monkeypatch.setattr(Route, "BASE", f"{stand_in.base}/api/v10")
        yield stand_in


async def visit(commands: Sequence[dict[str, Any]] = ()) -> list[Finding]:
    async with discord.Client(intents=discord.Intents(guilds=True)) as bot:
        return list(await bot_user(bot, token=TOKEN, commands=commands))


async def test_a_key_that_atlas_refuses_is_told(atlas: SimulatedAtlas) -> None:
    async with aiohttp.ClientSession() as session:
        stranger = AtlasClient(session, base_url=atlas.base_url, api_key="somebody-else")

        found = await at_atlas.account(stranger, price=Decimal(1))

    assert found == [Finding(False, words.ATLAS_KEY, words.KEY_REFUSED, words.RENEW_KEY)]


async def test_what_breaks_is_a_finding_in_our_own_words(atlas: SimulatedAtlas) -> None:
    atlas.fail_next("models", Fault.HTTP_502_HTML)
    async with aiohttp.ClientSession() as session:
        client = AtlasClient(session, base_url=atlas.base_url, api_key=KEY)

        (found,) = await look(words.MODEL, lambda: at_atlas.models(client, OUTPUTS, [VIDEO_01]))

    assert found == Finding(False, words.MODEL, found.fact, words.LOOK_AT_NETWORK)
    assert found.fact.text == words.broke("").text
    assert str(found.fact.gaps["reason"]).startswith("models: 502 request=req_")


async def test_each_model_is_looked_at(atlas: SimulatedAtlas) -> None:
    reel, ghost = "tidewater/reel-3/text-to-video", "nobody/knows"
    async with aiohttp.ClientSession() as session:
        client = AtlasClient(session, base_url=atlas.base_url, api_key=KEY)

        found = await at_atlas.models(client, OUTPUTS, [VIDEO_01, reel, ghost])

    assert found == [
        Finding(True, words.MODEL, *words.model(VIDEO_01, Decimal("0.50"))),
        Finding(True, words.MODEL, *words.model(reel, Decimal("0.25"))),
        Finding(False, words.MODEL, words.unlisted(ghost), words.OTHER_MODEL),
    ]


async def test_a_model_whose_schema_cannot_be_read_is_told(atlas: SimulatedAtlas) -> None:
    async with aiohttp.ClientSession() as session:
        client = AtlasClient(session, base_url=atlas.base_url, api_key=KEY)

        strangers = Outputs(allow_private=False)
        found = await at_atlas.models(client, strangers, [VIDEO_01])

    why = "its schema cannot be read: not a public https link"
    assert found == [Finding(False, words.MODEL, words.unusable(VIDEO_01, why), words.OTHER_MODEL)]


async def test_what_does_not_end_is_given_up() -> None:
    async def wait() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    (found,) = await look(words.MODEL, wait, within_s=0.01)

    assert found == Finding(False, words.MODEL, words.NO_ANSWER, words.LOOK_AT_NETWORK)


async def test_commands_that_another_program_replaced_are_told_anew_at_the_next_start(
    settings: Settings,
) -> None:
    async with stage(settings) as play:
        ours = {each["name"] for each in await payloads(play.bot.tree)}
        play.env.backend.register_commands(None, [{"name": "ping", "description": "Pong"}])

        await play.restart()

        assert {each.name for each in await play.bot.tree.fetch_commands()} == ours


@pytest.mark.parametrize(("off_s", "is_right"), [(0, True), (-50, True), (-70, False), (70, False)])
async def test_a_clock_that_is_over_a_minute_off_is_wrong(
    atlas: SimulatedAtlas, off_s: int, is_right: bool
) -> None:
    async with aiohttp.ClientSession() as session:
        (found,) = await outside.clock(session, atlas.base_url, now=lambda: time.time() + off_s)

    assert found.ok is is_right


async def test_a_disk_that_is_nearly_full_is_wrong(tmp_path: Path) -> None:
    (found,) = await machine.disk(f"sqlite:///{tmp_path / 'bot.sqlite3'}", least_mb=10**12)

    assert (found.ok, found.remedy) == (False, words.MAKE_ROOM)


async def test_a_database_of_an_older_version_is_told_and_not_changed(
    settings: Settings, tmp_path: Path
) -> None:
    store = Store(settings.database_url)
    await store.open()
    store.close()
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as older:
        older.execute("ALTER TABLE videos DROP COLUMN locale")
        older.execute("DROP TABLE turns")

    for _ in range(2):
        (found,) = await machine.database(settings.database_url)

        assert found == Finding(
            None, words.DATABASE, words.lacking(["turns", "videos.locale"]), words.NEXT_START
        )


async def test_a_file_that_is_no_database_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_text("dear diary, " * 100)

    (found,) = await machine.database(f"sqlite:///{tmp_path / 'bot.sqlite3'}")

    assert (found.ok, found.remedy) == (False, words.MEND_DATABASE)


async def test_a_folder_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    (found,) = await machine.database(f"sqlite:///{tmp_path / 'nowhere' / 'bot.sqlite3'}")

    assert found == Finding(False, words.DATABASE, words.READ_ONLY, words.MEND_DATABASE)


async def test_a_postgresql_is_looked_at_before_and_after_its_first_bot(database_url: str) -> None:
    url = settings_for("https://api.example/v1", database_url).database_url
    (before,) = await machine.database(url)
    store = Store(url)
    await store.open()
    store.close()

    (after,) = await machine.database(url)

    assert before == Finding(True, words.DATABASE, words.NEW)
    assert after == Finding(True, words.DATABASE, words.READY)


# ── in Discord ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("is_owner", [True, False])
async def test_in_discord_only_who_runs_the_bot_sees_more_than_marks(
    settings: Settings, is_owner: bool
) -> None:
    async with stage(settings) as play:
        mia = manager(play)
        play.bot.owner_id = mia.id if is_owner else 1

        shown = await mia.slash(play.channel, "desk check")

    assert shown.response is not None
    said = texts(shown.response.components)
    assert "✓ Discord token" in said
    assert ("100.00 USD" in said) is is_owner
    assert (ENGLISH.say(words.ONLY_MARKS) in said) is not is_owner
