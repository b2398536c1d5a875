"""All examinations, in the order in which they are told."""

import asyncio
from collections.abc import Iterable
from functools import partial
from itertools import chain

import aiohttp

from bot import command_list
from bot.app import Firstframe
from bot.atlas.client import AtlasClient
from bot.atlas.outputs import Outputs
from bot.checkup import _atlas as at_atlas
from bot.checkup import _machine as machine
from bot.checkup import _outside as outside
from bot.checkup._discord import bot_user
from bot.checkup._finding import Finding, look
from bot.language import Language
from bot.words import checkup as words


async def examine(bot: Firstframe) -> list[Finding]:
    """Look at everything; of the bot only its settings and commands are used, it need not run."""
    settings = bot.settings
    commands = await command_list.payloads(bot.tree)
    async with aiohttp.ClientSession() as session:
        atlas = AtlasClient(
            session, base_url=settings.atlas_base_url, api_key=settings.atlascloud_api_key
        )
        outputs = Outputs(allow_private=settings.allow_private_outputs)
        examinations = (
            (words.TOKEN, partial(bot_user, bot, token=settings.discord_token, commands=commands)),
            (
                words.ATLAS_KEY,
                partial(at_atlas.account, atlas, price=settings.price_per_video_usd),
            ),
            (words.MODEL, partial(at_atlas.models, atlas, outputs, settings.atlas_models)),
            (words.DATABASE, partial(machine.database, settings.database_url)),
            (words.DISK, partial(machine.disk, settings.database_url)),
            (words.CLOCK, partial(outside.clock, session, settings.atlas_base_url)),
            (
                words.WEBHOOKS,
                partial(outside.webhooks, session, settings, keys=atlas.webhook_keys),
            ),
        )
        found = await asyncio.gather(*(look(*each) for each in examinations))
    return list(chain.from_iterable(found))


def report(findings: Iterable[Finding], spoken: Language) -> str:
    """Return a line for each finding."""
    return "\n".join(finding.line(spoken) for finding in findings)
