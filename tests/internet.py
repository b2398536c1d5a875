"""A small internet on loopback: names, public addresses, and one server behind them all.

What guards a fetch sees the names and the addresses; only the connection itself is led here.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.atlas.outputs import Outputs

_PIECE = 64 * 1024

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]

PUBLIC = "93.184.215.14"
LINK = "https://cdn.example/boat.mp4?Signature=secret"
PAGE = "/boat.mp4?Signature=secret"
FILM = b"\0\0\0\x20ftypisom" + b"\0" * 1000

_NAMES = ("cdn.example", "far.example")


def says(
    body: bytes = b"", *, status: int = 200, size: int | None = None, **headers: str
) -> Answer:
    """Answer in one piece; `size` is what Content-Length says, if that is not the truth."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body) if size is None else size}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    whole = memoryview("\r\n".join([*lines, "", ""]).encode() + body)

    async def answer(writer: asyncio.StreamWriter) -> None:
        for start in range(0, len(whole), _PIECE):
            writer.write(whole[start : start + _PIECE])
            await writer.drain()

    return answer


def says_slowly(piece: bytes, *, pause_s: float = 0.0) -> Answer:
    """Answer without an end: a piece, a pause, the piece again, until nobody listens."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            await asyncio.sleep(pause_s)

    return answer


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    """Answer with no body, though there is to be one."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    with suppress(ConnectionError):
        await writer.wait_closed()


class Internet(AbstractResolver):
    """What is where; each may be changed at any time.

    `names` are the answers to look-ups, one after the other, and the last for ever; a name that
    is missing does not exist. `pages` are the server's answers by path.
    """

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {"cdn.example": [PUBLIC]}
        self.pages: dict[str, Answer] = {}
        self.heads: list[str] = []
        """What was asked of the server: the line and the headers."""
        self.reached: list[str] = []
        """Addresses that a connection was begun to."""

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [head.split()[1] for head in self.heads]

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the next answer of a name."""
        answers = self.names.get(host.rstrip("."), [])
        if not answers:
            raise OSError(socket.EAI_NONAME, "no such name")
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Nothing is open."""

    def connector(self, *, socket_factory: Callable[[Any], socket.socket], **options: Any) -> Any:
        """Make a connector whose connections end here, once `socket_factory` let them go."""

        def lead(info: Any) -> socket.socket:
            socket_factory(info).close()
            return _Led(self)

        return aiohttp.TCPConnector(resolver=self, socket_factory=lead, ssl=self.trust, **options)

    @asynccontextmanager
    async def serve(self, folder: Path) -> AsyncGenerator[None]:
        """Run the server, with a certificate whose files go to `folder`."""
        _certify(folder)
        self.trust = ssl.create_default_context(cafile=folder / "certificate.pem")
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self._busy = set[asyncio.Task[Any]]()
        server = await asyncio.start_server(self._hear, "127.0.0.1", 0, ssl=tls)
        self.port: int = server.sockets[0].getsockname()[1]
        async with server:
            yield
            await self.quiet()

    async def quiet(self) -> None:
        """Wait until the server has no connection left."""
        async with asyncio.timeout(5):
            await asyncio.gather(*self._busy)

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        with suppress(ConnectionError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            await self.pages[head.split()[1]](writer)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        writer.close()
        self._busy.discard(task)


async def fetch(outputs: Outputs, link: str = LINK, *, most_bytes: int = 1024 * 1024) -> bytes:
    """Return a whole video, as no caller with little memory would."""
    async with outputs.open(link, most_bytes=most_bytes) as output:
        return b"".join([chunk async for chunk in output.chunks()])


class _Led(socket.socket):
    """A socket that connects to the server, whatever it was told."""

    def __init__(self, internet: Internet) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self._internet = internet

    def connect(self, address: Any) -> None:
        self._internet.reached.append(address[0])
        super().connect(("127.0.0.1", self._internet.port))


def _certify(folder: Path) -> None:
    """Write a certificate for a day, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a small internet")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in _NAMES]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
