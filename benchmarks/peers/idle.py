"""A loop that has nothing to do: what it is late is the machine's doing."""

import asyncio

if __name__ == "__main__":
    asyncio.run(asyncio.Event().wait())
