"""The files that hosts read say what the program is, and name only settings that there are."""

import ast
import configparser
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from bot.settings import VARIABLES

ROOT = Path(__file__).parents[1]
RUN = "python -m bot"
NAMES = {variable.name for variable in VARIABLES}
MEANINGS = {variable.name: variable.meaning for variable in VARIABLES}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_a_worker_and_a_web_process_are_the_same_bot() -> None:
    assert procfile() == {"worker": RUN, "web": RUN}


def test_app_json_asks_for_the_secrets_and_starts_one_process() -> None:
    app = json.loads((ROOT / "app.json").read_text())

    required = {name for name, about in app["env"].items() if about.get("required", True)}
    assert {each.name for each in VARIABLES if each.required} <= required
    assert {name: about["description"] for name, about in app["env"].items()} == {
        name: MEANINGS[name] for name in app["env"]
    }
    assert {name: size["quantity"] for name, size in app["formation"].items()} == {
        "worker": 1,
        "web": 0,
    }
    assert any("postgresql" in addon for addon in app["addons"])


def test_the_image_has_the_python_that_is_supported_and_no_root() -> None:
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    bases = re.findall(r"^FROM python:([0-9.]+)-slim", DOCKERFILE, re.MULTILINE)

    assert bases == [supported.removeprefix(">=")] * 2
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001"]
    assert DOCKERFILE.rstrip().endswith('CMD ["python", "-m", "bot"]')


def test_the_image_sets_only_what_the_bot_reads() -> None:
    block = DOCKERFILE.partition("ENV ")[2].partition("USER ")[0]
    set_there = set(re.findall(r"([A-Z_]+)=", block))

    assert set_there - {"PATH", "PYTHONDONTWRITEBYTECODE"} == {"DATABASE_URL", "PORT"} <= NAMES


def test_the_health_check_is_python_and_asks_whether_the_bot_is_ready() -> None:
    (command,) = re.findall(r"HEALTHCHECK .*\n  CMD (.+)", DOCKERFILE)
    program, flag, code = json.loads(command)

    assert (program, flag) == ("python", "-c")
    assert "/readyz" in code
    ast.parse(code)


def test_what_the_image_copies_is_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copied = set(re.findall(r"^COPY (?!--)(\S+)", DOCKERFILE, re.MULTILINE))

    assert "*" in ignored
    assert {f"!{name}" for name in copied} <= set(ignored)
    assert all((ROOT / name).exists() for name in copied)


def test_compose_runs_the_bot_beside_a_healthy_postgresql() -> None:
    bot, database = COMPOSE["services"]["bot"], COMPOSE["services"]["database"]

    assert set(bot["environment"]) <= NAMES
    assert bot["environment"]["DATABASE_URL"].startswith("postgresql://")
    assert bot["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "ports" not in database
    assert database["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


def test_a_stop_lasts_longer_than_the_bot_needs_for_it() -> None:
    unit = service()

    assert COMPOSE["services"]["bot"]["stop_grace_period"] == "15s"
    assert (unit["TimeoutStopSec"], unit["KillSignal"]) == ("15", "SIGTERM")


def test_the_systemd_unit_runs_the_bot_and_restarts_it_unless_its_settings_are_wrong() -> None:
    unit = service()

    assert unit["ExecStart"].endswith(f"/{RUN}")
    assert unit["ExecStart"].startswith(unit["WorkingDirectory"])
    assert (unit["Restart"], unit["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert unit["User"] == unit["StateDirectory"] == "firstframe"


def service() -> configparser.SectionProxy:
    unit = configparser.ConfigParser()
    unit.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]  # its own documented way
    unit.read(ROOT / "docs" / "hosting" / "firstframe.service")
    return unit["Service"]


def test_the_guide_names_every_file() -> None:
    guide = (ROOT / "docs" / "hosting.md").read_text()

    linked = re.findall(r"\]\(([^)]+)\)", guide)

    assert {"../app.json", "../compose.yaml", "hosting/firstframe.service"} <= set(linked)
    assert all((ROOT / "docs" / link).exists() for link in linked)
