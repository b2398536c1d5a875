"""The INTERACTION_CREATE of a member who uses a slash command.

https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
"""

from typing import Any

from simcord.enums import InteractionType, OptionType
from simcord.interactions import base_payload, validate_option_value

from tests.discord_socket._world import World


def slash_payload(
    world: World,
    *,
    channel: int,
    member: int,
    name: str,
    options: dict[str, Any],
    attachment: tuple[str, bytes] | None,
) -> tuple[int, dict[str, Any]]:
    """Return the id and the payload; the name of a file option comes from the command itself."""
    backend = world.backend
    guild = backend.get_channel(channel).guild_id
    command = backend.find_command(name, guild)
    if command is None:
        raise LookupError(f"/{name} was not synced; there are {world.commands()}")
    specs = {spec["name"]: spec for spec in command["options"]}
    data: dict[str, Any] = {"id": command["id"], "name": name, "type": 1}
    data["options"] = [_option(name, specs[key], value) for key, value in options.items()]
    if attachment is not None:
        key = next(key for key, spec in specs.items() if spec["type"] == OptionType.ATTACHMENT)
        stored = {**backend.store_attachments(channel, [attachment])[0], "ephemeral": True}
        data["options"].append(_option(name, specs[key], attachment) | {"value": stored["id"]})
        data["resolved"] = {"attachments": {stored["id"]: stored}}
    _check_complete(name, specs, data)
    record, payload = base_payload(
        backend,
        type=InteractionType.APPLICATION_COMMAND,
        channel_id=channel,
        guild_id=guild,
        user_id=member,
        data=data,
    )
    if guild is not None:
        payload["guild"] = {"id": str(guild), "locale": "en-US", "features": []}
    payload["authorizing_integration_owners"] = _owners(world, guild, member)
    payload["attachment_size_limit"] = 10 * 1024 * 1024
    return record.id, payload


def _option(command: str, spec: dict[str, Any], value: Any) -> dict[str, Any]:
    valid = validate_option_value(command, spec, value)
    return {"name": spec["name"], "type": spec["type"], "value": valid}


def _check_complete(command: str, specs: dict[str, Any], data: dict[str, Any]) -> None:
    given = {option["name"] for option in data["options"]}
    missing = [key for key, spec in specs.items() if spec.get("required") and key not in given]
    if missing:
        raise ValueError(f"/{command} cannot be sent without {missing}")


def _owners(world: World, guild: int | None, member: int) -> dict[str, str]:
    """Say who installed the app: "0" is a guild, itself "0" in a DM with the bot; "1" a user."""
    if guild is None:
        return {"0": "0"}
    return {"0": str(guild)} if world.has_bot(guild) else {"1": str(member)}
