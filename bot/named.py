"""Parts of messages that are heard by their names: also after a restart, whoever sent them."""

import re
from typing import Any, Self, TypeVar

import discord
from discord import ui

from bot.model import VideoId

ItemT = TypeVar("ItemT", bound=ui.Item[Any])


class Named(ui.DynamicItem[ItemT], template=r"(?!)"):
    """What was pressed; `match` is its name, taken apart by the `template` of its kind."""

    def __init__(self, item: ItemT, match: re.Match[str]) -> None:
        super().__init__(item)
        self.match = match

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, item: Any, match: re.Match[str], /
    ) -> Self:
        """Build it from what was pressed; called by discord.py."""
        return cls(item, match)

    @property
    def video_id(self) -> VideoId:
        """The video that it is about, of a kind whose names say `video`."""
        return VideoId(int(self.match["video"]))

    @property
    def is_sure(self) -> bool:
        """Whether the member was asked before, of a kind whose names say the `step`."""
        return self.match["step"] == "yes"
