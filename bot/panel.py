"""The panel on which managers see and set the rules of a server and of its channels.

Each of its parts is called like what it sets and where, so that it is heard after a restart, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import discord
from discord import ChannelType, SelectDefaultValue, SelectDefaultValueType, ui

from bot.language import Language, language
from bot.policy import Change, Part, Policy, Rulebook, choices
from bot.prompt import one_line
from bot.sentence import Sentence
from bot.words import desk as words

NAME: Final = r"desk:(?P<what>[a-z_]{1,20}):(?P<channel>[0-9]{1,20})"
"""The names of all parts; the channel is 0 for the whole server."""

SWITCH: Final = "channel"
"""What the menu is called that leads to the rules of a channel."""

_CALM: Final = discord.Colour.from_str("#5865f2")
_WARN: Final = discord.Colour.from_str("#faa61a")
_WIDER: Final = "wider"
_CHANGE_LIMIT: Final = 300
"""UTF-16 units of each change; a panel holds 4,000 in all."""
_MOST_ROLES: Final = 25
_MOST_OPTIONS: Final = 25
_RULED: Final = [
    ChannelType.text,
    ChannelType.news,
    ChannelType.voice,
    ChannelType.stage_voice,
    ChannelType.forum,
    ChannelType.media,
]
"""Threads have the rules of their channels."""
_OF_THE_SERVER: Final = (Part.BUDGETS, Part.LOG)

Panel = ui.LayoutView
_Row = ui.ActionRow[Panel]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What lies before a manager; `channel_id` is None for the rules of the whole server."""

    guild: discord.Guild
    channel_id: int | None
    operator: Policy
    rulebook: Rulebook
    changes: Sequence[Change]
    locale: str

    @property
    def policy(self) -> Policy:
        """What holds there; of limits, the server's own alone."""
        own = replace(self.operator, budgets=())
        return own.narrowed(self.rulebook.holding_in(self.channel_id))


def panel(desk: Desk, note: Sentence | None = None) -> Panel:
    """Return the panel; `note` says why something was not done."""
    say = language(desk.locale).say
    about = words.ABOUT_SERVER if desk.channel_id is None else words.ABOUT_CHANNEL
    card = ui.Container[Panel](
        ui.TextDisplay(f"### {say(words.title(desk.channel_id))}\n-# {say(about)}"),
        _Row(_switch(desk)),
        accent_colour=_CALM if note is None else _WARN,
    )
    if note is not None:
        card.add_item(ui.TextDisplay(say(note)))
    parts = [part for part in Part if desk.channel_id is None or part not in _OF_THE_SERVER]
    for part in parts:
        for item in _part(part, desk):
            card.add_item(item)
    if bound := [part for part in parts if _control(part, desk) is None]:
        card.add_item(ui.TextDisplay(_bound(bound, desk)))
    if desk.changes:
        card.add_item(ui.Separator()).add_item(ui.TextDisplay(_history(desk)))
    view = Panel(timeout=None).add_item(card)
    view.stop()  # presses are heard by the parts' names
    return view


def value_in(part: Part, item: ui.Item[Any], operator: Policy) -> Any:
    """Return what was chosen for a part; None to leave it as it is in the wider rules."""
    match item:
        case ui.RoleSelect():
            return tuple(role.id for role in item.values) or None
        case ui.ChannelSelect():
            return chosen_channel(item)
        case ui.Select() if part is Part.MODELS:
            return tuple(item.values) or None
        case ui.Select():
            offered = choices(part, operator)
            return next((one for one in offered if str(one) == item.values[0]), None)
        case _:
            return None


def chosen_channel(item: ui.Item[Any]) -> int | None:
    """Return the channel of a menu of channels, None when none was chosen."""
    channels = item.values if isinstance(item, ui.ChannelSelect) else []
    return channels[0].id if channels else None


def _name(what: str, channel_id: int | None) -> str:
    """Return what a part of the panel is called."""
    return f"desk:{what}:{channel_id or 0}"


def _part(part: Part, desk: Desk) -> Iterator[ui.Item[Panel]]:
    """Yield what holds, and the way to change it; nothing where there is none."""
    control = _control(part, desk)
    if control is None:
        return
    text = ui.TextDisplay[Panel](_standing(part, desk))
    if isinstance(control, ui.Button):
        yield ui.Section(text, accessory=control)
    else:
        yield text
        yield _Row(control)


