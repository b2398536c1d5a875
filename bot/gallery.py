"""What Discord shows of a member's own videos: a page of them, and one with all about it.

Stored links die, so none is shown: the film is, where Discord itself still has it, and a button
asks for a fresh link.
"""

from dataclasses import replace
from typing import Any, Final

import discord
from discord import ui

from bot.buttons import PICK, page_button
from bot.cards import end_buttons
from bot.language import Language, language
from bot.library import Entry, Page
from bot.model import Ready, Video, short_id
from bot.prompt import one_line, quoted, title_of
from bot.words import library as words
from bot.words.cards import UNTITLED, VIDEO_ALT
from bot.words.endings import ending

_PROMPT_ON_PAGE: Final = 200
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
        for item in _linked(_summary(entry, spoken), entry, spoken):
            card.add_item(item)
    view.add_item(card)
    if page.entries:
        view.add_item(ui.ActionRow(picker(page.entries, locale)))
    if page.count > 1:
        view.add_item(_turns(page, locale))
    view.stop()
    return view


def details(entry: Entry, locale: str, *, film: str | None = None) -> ui.LayoutView:
    """Return all about one video: its film, if Discord has it, and what can be done with it."""
    spoken = language(locale)
    outcome = entry.ending and entry.ending.outcome
    stands = f"**{spoken.say(words.state(entry))}**"
    if outcome is not None and not isinstance(outcome, Ready):
        stands += f" {spoken.say(ending(outcome))}"
    small = _times(entry, spoken) + "\n" + _facts(entry, spoken, entry.video.model)
    texts = [*_quotation(entry, _PROMPT_ALONE), stands, small]
    card = ui.Container[ui.LayoutView](*_linked(texts, entry, spoken))
    if film is not None:
        shown = discord.MediaGalleryItem(film, description=spoken.say(VIDEO_ALT))
        card.add_item(ui.MediaGallery(shown))
    if outcome is not None and (buttons := end_buttons(_spoken_to(entry, locale), outcome)):
        card.add_item(ui.ActionRow(*buttons))
    view = ui.LayoutView(timeout=None).add_item(card)
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


def _summary(entry: Entry, spoken: Language) -> list[str]:
    state, asked = spoken.say(words.state(entry)), words.at(entry.video.asked_at)
    stands = [f"**{state}** {asked}", *_quotation(entry, _PROMPT_ON_PAGE)]
    return ["\n".join(stands), _facts(entry, spoken)]


def _quotation(entry: Entry, limit: int) -> list[str]:
    """Return the prompt, or nothing where there is nothing to see."""
    prompt = quoted(entry.video.prompt, limit)
    return [f"> {prompt}"] if prompt else []


def _spoken_to(entry: Entry, locale: str) -> Video:
    """Return a video in the language of who looks at it, which may have changed since."""
    return replace(entry.video, locale=locale)


def _times(entry: Entry, spoken: Language) -> str:
    return "-# " + " · ".join(map(spoken.say, words.times(entry)))


def _facts(entry: Entry, spoken: Language, *more: str) -> str:
    bill = words.bill(entry)
    paid = [] if bill is None else [spoken.say(bill)]
    return "-# " + " · ".join([*more, *paid, f"id {short_id(entry.video.id)}"])


def _linked(texts: list[str], entry: Entry, spoken: Language) -> list[ui.Item[ui.LayoutView]]:
    """Return texts, at most three, with the way to the message beside them where there is one."""
    shown, link = [ui.TextDisplay[ui.LayoutView](text) for text in texts], jump_link(entry)
    if link is None:
        return [*shown]
    way = ui.Button[ui.LayoutView](label=spoken.say(words.OPEN), url=link)
    return [ui.Section[ui.LayoutView](*shown, accessory=way)]


def _turns(page: Page, locale: str) -> ui.ActionRow[Any]:
    turns = ((words.PREVIOUS, page.number - 1), (words.NEXT, page.number + 1))
    buttons = (
        page_button(name, number, search=page.search, locale=locale)
        for name, number in turns
        if 0 <= number < page.count
    )
    return ui.ActionRow(*buttons)
