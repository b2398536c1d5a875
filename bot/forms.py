"""Forms that were submitted, known by their names: also those of before a restart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import discord

from bot.source import Upload


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form as Discord writes it; `match` is its name, and `parts` are by their own names."""

    match: re.Match[str]
    parts: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, Mapping[str, Any]]

    def text(self, part: str) -> str:
        """Return what was written into a part; nothing where the form has no such part."""
        return self.parts.get(part, {}).get("value") or ""

    def is_checked(self, part: str) -> bool | None:
        """Tell whether a box is checked; None where the form has no such box."""
        return self.parts[part]["value"] if part in self.parts else None

    def upload(self, part: str) -> Upload | None:
        """Return the file that was attached to a part, None without one."""
        ids: list[str] = self.parts.get(part, {}).get("values", [])
        if not ids:
            return None
        file = self.files[ids[0]]
        return Upload(file["url"], file["size"])


def submitted(interaction: discord.Interaction, names: str | re.Pattern[str]) -> Submitted | None:
    """Return the form of such a name that was submitted; None when it was none."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    given = cast(Mapping[str, Any], interaction.data)
    match = re.fullmatch(names, given["custom_id"])
    if match is None:
        return None
    parts = [label["component"] for label in given["components"] if label.get("component")]
    return Submitted(
        match=match,
        parts={part["custom_id"]: part for part in parts},
        files=given.get("resolved", {}).get("attachments", {}),
    )
