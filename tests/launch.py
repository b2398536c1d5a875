"""Run a bot against a Discord on this machine: `python tests/launch.py BASE MODULE [ARGS…]`.

discord.py has no setting for its addresses. It keeps them in three class attributes; they are set
here, and then MODULE runs as `python -m MODULE` would. Nothing else is touched, so the bot needs no
hook for tests. The host must be a loopback address: a token is never sent elsewhere from here.
"""

import ipaddress
import os
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

ROOT: Final = Path(__file__).parents[1]


def point_discord_at(base: yarl.URL) -> None:
    """Lead discord.py's REST, gateway and CDN to `base`; raise ValueError unless it is loopback."""
    if base.host is None or not ipaddress.ip_address(base.host).is_loopback:
        raise ValueError(f"{base} is not a loopback address")
    Route.BASE = str(base / "api/v10")
    DiscordWebSocket.DEFAULT_GATEWAY = base.with_scheme("ws") / "gateway"
    setattr(Asset, "BASE", str(base.origin()))  # noqa: B010 # typed as the one real address


def launch(base: str, module: str, *args: str) -> None:
    """Run MODULE in this process, with its Discord at `base`."""
    point_discord_at(yarl.URL(base))
    sys.argv = [module, *args]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def become(base: str, module: str, *args: str, env: Mapping[str, str], output: Path | None) -> None:
    """Do the same in a process that was forked, as if it had been started with all this."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    if output is not None:
        with output.open("ab") as file:
            os.dup2(file.fileno(), sys.stdout.fileno())
            os.dup2(file.fileno(), sys.stderr.fileno())
    launch(base, module, *args)


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())
    launch(*sys.argv[1:])
