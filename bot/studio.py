"""The form in which a video is wished for, empty or filled in with an earlier wish.

What it starts from stands in its name, and it is heard by its name: so a form that was opened
before a restart may be submitted after it.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import ui

from bot.direction import CAMERA_LIMIT
from bot.forms import submitted
from bot.language import language
from bot.model import Video
from bot.offer import Offer
from bot.sentence import Sentence
from bot.source import NAME, FrameSource, Kept, LastFrame, kept_as, name_of
from bot.words import commands
from bot.words import studio as words

_NAME: Final = re.compile(rf"studio(?::(?P<kept>{NAME}))?(?::like:(?P<like>[0-8]?[0-9]{{1,18}}))?")


@dataclass(frozen=True, slots=True)
class Wish:
    """What stood in a form when it was submitted.

    `first_frame` is None for words alone, `prompt_expansion` where the form has no such part, and
    `like` where it does not begin with an earlier video.
    """

    prompt: str
    camera: str
    prompt_expansion: bool | None
    first_frame: FrameSource | None
    like: int | None


class Form(ui.Modal):
    """Prompt, picture, camera and expansion, as far as the model of the offer knows them.

    An upload goes before the picture it began with. Discord takes five parts at most.
    """

    def __init__(
        self,
        locale: str,
        offer: Offer,
        *,
        start: Kept | None = None,
        like: Video | None = None,
    ) -> None:
        say = language(locale).say
        model = offer.model(has_picture=start is not None) or offer.models[0]
        super().__init__(title=say(words.TITLE), custom_id=_name(start, like))
        self._add(
            say(words.PROMPT),
            ui.TextInput(
                custom_id="prompt",
                style=discord.TextStyle.paragraph,
                default=like and like.prompt[: model.takes.prompt_limit],
                max_length=model.takes.prompt_limit,
            ),
        )
        if offer.model(has_picture=True) is not None:
            self._add(
                say(words.PICTURE),
                ui.FileUpload(custom_id="image", required=False, min_values=0, max_values=1),
                say(_about_picture(start)),
            )
        if offer.has_camera:
            self._add(
                say(words.CAMERA),
                ui.TextInput(custom_id="camera", required=False, max_length=CAMERA_LIMIT),
                say(commands.CAMERA),
            )
        if (expansion := model.takes.expansion) is not None:
            is_on = expansion.default if like is None else like.prompt_expansion
            self._add(
                say(words.EXPAND),
                ui.Checkbox(custom_id="expand", default=is_on),
                say(words.ABOUT_EXPAND),
            )
        self.stop()  # nobody waits for this one: submits are heard by the form's name

    def _add(self, label: str, part: ui.Item[Any], about: str | None = None) -> None:
        self.add_item(ui.Label(text=label, description=about, component=part))


def wish_in(interaction: discord.Interaction) -> Wish | None:
    """Return what a member filled in; None when it was not this form."""
    if (form := submitted(interaction, _NAME)) is None:
        return None
    kept, like = form.match["kept"], form.match["like"]
    return Wish(
        prompt=form.text("prompt"),
        camera=form.text("camera"),
        prompt_expansion=form.is_checked("expand"),
        first_frame=form.upload("image") or (kept_as(kept) if kept else None),
        like=int(like) if like else None,
    )


def _name(start: Kept | None, like: Video | None) -> str:
    kept = "" if start is None else f":{name_of(start)}"
    return f"studio{kept}" if like is None else f"studio{kept}:like:{like.id}"


def _about_picture(start: Kept | None) -> Sentence:
    match start:
        case None:
            return words.ABOUT_PICTURE
        case LastFrame():
            return words.FROM_LAST_FRAME
        case _:
            return words.FROM_PICTURE
