"""The story of one video, told in order: accept → submit → wait → settle → deliver.

`accept` runs in the command; the rest is a durable workflow whose id is the video's id, so that
it is told anew after a crash, and goes on where it was.
"""

from bot.pipeline._budget_watch import BudgetWatch
from bot.pipeline._caretaker import Caretaker
from bot.pipeline._catalogue import Catalogue
from bot.pipeline._doorkeeper import Doorkeeper
from bot.pipeline._engine import Engine
from bot.pipeline._fitting_room import FittingRoom
from bot.pipeline._frames import Frames
from bot.pipeline._intake import Intake
from bot.pipeline._lease import DatabaseTaken, open_lease
from bot.pipeline._live import LiveCards
from bot.pipeline._log_book import LogBook
from bot.pipeline._look import repeat
from bot.pipeline._payment import Payment
from bot.pipeline._pipeline import Pipeline
from bot.pipeline._returns import Returns
from bot.pipeline._story import Span, Story, no_span

__all__ = [
    "BudgetWatch",
    "Caretaker",
    "Catalogue",
    "DatabaseTaken",
    "Doorkeeper",
    "Engine",
    "FittingRoom",
    "Frames",
    "Intake",
    "LiveCards",
    "LogBook",
    "Payment",
    "Pipeline",
    "Returns",
    "Span",
    "Story",
    "no_span",
    "open_lease",
    "repeat",
]
