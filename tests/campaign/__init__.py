"""A campaign of faults against the real bot: a plan from a seed, a driver, and the books."""

from tests.campaign._database import Database, PostgresBehindGate, SqliteFile
from tests.campaign._driver import live_through
from tests.campaign._figures import Figures
from tests.campaign._gate import Gate
from tests.campaign._logs import alarms
from tests.campaign._plan import Campaign
from tests.campaign._play import play
from tests.campaign._troubles import Outage

__all__ = [
    "Campaign",
    "Database",
    "Figures",
    "Gate",
    "Outage",
    "PostgresBehindGate",
    "SqliteFile",
    "alarms",
    "live_through",
    "play",
]
