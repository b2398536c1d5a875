"""How a finished video is shown."""

from enum import StrEnum


class Deliver(StrEnum):
    """What a member gets of a finished video."""

    AUTO = "auto"
    """The file if it fits, and the link."""
    LINK = "link"
    """The link alone."""
    FILE = "file"
    """The same, and a word if it does not."""


class Nsfw(StrEnum):
    """What becomes of a flagged video, the strictest first; other channels never show one."""

    BLOCK = "block"
    """It is withheld."""
    SPOILER = "spoiler"
    """In age-restricted channels it is shown behind a spoiler."""
    WARN = "warn"
    """In age-restricted channels it is shown with a warning."""
