"""What Discord shows of a member's own videos: a page of them, and one with all about it.

There is no thumbnail: the link of a video dies, and what was flagged must not be seen.
"""

from typing import Any, Final

import discord
from discord import ui

from bot.buttons import PICK, page_button
from bot.language import Language, language
from bot.library import Entry, Page
from bot.model import Ready, short_id
from bot.prompt import one_line, quoted, title_of
from bot.words import library as words
from bot.words.cards import UNTITLED
from bot.words.endings import ending

_PROMPT_ON_PAGE: Final = 300
_PROMPT_ALONE: Final = 1000
_OPTION_LIMIT: Final = 100

Picker = ui.Select[Any]


def gallery(page: Page, locale: str) -> ui.LayoutView:
    """Return a page of videos, with a way to each, and to the pages before and after."""
    spoken = language(locale)
    view = ui.LayoutView(timeout=None)
    card = ui.Container[ui.LayoutView](ui.TextDisplay(spoken.say(words.title(page))))
    for entry in page.entries:
        card.add_item(ui.Separator())
        card.add_item(_linked(_summary(entry, spoken), entry, spoken))
    view.add_item(card)
    if page.entries:
        view.add_item(ui.ActionRow(picker(page.entries, locale)))
    if page.count > 1:
        view.add_item(_turns(page, locale))
    view.stop()
    return view


def details(entry: Entry, locale: str) -> ui.LayoutView:
    """Return all about one video; a link only where it may be shown."""
    spoken = language(locale)
    told = [
        f"> {quoted(entry.video.prompt, _PROMPT_ALONE)}",
        f"**{spoken.say(words.state(entry))}**",
    ]
    if entry.ending is not None:
        told[-1] += f" {spoken.say(ending(entry.ending.outcome))}"
        if isinstance(entry.ending.outcome, Ready):
            told += entry.ending.outcome.links
    told.append("-# " + " · ".join(map(spoken.say, words.times(entry))))
    told.append(_facts(entry, spoken, entry.video.model))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container[ui.LayoutView](_linked("\n".join(told), entry, spoken)))
    view.stop()
    return view


def picker(entries: tuple[Entry, ...], locale: str) -> Picker:
    """Return the menu that shows all about one of these videos."""
    spoken = language(locale)
    options = [
        discord.SelectOption(label=label(entry, spoken), value=short_id(entry.video.id))
        for entry in entries
    ]
    return Picker(custom_id=PICK, placeholder=spoken.say(words.CHOOSE), options=options)


def label(entry: Entry, spoken: Language) -> str:
    """Return a video in a line of plain text, as menus show it."""
    state, short = spoken.say(words.state(entry)), short_id(entry.video.id)
    title = title_of(entry.video.prompt, otherwise=spoken.say(UNTITLED))
    return one_line(f"{short} · {state} {title}", _OPTION_LIMIT)


def jump_link(entry: Entry) -> str | None:
    """Return the way to the message that shows a video; None where none does."""
    post, place = entry.post, entry.video.place
    if post is None:
        return None
    is_there = post.channel_id in (place.channel_id, entry.video.thread_id)
    guild = place.guild_id if is_there and place.guild_id is not None else "@me"
    return f"https://discord.com/channels/{guild}/{post.channel_id}/{post.message_id}"


def _summary(entry: Entry, spoken: Language) -> str:
    state, asked = spoken.say(words.state(entry)), words.at(entry.video.asked_at)
    prompt = quoted(entry.video.prompt, _PROMPT_ON_PAGE)
    return f"**{state}** {asked}\n> {prompt}\n{_facts(entry, spoken)}"


def _facts(entry: Entry, spoken: Language, *more: str) -> str:
    bill = words.bill(entry)
    paid = [] if bill is None else [spoken.say(bill)]
    return "-# " + " · ".join([*more, *paid, f"id {short_id(entry.video.id)}"])


def _linked(text: str, entry: Entry, spoken: Language) -> ui.Item[Any]:
    shown, link = ui.TextDisplay[ui.LayoutView](text), jump_link(entry)
    if link is None:
        return shown
    way = ui.Button[ui.LayoutView](label=spoken.say(words.OPEN), url=link)
    return ui.Section[ui.LayoutView](shown, accessory=way)


def _turns(page: Page, locale: str) -> ui.ActionRow[Any]:
    turns = ((words.PREVIOUS, page.number - 1), (words.NEXT, page.number + 1))
    buttons = (
        page_button(name, number, search=page.search, locale=locale)
        for name, number in turns
        if 0 <= number < page.count
    )
    return ui.ActionRow(*buttons)
