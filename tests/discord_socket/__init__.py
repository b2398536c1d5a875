"""A Discord on a real socket, for bots that run in a process of their own.

SimCord's in-memory backend answers; this package puts HTTP and WebSocket in front of it, adds the
refusals that SimCord lacks, and lets a test break the wire at a chosen request.
"""

from tests.discord_socket._bot import BotProcess
from tests.discord_socket._gateway import NoBotConnected
from tests.discord_socket._server import SocketDiscord
from tests.discord_socket._wire import Fault, Request

__all__ = ["BotProcess", "Fault", "NoBotConnected", "Request", "SocketDiscord"]
