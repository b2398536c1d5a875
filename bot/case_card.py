"""The cards in log channels: what there is to look at, and what can be done about it.

What was done is written on the card that it was done with, whatever that says by then.
"""

from enum import IntEnum
from typing import Any, Final

import discord
from discord import ui

from bot.buttons import Button
from bot.case import Case, Kind
from bot.language import Language, language
from bot.model import Post, short_id
from bot.prompt import quoted
from bot.words import moderation as words

REMOVE: Final = r"case:remove:(?P<video>[0-9]{1,20})"
"""The names of the buttons that remove a video."""

PAUSE: Final = r"case:pause:(?P<member>[0-9]{1,20})"
"""The names of the menus that pause a member."""

DISMISS: Final = "case:dismiss"
"""The name of the button that lets a case rest."""

_PROMPT_SHOWN: Final = 1500
_WARN: Final = discord.Colour.from_str("#faa61a")
_BAD: Final = discord.Colour.from_str("#ed4245")

Menu = ui.Select[Any]


class Act(IntEnum):
    """What was done about a case; each has the one line of that number on the card."""

    REMOVED = 901
    PAUSED = 902
    DISMISSED = 903


def case_card(case: Case, locale: str) -> ui.LayoutView:
    """Return the card of a case; it has no link to what was flagged, and no picture."""
    spoken = language(locale)
    colour = _WARN if case.kind is Kind.FLAGGED else _BAD
    card = ui.Container[ui.LayoutView](accent_colour=colour)
    for text in _texts(case, spoken):
        card.add_item(ui.TextDisplay(text))
    card.add_item(ui.ActionRow(_menu(case.member_id, spoken)))
    card.add_item(ui.ActionRow(*_buttons(case, spoken)))
    view = ui.LayoutView(timeout=None).add_item(card)
    view.stop()  # presses are heard by the names
    return view


def shows(message: discord.Message, case: Case) -> bool:
    """Tell whether a message of ours is the card of a case."""
    view = ui.LayoutView.from_message(message)
    view.stop()
    texts = [item for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
    return any(text.content == _mark(case) for text in texts)


def acted(message: discord.Message, act: Act, said: str) -> ui.LayoutView | None:
    """Return a card with what was done; None where it was dismissed already."""
    view = ui.LayoutView.from_message(message, timeout=None)
    view.stop()
    card = next((item for item in view.children if isinstance(item, ui.Container)), None)
    if card is None or card.find_item(Act.DISMISSED) is not None:
        return None
    line = card.find_item(act)
    if isinstance(line, ui.TextDisplay):
        line.content = said
    else:
        card.add_item(ui.TextDisplay(said, id=act))
    _take_off(card, act)
    return view


def _texts(case: Case, spoken: Language) -> list[str]:
    texts = [
        spoken.say(words.HEADLINES[case.kind]),
        spoken.say(words.asked_for(case.member_id, case.channel_id)),
    ]
    if prompt := quoted(case.prompt, _PROMPT_SHOWN):
        texts.append(f"> ||{prompt}||")
    if case.report is not None:
        reason = quoted(case.report.reason, _PROMPT_SHOWN)
        texts.append(spoken.say(words.reported_by(case.report.member_id, reason)))
        texts.append(spoken.say(words.shown_at(_jump(case.guild_id, case.report.post))))
    return [*texts, _mark(case)]


def _mark(case: Case) -> str:
    """Return the small print, by which a card is found again."""
    return f"-# id {short_id(case.video_id)}"


def _jump(guild_id: int, post: Post) -> str:
    return f"https://discord.com/channels/{guild_id}/{post.channel_id}/{post.message_id}"


def _menu(member_id: int, spoken: Language) -> Menu:
    options = [
        discord.SelectOption(label=spoken.say(label), value=str(hours))
        for hours, label in words.PAUSES.items()
    ]
    return Menu(
        custom_id=f"case:pause:{member_id}", placeholder=spoken.say(words.PAUSE), options=options
    )


def _buttons(case: Case, spoken: Language) -> list[Button]:
    dismiss = Button(label=spoken.say(words.DISMISS), custom_id=DISMISS)
    if not case.is_shown:
        return [dismiss]
    style = discord.ButtonStyle.danger
    name = f"case:remove:{case.video_id}"
    return [Button(label=spoken.say(words.REMOVE), custom_id=name, style=style), dismiss]


def _take_off(card: ui.Container[Any], act: Act) -> None:
    """Take off what is of no use any more."""
    for row in [item for item in card.children if isinstance(item, ui.ActionRow)]:
        if act is Act.DISMISSED:
            card.remove_item(row)
        elif act is Act.REMOVED:
            for button in row.children:
                if isinstance(button, ui.Button) and button.style is discord.ButtonStyle.danger:
                    row.remove_item(button)
