"""The Discord on a socket behaves, seen by a real bot in a process of its own."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import yarl

from tests.discord_socket import BotProcess, NoBotConnected, SocketDiscord
from tests.launch import point_discord_at

Events = Callable[[str], Awaitable[dict[str, Any]]]

PICTURE = b"\x89PNG and so on"


@pytest.fixture
async def discord() -> AsyncIterator[SocketDiscord]:
    async with SocketDiscord() as discord:
        yield discord


@pytest.fixture
async def bot(discord: SocketDiscord) -> AsyncIterator[BotProcess]:
    async with BotProcess(discord.base, "tests.sample_bot") as bot:
        yield bot


def texts(components: list[dict[str, Any]]) -> list[str]:
    """Return every line of a Components V2 message."""
    found: list[str] = []
    for part in components:
        found += [part["content"]] if "content" in part else texts(part["components"])
    return found


async def finished(discord: SocketDiscord, member: int, prompt: str) -> None:
    """Wait for the last thing that the sample bot does."""
    dm, sentence = discord.dm(member), f"finished {prompt}"
    await discord.until(lambda: sentence in [m["content"] for m in discord.messages(dm)])


# ── with a bot ────────────────────────────────────────────────────────────────────────────────


async def test_a_command_goes_all_the_way(discord: SocketDiscord, bot: BotProcess) -> None:
    guild = discord.guild()
    channel, member = discord.text_channel(guild), discord.member(guild)
    await discord.wait_connected()

    asked = await discord.slash(channel, member, "video", {"prompt": "a boat"}, attachment=PICTURE)
    await discord.wait_acknowledged(asked)
    await finished(discord, member, "a boat")

    original = discord.original(asked)
    assert original is not None
    assert texts(original["components"]) == ["done, 1 in the thread"]
    (thread,) = discord.threads(channel)
    assert (thread["name"], thread["id"]) == ("a boat", original["id"])
    (posted,) = discord.messages(int(thread["id"]))
    assert posted["content"] == f"a boat: {hashlib.sha256(PICTURE).hexdigest()}"


async def test_a_lost_answer_to_a_post_with_a_nonce_posts_once(
    discord: SocketDiscord, bot: BotProcess
) -> None:
    guild = discord.guild()
    channel, member = discord.text_channel(guild), discord.member(guild)
    await discord.wait_connected()

    discord.fail_next("POST", "/channels/*/messages", status=502, after_effect=True)
    await discord.slash(channel, member, "video", {"prompt": "a boat"})
    await finished(discord, member, "a boat")

    (thread,) = discord.threads(channel)
    assert discord.count("POST", f"/channels/{thread['id']}/messages") == 2
    assert len(discord.messages(int(thread["id"]))) == 1


async def test_a_bot_killed_between_effect_and_answer_comes_back_for_new_commands(
    discord: SocketDiscord, bot: BotProcess
) -> None:
    guild = discord.guild()
    channel, member = discord.text_channel(guild), discord.member(guild)
    await discord.wait_connected()

    discord.kill_at(bot, "POST", "*/threads", after_effect=True)
    await discord.slash(channel, member, "video", {"prompt": "lost"})
    await discord.wait_disconnected()
    (thread,) = discord.threads(channel)
    assert discord.messages(int(thread["id"])) == []
    with pytest.raises(NoBotConnected):
        await discord.slash(channel, member, "video", {"prompt": "unheard"})

    await bot.start()
    await discord.wait_connected()
    await discord.slash(channel, member, "video", {"prompt": "found"})
    await finished(discord, member, "found")

    assert [thread["name"] for thread in discord.threads(channel)] == ["lost", "found"]


async def test_a_bot_killed_before_the_effect_left_none(
    discord: SocketDiscord, bot: BotProcess
) -> None:
    guild = discord.guild()
    channel, member = discord.text_channel(guild), discord.member(guild)
    await discord.wait_connected()

    discord.kill_at(bot, "POST", "*/threads", after_effect=False)
    asked = await discord.slash(channel, member, "video", {"prompt": "lost"})
    await discord.wait_disconnected()

    assert discord.is_acknowledged(asked)
    assert discord.threads(channel) == []


async def test_a_resent_interaction_arrives_twice_and_is_answered_once(
    discord: SocketDiscord, bot: BotProcess
) -> None:
    guild = discord.guild()
    channel, member = discord.text_channel(guild), discord.member(guild)
    await discord.wait_connected()

    asked = await discord.slash(channel, member, "video", {"prompt": "a boat"})
    await finished(discord, member, "a boat")
    discord.resend(asked)
    await discord.until(lambda: discord.count("POST", f"/interactions/{asked}/*") == 2)

    assert len(discord.threads(channel)) == 1


async def test_a_resumed_session_gets_what_it_missed(
    discord: SocketDiscord, bot: BotProcess
) -> None:
    guild = discord.guild()
    channel, member = discord.text_channel(guild), discord.member(guild)
    await discord.wait_connected()

    await discord.gateway.ask_reconnect()
    await discord.slash(channel, member, "video", {"prompt": "a boat"})
    await finished(discord, member, "a boat")

    assert (discord.gateway.identified, discord.gateway.resumed) == (1, 1)


# ── by hand ───────────────────────────────────────────────────────────────────────────────────


class Caller:
    """Asks as a bot would, and returns the status with the code of an error."""

    def __init__(self, discord: SocketDiscord, session: aiohttp.ClientSession) -> None:
        self._discord = discord
        self._session = session

    async def __call__(self, method: str, path: str, **body: Any) -> tuple[int, int | None]:
        url = f"{self._discord.base}/api/v10{path}"
        async with self._session.request(method, url, json=body) as response:
            text = await response.read()
            if text:
                assert response.headers["Content-Type"] == "application/json"
            answer: dict[str, Any] = await response.json() if text else {}
            return response.status, answer.get("code")


@pytest.fixture
async def call(discord: SocketDiscord) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(discord, session)


async def test_a_nonce_holds_until_it_is_forgotten(discord: SocketDiscord, call: Caller) -> None:
    channel = discord.text_channel(discord.guild())
    post = f"/channels/{channel}/messages"

    await call("POST", post, content="once", nonce="1", enforce_nonce=True)
    await call("POST", post, content="again", nonce="1", enforce_nonce=True)
    discord.forget_nonces()
    await call("POST", post, content="later", nonce="1", enforce_nonce=True)

    assert [message["content"] for message in discord.messages(channel)] == ["once", "later"]


async def test_a_thread_that_went_wrong_refuses(discord: SocketDiscord, call: Caller) -> None:
    channel = discord.text_channel(discord.guild())
    archived, locked, deleted = (discord.thread(channel) for _ in range(3))
    discord.archive_thread(archived)
    discord.lock_thread(locked)
    discord.delete_thread(deleted)

    assert await call("POST", f"/channels/{archived}/messages", content="up") == (200, None)
    assert await call("POST", f"/channels/{locked}/messages", content="up") == (403, 160005)
    assert await call("POST", f"/channels/{deleted}/messages", content="up") == (404, 10003)


async def test_a_message_carries_one_thread_and_a_voice_chat_none(
    discord: SocketDiscord, call: Caller
) -> None:
    guild = discord.guild()
    channel, voice = discord.text_channel(guild), discord.voice_channel(guild)
    for place in (channel, voice):
        await call("POST", f"/channels/{place}/messages", content="here")
    ((one,), (other,)) = discord.messages(channel), discord.messages(voice)
    threads = f"/channels/{channel}/messages/{one['id']}/threads"

    assert await call("POST", threads, name="talk") == (201, None)
    assert await call("POST", threads, name="talk") == (400, 160004)
    no_threads = f"/channels/{voice}/messages/{other['id']}/threads"
    assert await call("POST", no_threads, name="talk") == (400, 50024)


async def test_a_lost_right_and_a_closed_dm_refuse(discord: SocketDiscord, call: Caller) -> None:
    guild = discord.guild()
    channel, member = discord.text_channel(guild), discord.member(guild)
    discord.deny(channel)
    discord.close_dms(member)

    assert await call("POST", f"/channels/{channel}/messages", content="up") == (403, 50013)
    dm = f"/channels/{discord.dm(member)}/messages"
    assert await call("POST", dm, content="up") == (403, 50007)
    discord.kick_bot(guild)
    assert await call("POST", f"/channels/{channel}/messages", content="up") == (403, 50001)


async def test_a_token_dies(discord: SocketDiscord, call: Caller) -> None:
    guild = discord.guild()
    channel, member = discord.text_channel(guild), discord.member(guild)
    asked = discord.backend.new_interaction(2, channel, member, guild)
    original = f"/webhooks/{discord.backend.application_id}/{asked.token}/messages/@original"

    callback = f"/interactions/{asked.id}/{asked.token}/callback"
    assert await call("POST", callback, type=5) == (200, None)
    assert await call("PATCH", original, content="soon") == (200, None)
    discord.expire_token(asked.id)
    assert await call("PATCH", original, content="late") == (401, 50027)


async def test_a_cut_connection_leaves_its_effect(discord: SocketDiscord, call: Caller) -> None:
    channel = discord.text_channel(discord.guild())
    discord.fail_next("POST", "/channels/*", status=None, after_effect=True)

    with pytest.raises(aiohttp.ClientError):
        await call("POST", f"/channels/{channel}/messages", content="kept")

    assert [message["content"] for message in discord.messages(channel)] == ["kept"]


async def test_the_hooks_stand_around_the_effect(discord: SocketDiscord, call: Caller) -> None:
    channel = discord.text_channel(discord.guild())
    seen: list[tuple[str, int]] = []

    async def look(method: str, path: str) -> None:
        seen.append((method, len(discord.messages(channel))))

    discord.before_effect = discord.after_effect = look
    await call("POST", f"/channels/{channel}/messages", content="up")

    assert seen == [("POST", 0), ("POST", 1)]


async def test_a_fault_before_the_effect_prevents_it_once(
    discord: SocketDiscord, call: Caller
) -> None:
    channel = discord.text_channel(discord.guild())
    discord.fail_next("POST", "/channels/*", status=503, after_effect=False)
    post = f"/channels/{channel}/messages"

    assert await call("POST", post, content="one") == (503, 0)
    assert await call("POST", post, content="two") == (200, None)
    assert [message["content"] for message in discord.messages(channel)] == ["two"]


@asynccontextmanager
async def identified(discord: SocketDiscord, *shard: int) -> AsyncGenerator[Events, None]:
    """Connect as a shard with the `guilds` intent; yield a way to wait for an event."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{discord.base}/gateway") as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"intents": 1, "shard": shard or (0, 1)}})

        async def event(name: str) -> dict[str, Any]:
            while (frame := await socket.receive_json())["t"] != name:
                pass
            return frame["d"]

        await event("READY")
        yield event


