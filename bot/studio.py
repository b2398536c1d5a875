"""The form in which a video is wished for, empty or filled in with an earlier wish.

What it starts from stands in its name, and it is heard by its name: so a form that was opened
before a restart may be submitted after it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import discord
from discord import ui

from bot.direction import CAMERA_LIMIT
from bot.language import language
from bot.model import PROMPT_LIMIT
from bot.sentence import Sentence
from bot.source import NAME, FrameSource, Kept, LastFrame, Upload, kept_as, name_of
from bot.words import commands
from bot.words import studio as words

_NAME: Final = re.compile(rf"studio(?::(?P<kept>{NAME}))?")


@dataclass(frozen=True, slots=True)
class Wish:
    """What stood in a form when it was submitted; `first_frame` is None for words alone."""

    prompt: str
    camera: str
    prompt_expansion: bool
    first_frame: FrameSource | None


class Form(ui.Modal):
    """Prompt, picture, camera and expansion; an upload goes before the picture it began with.

    Discord takes five parts at most.
    """

    def __init__(
        self,
        locale: str,
        *,
        start: Kept | None = None,
        prompt: str | None = None,
        prompt_expansion: bool = False,
    ) -> None:
        say = language(locale).say
        name = "studio" if start is None else f"studio:{name_of(start)}"
        super().__init__(title=say(words.TITLE), custom_id=name)
        self._add(
            say(words.PROMPT),
            ui.TextInput(
                custom_id="prompt",
                style=discord.TextStyle.paragraph,
                default=prompt,
                max_length=PROMPT_LIMIT,
            ),
        )
        self._add(
            say(words.PICTURE),
            ui.FileUpload(custom_id="image", required=False, min_values=0, max_values=1),
            say(_about_picture(start)),
        )
        self._add(
            say(words.CAMERA),
            ui.TextInput(custom_id="camera", required=False, max_length=CAMERA_LIMIT),
            say(commands.CAMERA),
        )
        self._add(
            say(words.EXPAND),
            ui.Checkbox(custom_id="expand", default=prompt_expansion),
            say(words.ABOUT_EXPAND),
        )
        self.stop()  # nobody waits for this one: submits are heard by the form's name

    def _add(self, label: str, part: ui.Item[Any], about: str | None = None) -> None:
        self.add_item(ui.Label(text=label, description=about, component=part))


def wish_in(interaction: discord.Interaction) -> Wish | None:
    """Return what a member filled in; None when it was not this form."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    given = cast(Mapping[str, Any], interaction.data)
    name = _NAME.fullmatch(given["custom_id"])
    if name is None:
        return None
    parts = {part["custom_id"]: part for part in map(_inner, given["components"]) if part}
    kept = kept_as(name["kept"]) if name["kept"] else None
    return Wish(
        prompt=parts["prompt"]["value"],
        camera=parts["camera"]["value"] or "",
        prompt_expansion=parts["expand"]["value"],
        first_frame=_upload(given, parts["image"]["values"]) or kept,
    )


def _inner(label: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return label.get("component")


def _upload(given: Mapping[str, Any], files: list[str]) -> Upload | None:
    if not files:
        return None
    file = given["resolved"]["attachments"][files[0]]
    return Upload(file["url"], file["size"])


def _about_picture(start: Kept | None) -> Sentence:
    match start:
        case None:
            return words.ABOUT_PICTURE
        case LastFrame():
            return words.FROM_LAST_FRAME
        case _:
            return words.FROM_PICTURE
