"""What the README claims beside its table of settings."""

import re
from pathlib import Path

from discord import AppCommandType, app_commands

from bot.places import INVITE_RIGHTS
from bot.settings import Settings
from sandbox.atlas import ENDINGS
from sandbox.pictures import Shot
from sandbox.script import SCRIPTS
from tests.stage import stage

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURES = ROOT / "docs" / "pictures"


def test_the_invite_link_asks_for_exactly_the_rights_that_are_needed() -> None:
    assert f"permissions={INVITE_RIGHTS.value}`" in README


def test_every_word_of_the_demo_is_explained() -> None:
    assert all(f"| `{word}` |" in README for word in ENDINGS)


async def test_every_command_is_named(settings: Settings) -> None:
    async with stage(settings) as play:
        typed = [
            f"`/{command.qualified_name}`"
            for command in play.bot.tree.walk_commands()
            if isinstance(command, app_commands.Command)
        ]
        menus = [
            f"*{menu.name}*"
            for kind in (AppCommandType.message, AppCommandType.user)
            for menu in play.bot.tree.walk_commands(type=kind)
        ]

    assert "`/video`" in typed
    assert menus
    assert [name for name in (*typed, *menus) if name not in README] == []


def test_every_picture_can_be_made_and_is_there() -> None:
    made = {script.folder(PICTURES) / f"{shot}.webp" for script in SCRIPTS for shot in Shot}
    named = {ROOT / path for path in re.findall(r"\]\((docs/pictures/[^)]+)\)", README)}

    assert named
    assert named <= made
    assert set(PICTURES.rglob("*.*")) == made


def test_all_pictures_together_are_small() -> None:
    assert sum(picture.stat().st_size for picture in PICTURES.rglob("*.webp")) < 3 * 2**20


def test_every_figure_is_of_a_run_that_was_kept() -> None:
    pictures = [ROOT / path for path in re.findall(r"\]\((benchmarks/[^)]+\.webp)\)", README)]
    kept = "\n".join(picture.with_suffix(".md").read_text("utf-8") for picture in pictures)
    told = README.partition("## Measured")[2].partition("\n## ")[0]

    figures = [line for line in told.splitlines() if line.startswith("| ")]
    assert figures
    assert [line for line in figures if line not in kept.splitlines()] == []
    assert all(file.with_suffix(".json").exists() for file in (ROOT / "benchmarks").rglob("*.webp"))


def test_every_room_is_named() -> None:
    files = (*(ROOT / "bot").glob("[!_]*.py"), *(ROOT / "bot").glob("*/__init__.py"))
    rooms = {file.parent.name if file.stem == "__init__" else file.stem for file in files}

    assert {room for room in rooms if not re.search(rf"`(bot/)?{room}`", README)} == set()


def test_every_why_is_linked_from_somewhere() -> None:
    assert "docs/why" in README
