"""What is around the bot's HTTP server in these tests: Atlas, strangers, and who is rung."""

import asyncio
import time

import aiohttp

from bot.model import Attempt
from bot.web import Web
from sandbox.atlas import SigningKey, SimulatedAtlas, webhook_body

ATTEMPT = "00112233445566778899aabbccddeeff"
ID = "0123456789abcdef0123456789abcdef"
BODY = webhook_body({"id": ID, "status": "completed", "outputs": ["https://a.example/1.mp4"]})
PATH = f"/atlas/webhook?attempt={ATTEMPT}"
SOON_S = 5.0
KEYS_PATH = "/api/v1/webhooks/jwks.json"


class Bell:
    """Who is told to look, and knows one attempt."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.hangs = False
        self.pulled = asyncio.Event()

    async def __call__(self, attempt: Attempt, prediction_id: str) -> bool:
        self.pulled.set()
        if self.hangs:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error
        if attempt != ATTEMPT:
            return False
        self.rung.append((attempt, prediction_id))
        return True


class Clock:
    """The time of day, and how a test has moved it."""

    def __init__(self) -> None:
        self._began_at = time.time()
        self.ahead_s = 0.0
        self.speed = 1.0

    def __call__(self) -> float:
        return self._began_at + (time.time() - self._began_at) * self.speed + self.ahead_s


class Outside:
    """What comes from outside: Atlas signs with its own key unless a test says otherwise."""

    def __init__(self, session: aiohttp.ClientSession, web: Web, atlas: SimulatedAtlas) -> None:
        self._session, self._web, self._atlas = session, web, atlas

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._web.port}"

    def signed(
        self, body: bytes = BODY, *, late_s: float = 0, key: SigningKey | None = None
    ) -> dict[str, str]:
        key = key or self._atlas.webhooks.key
        return key.headers(body, webhook_id=ID, at=time.time() - late_s)

    async def post(
        self, headers: dict[str, str], body: bytes = BODY, *, path: str = PATH
    ) -> aiohttp.ClientResponse:
        async with self._session.post(self.origin + path, data=body, headers=headers) as answer:
            return answer

    async def status(self, headers: dict[str, str], body: bytes = BODY, *, path: str = PATH) -> int:
        return (await self.post(headers, body, path=path)).status

    async def connect(self, head: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a bare connection and write a first part."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._web.port)
        writer.write(head)
        return reader, writer

    def looks(self) -> int:
        """Return how often the keys were read from Atlas."""
        return sum(request.path == KEYS_PATH for request in self._atlas.requests)
