"""What a link may be, and which hosts and addresses are public."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.atlas.links import is_public, is_showable
from tests.addresses import OPEN, PRIVATE


@pytest.mark.parametrize(
    "link",
    [
        "https://cdn.example.com/v.mp4",
        "https://cdn.example.com:8443/a/b.mp4?sig=a%2Fb&x=1#t=1",
        "https://8.8.8.8/v.mp4",
        "https://xn--bcher-kva.example./v.mp4",
    ],
)
def test_a_public_https_link_may_be_shown(link: str) -> None:
    assert is_showable(link)


@pytest.mark.parametrize(
    "link",
    [
        "http://cdn.example.com/v.mp4",
        "ftp://cdn.example.com/v.mp4",
        "javascript:alert(1)",
        "https://localhost/v.mp4",
        "https://127.0.0.1/v.mp4",
        "https://[::1]/v.mp4",
        "https://10.0.0.8/v.mp4",
        "https://169.254.169.254/latest",
        "https://2130706433/v.mp4",
        "https://0x7f.1/v.mp4",
        "https://0x7f.0.0.0xa/v.mp4",
        "https://127.0.0.1%2e/v.mp4",
        "https://224.0.0.1/v.mp4",
        "https://cdn.example.com:0/v.mp4",
        "https://cdn.example.com:99999/v.mp4",
        "https://@cdn.example.com/v.mp4",
        "https://:word@cdn.example.com/v.mp4",
        "https://cdn..example.com/v.mp4",
        "https://host.internal/v.mp4",
        "https://printer.local/v.mp4",
        "https://user:word@cdn.example.com/v.mp4",
        "https://cdn.example.com/v.mp4 @everyone",
        "https://cdn.example.com/v.mp4\n@everyone",
        "https://cdn.example.com/<@1>",
        "https://cdn.example.com/||v||.mp4",
        "https://[broken/v.mp4",
        "https:///v.mp4",
        "",
    ],
)
def test_any_other_link_is_not_shown(link: str) -> None:
    assert not is_showable(link)


def test_the_sandbox_may_show_links_on_loopback() -> None:
    assert is_showable("http://127.0.0.1:4321/v.mp4", allow_private=True)
    assert not is_showable("file:///etc/passwd", allow_private=True)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_only_this_machine_may_reach_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OPEN)
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_the_clothes_of_ipv6_is_as_public_as_without(address: IPv4Address) -> None:
    naked = is_public(str(address))

    assert is_public(f"::ffff:{address}") == naked
    assert is_public(f"64:ff9b::{address}") == naked
    assert not is_public(f"::{address}")


@pytest.mark.parametrize("address", [*PRIVATE, *OPEN])
def test_a_link_to_an_address_is_judged_as_the_address_is(address: str) -> None:
    host = f"[{address}]" if ":" in address else address

    assert is_showable(f"https://{host}/v.mp4") == (address in OPEN)


@given(st.ip_addresses(v=4))
def test_a_tunnel_is_not_public_wherever_it_leads(address: IPv4Address) -> None:
    high, low = address.packed[:2].hex(), address.packed[2:].hex()

    assert not is_public(f"2002:{high}:{low}::1")
    assert not is_public(f"2001:0:{high}:{low}::1")
    assert not is_public(f"2606:4700::5efe:{address}")


@given(st.text())
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(f"{text}x")
