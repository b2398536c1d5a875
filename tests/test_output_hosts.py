"""Where the guarded fetch goes, and where it never does, in a small internet."""

import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.atlas.outputs import Outputs
from bot.errors import OutputRefused
from tests.addresses import PRIVATE
from tests.internet import FILM, LINK, PAGE, PUBLIC, Answer, Internet, fetch, says


@pytest.fixture
async def internet(tmp_path: Path) -> AsyncGenerator[Internet]:
    internet = Internet()
    async with internet.serve(tmp_path):
        yield internet


@pytest.fixture
def outputs(internet: Internet) -> Outputs:
    return Outputs(allow_private=False, patience_s=5.0, connector=internet.connector)


# ── where it never goes ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_of_a_private_address_is_not_connected_to(
    internet: Internet, outputs: Outputs, address: str
) -> None:
    internet.names["cdn.example"] = [address]

    with pytest.raises(OutputRefused, match="not a public address"):
        await fetch(outputs)

    assert internet.reached == []


@pytest.mark.parametrize(
    "link",
    [
        *(f"https://{f'[{host}]' if ':' in host else host}/" for host in PRIVATE),
        "https://127.0.0.1./",
        "https://127.0.0.1../",
        "https://127.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://localhost./",
        "https://localhost.localdomain/",
        "https://LOCALHOST/",
        "https://router.lan/",
        "https://metadata.google.internal/",
        "https://%31%32%37.0.0.1/",
        "https://[::ffff:7f00:1]/",
        "https://[0:0:0:0:0:ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "http://cdn.example/",
        "HTTP://cdn.example/",
        "https://cdn.example:8443/",
        "https://cdn.example:0/",
        "https://cdn.example:99999/",
        "https://cdn.example:x/",
        "https://me@cdn.example/",
        "https://me:pw@cdn.example/",
        "https://:pw@cdn.example/",
        "https://@cdn.example/",
        "https://cdn.example\\@127.0.0.1/",
        "https://cdn.example@127.0.0.1/",
        "https://127.0.0.1#@cdn.example/",
        "https://[::1/",
        "file:///etc/passwd",
        "ftp://cdn.example/",
        "ws://cdn.example/",
        "data:video/mp4;base64,AAAA",
    ],
)
async def test_a_bad_link_is_refused_at_the_start_and_after_a_redirect(
    internet: Internet, outputs: Outputs, link: str
) -> None:
    internet.names["localhost.localdomain"] = ["127.0.0.1"]
    with pytest.raises(OutputRefused):
        await fetch(outputs, link)
    assert internet.reached == []

    internet.pages[PAGE] = says(FILM, status=307, Location=link)
    with pytest.raises(OutputRefused):
        await fetch(outputs)
    assert internet.reached == [PUBLIC]


@pytest.mark.parametrize("link", ["", "/film", "cdn.example/film", "https://", "https:///film"])
async def test_half_a_link_is_refused(outputs: Outputs, link: str) -> None:
    with pytest.raises(OutputRefused):
        await fetch(outputs, link)


async def test_a_redirect_to_a_name_of_a_private_address_is_not_followed(
    internet: Internet, outputs: Outputs
) -> None:
    internet.names["inside.example"] = ["10.0.0.1"]
    internet.pages[PAGE] = says(status=301, Location="https://inside.example/")

    with pytest.raises(OutputRefused, match="not a public address"):
        await fetch(outputs)

    assert internet.reached == [PUBLIC]


async def test_a_name_that_changes_its_address_is_judged_by_the_one_connected_to(
    internet: Internet, outputs: Outputs
) -> None:
    internet.names["cdn.example"] = [PUBLIC, "127.0.0.1"]
    internet.pages[PAGE] = says(status=302, Location=LINK)

    with pytest.raises(OutputRefused, match="not a public address"):
        await fetch(outputs)

    assert internet.reached == [PUBLIC]
    assert len(internet.heads) == 1


async def test_proxies_of_the_environment_are_not_asked(
    internet: Internet, outputs: Outputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.setblocking(False)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        internet.pages[PAGE] = says(FILM)

        assert await fetch(outputs) == FILM

        with pytest.raises(BlockingIOError):
            proxy.accept()


# ── redirects ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_three_redirects_are_followed(
    internet: Internet, outputs: Outputs, status: int
) -> None:
    internet.pages[PAGE] = says(status=status, Location="/two")
    internet.pages["/two"] = says(status=status, Location="//cdn.example/three")
    internet.pages["/three"] = says(status=status, Location="https://cdn.example/four")
    internet.pages["/four"] = says(FILM)

    assert await fetch(outputs) == FILM


@pytest.mark.parametrize(
    "answer",
    [says(status=302, Location=LINK), says(status=302)],
    ids=["to itself", "to nowhere"],
)
async def test_a_redirect_without_an_end_is_given_up(
    internet: Internet, outputs: Outputs, answer: Answer
) -> None:
    internet.pages[PAGE] = answer

    with pytest.raises(OutputRefused, match="too many redirects"):
        await fetch(outputs)

    assert len(internet.heads) == 4
