"""What must outlive the process: arrivals, videos and their pictures, in one SQL database.

SQLite is opened in WAL mode with full synchronisation, so what was written is on the disk
before a method returns; PostgreSQL does that by itself.
"""

from bot.store._arrivals import TooSlow
from bot.store._copies import NotCopied, copy_out, file_of, put_back
from bot.store._doubts import NotLost
from bot.store._drafts import DraftTaken
from bot.store._engine import open_engine
from bot.store._figures import Figures
from bot.store._inspection import inspect_database
from bot.store._store import Store

__all__ = [
    "DraftTaken",
    "Figures",
    "NotCopied",
    "NotLost",
    "Store",
    "TooSlow",
    "copy_out",
    "file_of",
    "inspect_database",
    "open_engine",
    "put_back",
]