async def test_an_interaction_says_who_installed_the_app(discord: SocketDiscord) -> None:
    home, elsewhere = discord.guild(), discord.guild("Elsewhere", has_bot=False)
    member = discord.member(home)
    discord.backend.add_member(elsewhere, member)
    discord.backend.register_commands(None, [{"name": "ping", "description": "Pong"}])

    async with identified(discord) as event:
        owners: list[Any] = []
        for guild in (home, elsewhere):
            await discord.slash(discord.text_channel(guild), member, "ping")
            owners.append((await event("INTERACTION_CREATE"))["authorizing_integration_owners"])
        await discord.slash(discord.dm(member), member, "ping")
        owners.append((await event("INTERACTION_CREATE"))["authorizing_integration_owners"])

    assert owners == [{"0": str(home)}, {"1": str(member)}, {"0": "0"}]


async def test_each_shard_hears_of_its_own_guilds(discord: SocketDiscord) -> None:
    homes = {discord.backend.create_guild("Home", shard_id=n, shard_count=2).id for n in (0, 1)}
    heard: set[int] = set()

    for number in (0, 1):
        async with identified(discord, number, 2) as event:
            guild = await event("GUILD_CREATE")
        assert (int(guild["id"]) >> 22) % 2 == number
        heard.add(int(guild["id"]))

    assert heard == homes


async def test_what_the_stand_in_does_not_know_fails_the_test() -> None:
    with pytest.raises(ExceptionGroup, match="could not answer"):
        async with SocketDiscord() as discord, aiohttp.ClientSession() as session:
            assert await Caller(discord, session)("GET", "/nowhere") == (501, 0)


@pytest.mark.parametrize("base", ["http://discord.com", "http://192.0.2.1:80"])
def test_the_launcher_refuses_any_other_machine(base: str) -> None:
    with pytest.raises(ValueError, match=r"loopback|address"):
        point_discord_at(yarl.URL(base))
