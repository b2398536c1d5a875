"""What happens in Discord, as plain sentences: gateway events read as a person would tell them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_TEXT: Final = 10
"""A text display: https://discord.com/developers/docs/components/reference#text-display"""

_SPOKEN: Final = {0, 19, 20}
"""Messages, replies and answers to commands; the other types are Discord's own notices."""

_LINK: Final = re.compile(r"(<?)(https?://[^\s>|]+)")
_MARKS: Final = (
    (re.compile(r"<(http[^>]+)>"), r"\1"),
    (re.compile(r"<t:\d+:R>"), "just now"),
    (re.compile(r"<@\d+>"), "@you"),
    (re.compile(r"^-# |\*\*|\\", re.MULTILINE), ""),
)


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the bot, new or edited."""

    channel_id: int
    id: int
    is_new: bool
    is_card: bool
    mentions: tuple[int, ...]
    text: str

    @property
    def links(self) -> tuple[str, ...]:
        return tuple(link for _, link in _LINK.findall(self.text))

    @property
    def bare_links(self) -> tuple[str, ...]:
        """Those that Discord shows a preview of: not the ones in brackets."""
        return tuple(link for bracket, link in _LINK.findall(self.text) if not bracket)

    @property
    def plain(self) -> str:
        """The text without Discord's marks."""
        text = self.text
        for mark, instead in _MARKS:
            text = mark.sub(instead, text)
        return text


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread that was opened."""

    id: int
    parent_id: int
    name: str


def read_event(name: str, payload: Mapping[str, Any], *, bot_id: int) -> Post | Thread | None:
    """Return what a gateway event means to the person who watches; None when nothing."""
    match name, payload:
        case "THREAD_CREATE", {"id": id_, "parent_id": parent_id, "name": title}:
            return Thread(int(id_), int(parent_id), str(title))
        case (("MESSAGE_CREATE" | "MESSAGE_UPDATE"), {"author": {"id": author}, "type": kind}) if (
            int(author) == bot_id and kind in _SPOKEN
        ):
            return _post(payload, is_new=name == "MESSAGE_CREATE")
        case _:
            return None


def _post(payload: Mapping[str, Any], *, is_new: bool) -> Post | None:
    texts = list(_texts(payload.get("components", [])))
    text = "\n".join([payload["content"], *texts]).strip()
    if not text:
        return None  # "thinking…"
    return Post(
        channel_id=int(payload["channel_id"]),
        id=int(payload["id"]),
        is_new=is_new,
        is_card=bool(texts),
        mentions=tuple(int(user["id"]) for user in payload.get("mentions", [])),
        text=text,
    )


def _texts(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        if component["type"] == _TEXT:
            yield component["content"]
        yield from _texts(component.get("components", []))
