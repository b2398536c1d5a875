"""What Discord refuses and SimCord lets pass, checked before SimCord is asked.

Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
Threads: https://discord.com/developers/docs/topics/threads
"""

from typing import Final

from simcord.backend.errors import BackendError
from simcord.backend.models import Channel
from simcord.enums import ChannelType

from tests.discord_socket._world import World

_THREADED: Final = {ChannelType.TEXT, ChannelType.NEWS}


def refuse(world: World, method: str, path: str) -> None:
    """Raise the BackendError that Discord would answer, if it would."""
    match method, path.strip("/").split("/"):
        case _, ["webhooks", _, token, *_]:
            _refuse_dead_token(world, token)
        case "POST", ["channels", channel, "messages"]:
            _refuse_post(world, world.channel(int(channel)))
        case "PATCH", ["channels", channel, "messages", _]:
            _refuse_edit(world.channel(int(channel)))
        case "POST", ["channels", channel, "messages", message, "threads"]:
            _refuse_thread(world, world.channel(int(channel)), int(message))
        case _:
            pass


def refuse_files(world: World, sizes: list[int]) -> None:
    """Raise BackendError when a file is larger than Discord takes."""
    if max(sizes, default=0) > world.upload_limit:
        raise BackendError(413, 40005, "Request entity too large")


def _refuse_dead_token(world: World, token: str) -> None:
    interaction = world.interaction_of(token)
    if interaction is None or interaction.expires_at is None:
        return
    if world.backend.now_iso() >= interaction.expires_at:
        raise BackendError(401, 50027, "Invalid Webhook Token")


def _refuse_post(world: World, channel: Channel | None) -> None:
    if channel is None:
        return
    if channel.type == ChannelType.FORUM:
        raise BackendError(400, 50008, "Cannot send messages in a non-text channel")
    if world.closed_dms.intersection(channel.recipient_ids):
        raise BackendError(403, 50007, "Cannot send messages to this user")
    if channel.thread_metadata is None or not channel.thread_metadata.archived:
        return
    _refuse_locked(channel)
    world.backend.edit_channel(channel.id, {}, thread_metadata={"archived": False})


def _refuse_edit(channel: Channel | None) -> None:
    if channel is None or channel.thread_metadata is None:
        return
    _refuse_locked(channel)
    if channel.thread_metadata.archived:
        raise BackendError(400, 50083, "Thread is archived")


def _refuse_locked(thread: Channel) -> None:
    if thread.thread_metadata is not None and thread.thread_metadata.locked:
        raise BackendError(403, 160005, "Thread is locked")


def _refuse_thread(world: World, channel: Channel | None, message: int) -> None:
    if channel is None:
        return
    if channel.type not in _THREADED:
        raise BackendError(400, 50024, "Cannot execute action on this channel type")
    if world.channel(message) is not None:
        raise BackendError(400, 160004, "A thread has already been created for this message")
