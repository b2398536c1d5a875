"""Run a bot against a Discord on this machine: `python tests/launch.py BASE MODULE [ARGS…]`.

discord.py has no setting for its addresses. It keeps them in three class attributes; they are set
here, and then MODULE runs as `python -m MODULE` would. Nothing else is touched, so the bot needs no
hook for tests. The host must be a loopback address: a token is never sent elsewhere from here.
"""

import ipaddress
import runpy
import sys
from pathlib import Path

import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route


def point_discord_at(base: yarl.URL) -> None:
    """Lead discord.py's REST, gateway and CDN to `base`; raise ValueError unless it is loopback."""
    if base.host is None or not ipaddress.ip_address(base.host).is_loopback:
        raise ValueError(f"{base} is not a loopback address")
    Route.BASE = str(base / "api/v10")
    DiscordWebSocket.DEFAULT_GATEWAY = base.with_scheme("ws") / "gateway"
    setattr(Asset, "BASE", str(base.origin()))  # noqa: B010 # typed as the one real address


def main() -> None:
    """Read the arguments and become MODULE."""
    base, module, *args = sys.argv[1:]
    point_discord_at(yarl.URL(base))
    sys.argv = [module, *args]
    sys.path[0] = str(Path.cwd())
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
