"""What must outlive the process: arrivals, videos and their pictures, in one SQL database.

SQLite is opened in WAL mode with full synchronisation, so what was written is on the disk
before a method returns; PostgreSQL does that by itself.
"""

from bot.store._schema import open_engine
from bot.store._store import Store, TooSlow

__all__ = ["Store", "TooSlow", "open_engine"]
