"""What the README claims beside its table of settings."""

from pathlib import Path

from bot.places import INVITE_RIGHTS
from sandbox.atlas import ENDINGS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_invite_link_asks_for_exactly_the_rights_that_are_needed() -> None:
    assert f"permissions={INVITE_RIGHTS.value}`" in README


def test_every_word_of_the_demo_is_explained() -> None:
    assert all(f"| `{word}` |" in README for word in ENDINGS)


def test_every_picture_is_there() -> None:
    named = [part.partition(")")[0] for part in README.split("](docs/pictures/")[1:]]

    assert named
    assert all((ROOT / "docs" / "pictures" / name).is_file() for name in named)


def test_every_why_is_linked_from_somewhere() -> None:
    assert "docs/why" in README
