"""What is typed for the pictures of the README, in each of their languages."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Script:
    """The prompts of one person; `earlier` are five that end well."""

    locale: str
    prompt: str
    camera: str
    earlier: tuple[str, str, str, str, str]
    flagged: str
    refused: str
    lost: str

    def folder(self, pictures: Path) -> Path:
        """Return where its pictures are: English has no folder of its own."""
        return pictures if self.locale == "en-US" else pictures / self.locale


SCRIPTS: Final = (
    Script(
        locale="en-US",
        prompt="A paper boat on a lake at dusk",
        camera="Push in, Pan left",
        earlier=(
            "A fox on a frozen lake [Tracking shot]",
            "A kite over the harbour",
            "Rain on a tram window",
            "Snow on an orchard [Push in]",
            "Fog over the old bridge",
        ),
        flagged="A carnival at midnight #flagged",
        refused="A duel on a rooftop #refused",
        lost="A train through the snow #lost",
    ),
    Script(
        locale="de",
        prompt="Ein Papierboot auf einem See in der Dämmerung",
        camera="Push in, Pan left",
        earlier=(
            "Ein Fuchs auf einem zugefrorenen See [Tracking shot]",
            "Ein Drachen über dem Hafen",
            "Regen am Fenster der Straßenbahn",
            "Schnee auf einer Obstwiese [Push in]",
            "Nebel über der alten Brücke",
        ),
        flagged="Ein Jahrmarkt um Mitternacht #flagged",
        refused="Ein Duell auf dem Dach #refused",
        lost="Ein Zug im Schnee #lost",
    ),
)
