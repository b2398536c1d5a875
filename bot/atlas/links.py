"""What a link may be, and which hosts and addresses belong to the open internet.

Judged twice, by the same rules: as a link is read, and as an address is connected to.
https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

LINK_LIMIT: Final = 1600
"""Characters of all output links that still fit a Discord message of 2,000 beside our words."""

_LINK: Final = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
_LINK_LENGTH: Final = 4096  # of one that only Atlas reads
_NAME: Final = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+")  # of a host; `0x7f.0.0xa` is none
_AT_HOME: Final = (".local", ".internal", ".localhost", ".home.arpa", ".lan")

_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")  # https://www.rfc-editor.org/rfc/rfc6052
_ISATAP: Final = {bytes.fromhex("00005efe"), bytes.fromhex("02005efe")}  # RFC 5214, 6.1


def is_web_link(link: str) -> bool:
    """Tell whether it is a link of the web, and nothing but a link: for Atlas's eyes only."""
    is_short = len(link) <= _LINK_LENGTH
    return is_short and link.startswith(("http://", "https://")) and bool(_LINK.fullmatch(link))


def is_showable(link: str, *, allow_private: bool = False) -> bool:
    """Tell whether a link may be posted: https, a public host, and nothing but a link."""
    if len(link) > LINK_LIMIT or not _LINK.fullmatch(link):
        return False
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError:
        return False
    if not host or port == 0 or "@" in parts.netloc:
        return False
    if allow_private:
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and (_is_public_name(host) or is_public(host))


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the open internet.

    An IPv6 one that stands for an IPv4 one is as public as that; 6to4, Teredo and other tunnels,
    which lead to one that we do not see, are not.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = IPv4Address(ip.packed[-4:]) if ip in _NAT64 else ip.ipv4_mapped
        if inner is None:
            return ip in _UNICAST and ip.is_global and not _is_tunnel(ip)
        ip = inner
    return ip.is_global and not ip.is_multicast


def _is_public_name(host: str) -> bool:
    return _NAME.fullmatch(host) is not None and not host.endswith(_AT_HOME)


def _is_tunnel(ip: IPv6Address) -> bool:
    return bool(ip.sixtofour or ip.teredo or ip.packed[8:12] in _ISATAP)
