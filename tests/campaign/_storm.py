"""What goes on while the processes live and die: commands, and troubles."""

import asyncio
from contextlib import suppress
from typing import Final

from tests.campaign._plan import Ask, Campaign
from tests.campaign._play import Play
from tests.campaign._tally import Tally
from tests.campaign._troubles import (
    AtlasOutage,
    AtlasTrouble,
    DatabaseOutage,
    DiscordTrouble,
    Gateway,
    GatewayTrouble,
    PlaceTrouble,
    Trouble,
)
from tests.discord_socket import Fault, NoBotConnected
from tests.stage import picture

_SOON_S: Final = 2.0


class Storm:
    """Both go on until they are cancelled."""

    def __init__(self, campaign: Campaign, play: Play, tally: Tally) -> None:
        self._campaign = campaign
        self._play = play
        self._tally = tally
        self._picture = picture()[1]

    async def ask(self) -> None:
        """Send commands; those that no bot hears are gone."""
        async with asyncio.TaskGroup() as again:
            for number, ask in enumerate(self._campaign.asks()):
                await asyncio.sleep(ask.pause_s)
                if not self._play.discord.commands():
                    continue
                with suppress(NoBotConnected):
                    interaction = await self._slash(number, ask)
                    if ask.again_after_s is not None:
                        again.create_task(self._resend(interaction, ask.again_after_s))

    async def strike(self) -> None:
        """Let trouble come; some of it lasts."""
        async with asyncio.TaskGroup() as lasting:
            for strike in self._campaign.strikes():
                await asyncio.sleep(strike.pause_s)
                lasting.create_task(self._suffer(strike.trouble))

    async def heal(self) -> None:
        """End what does not end by itself."""
        self._play.atlas.heal()
        self._play.town.heal()
        await self._play.atlas_gate.open()
        await self._play.database.heal()

    async def _slash(self, number: int, ask: Ask) -> int:
        town = self._play.town
        member = town.person(ask.member)
        interaction = await self._play.discord.slash(
            town.place(ask.place, member),
            member,
            "video",
            {"prompt": f"boat {self._campaign.seed}.{number} {ask.ending}".strip()},
            attachment=self._picture if ask.has_picture else None,
        )
        town.asked.append(interaction)
        return interaction

    async def _resend(self, interaction: int, after_s: float) -> None:
        await asyncio.sleep(after_s)
        with suppress(NoBotConnected):
            self._play.discord.resend(interaction)
            self._tally.struck["interaction resent"] += 1

    async def _suffer(self, trouble: Trouble) -> None:
        struck = self._tally.struck
        match trouble:
            case AtlasTrouble(operation, fault, times):
                self._play.atlas.fail_next(operation, fault, times=times)
            case DiscordTrouble(fault):
                await self._spoil(fault)
            case AtlasOutage(manner, seconds):
                struck[f"Atlas {manner}"] += 1
                await self._play.atlas_gate.suffer(manner, seconds)
            case DatabaseOutage(manner, seconds):
                struck[f"database {manner}"] += 1
                await self._play.database.suffer(manner, seconds)
            case GatewayTrouble(manner):
                await self._shake(manner)
            case PlaceTrouble(mischief):
                if await self._play.town.suffer(trouble):
                    struck[mischief.value] += 1

    async def _spoil(self, fault: Fault) -> None:
        """Spoil an answer, unless no request comes for it soon."""
        self._play.discord.spoil(fault)
        try:
            await asyncio.sleep(_SOON_S)
        finally:
            self._play.discord.withdraw(fault)

    async def _shake(self, manner: Gateway) -> None:
        gateway = self._play.discord.gateway
        self._tally.struck[f"gateway {manner}"] += gateway.connected
        with suppress(ConnectionError):  # the bot is killed at the same time
            match manner:
                case Gateway.DROP:
                    gateway.drop()
                case Gateway.RECONNECT:
                    await gateway.ask_reconnect()
                case Gateway.INVALID_SESSION:
                    await gateway.invalidate()
