"""The commands as Discord knows them: told when they changed, for it limits how often a bot may."""

import hashlib
import json
import logging
from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import app_commands

from bot.store import Store

log = logging.getLogger(__name__)

Tree = app_commands.CommandTree[Any]
Payload = dict[str, Any]

_NOTE: Final = "commands_hash"


async def payloads(tree: Tree) -> list[Payload]:
    """Return the commands as Discord gets them, in all languages."""
    if tree.translator is None:
        raise LookupError("the tree has no translator")
    commands = tree.get_commands()
    return [await each.get_translated_payload(tree, tree.translator) for each in commands]


async def sync(tree: Tree, store: Store) -> None:
    """Tell Discord our commands, unless it has them as they are."""
    ours = await payloads(tree)
    text = json.dumps([tree.client.application_id, ours], sort_keys=True)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    try:
        if await store.notes.read(_NOTE) == fingerprint and await _are_known(tree, ours):
            return
        await tree.sync()
    except discord.HTTPException as error:
        log.warning("commands not synced reason=%s", error.text or error.status)
        return
    await store.notes.keep(_NOTE, fingerprint)
    log.info("commands synced")


async def _are_known(tree: Tree, ours: Sequence[Payload]) -> bool:
    """Tell whether Discord has them; another program with our token may have replaced them."""
    known = {(each.type.value, each.name) for each in await tree.fetch_commands()}
    return {(each["type"], each["name"]) for each in ours} <= known