def _bound(parts: Sequence[Part], desk: Desk) -> str:
    """Return what is not for the managers to choose, in small print."""
    title = language(desk.locale).say(words.NO_CHOICE)
    return "\n".join(f"-# {line}" for line in [title, *(_standing(part, desk) for part in parts)])


def _standing(part: Part, desk: Desk) -> str:
    said = words.standing(part, getattr(desk.policy, part))
    return language(desk.locale).say(said)


def _control(part: Part, desk: Desk) -> ui.Item[Panel] | None:
    name = _name(part, desk.channel_id)
    spoken = language(desk.locale)
    match part:
        case Part.ROLES:
            return _roles(name, desk, spoken)
        case Part.LOG:
            return _log(name, desk, spoken)
        case Part.BUDGETS:
            return ui.Button(label=spoken.say(words.SET_LIMITS), custom_id=name)
        case Part.MODELS if choices(part, desk.operator):
            return _models(name, desk, spoken)
        case _ if choices(part, desk.operator):
            return _choice(name, part, desk, spoken)
        case _:
            return None


def _choice(name: str, part: Part, desk: Desk, spoken: Language) -> ui.Select[Panel]:
    """Return a menu of one choice; the first leaves it as the wider rules have it."""
    set_here = getattr(desk.rulebook.of(desk.channel_id), part)
    offered = choices(part, desk.operator)
    known = set_here if set_here in offered else None
    options = [_option(words.as_wider(desk.channel_id), _WIDER, spoken, is_chosen=known is None)]
    options += [
        _option(words.value(part, one), str(one), spoken, is_chosen=one == known) for one in offered
    ]
    return ui.Select(custom_id=name, options=options)


def _option(
    said: Sentence, value: str, spoken: Language, *, is_chosen: bool
) -> discord.SelectOption:
    return discord.SelectOption(label=_titled(said, spoken), value=value, default=is_chosen)


def _models(name: str, desk: Desk, spoken: Language) -> ui.Select[Panel]:
    chosen = desk.rulebook.of(desk.channel_id).models or ()
    offered = desk.operator.models[:_MOST_OPTIONS]
    return ui.Select(
        custom_id=name,
        placeholder=_titled(words.as_wider(desk.channel_id), spoken),
        min_values=0,
        max_values=len(offered),
        options=[
            discord.SelectOption(label=model, value=model, default=model in chosen)
            for model in offered
        ],
    )


def _roles(name: str, desk: Desk, spoken: Language) -> ui.RoleSelect[Panel]:
    chosen = desk.rulebook.of(desk.channel_id).roles or ()
    role = SelectDefaultValueType.role
    return ui.RoleSelect(
        custom_id=name,
        placeholder=_titled(words.as_wider(desk.channel_id), spoken),
        min_values=0,
        max_values=_MOST_ROLES,
        default_values=[
            SelectDefaultValue(id=role_id, type=role)
            for role_id in chosen
            if desk.guild.get_role(role_id) is not None
        ],
    )


def _log(name: str, desk: Desk, spoken: Language) -> ui.ChannelSelect[Panel]:
    return ui.ChannelSelect(
        custom_id=name,
        channel_types=[ChannelType.text],
        placeholder=spoken.say(words.NO_LOG),
        min_values=0,
        default_values=_there(desk.rulebook.server.log_channel_id, desk.guild),
    )


def _switch(desk: Desk) -> ui.ChannelSelect[Panel]:
    return ui.ChannelSelect(
        custom_id=_name(SWITCH, desk.channel_id),
        channel_types=_RULED,
        placeholder=language(desk.locale).say(words.CHANNEL),
        min_values=0,
        default_values=_there(desk.channel_id, desk.guild),
    )


def _there(channel_id: int | None, guild: discord.Guild) -> list[SelectDefaultValue]:
    """Return a channel as chosen, unless it was deleted."""
    if channel_id is None or guild.get_channel(channel_id) is None:
        return []
    return [SelectDefaultValue(id=channel_id, type=SelectDefaultValueType.channel)]


def _titled(said: Sentence, spoken: Language) -> str:
    text = spoken.say(said)
    return text[:1].upper() + text[1:]


def _history(desk: Desk) -> str:
    say = language(desk.locale).say
    told = ((one.at, one_line(say(words.changed(one)), _CHANGE_LIMIT)) for one in desk.changes)
    lines = (f"-# <t:{int(at)}:R> {change}" for at, change in told)
    return "\n".join([f"**{say(words.LAST_CHANGES)}**", *lines])
