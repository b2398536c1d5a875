"""The guard before the routes: it notes who comes, looks at the key, and lets faults strike."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from aiohttp import hdrs, web

from sandbox.atlas._answer import EDGE, INSTEAD, UNANSWERED, Refused, said, spoil
from sandbox.atlas._fault import Fault

Operation = Literal["submit", "poll", "upload", "models", "jwks"]

FAULTS: Final = web.RequestKey("faults", set[Fault])

_OPEN: Final = {"models", "schema", "jwks"}
_KEPT: Final = {"authorization", "user-agent", "content-type", "content-length"}


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request that came in; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)


class Guard:
    """Stands before every route of an account with one key."""

    def __init__(self, api_key: str) -> None:
        self.requests: list[SeenRequest] = []
        self.struck: list[tuple[str, Fault]] = []
        self._api_key = api_key
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def fail_next(self, operation: Operation, fault: Fault, *, times: int = 1) -> None:
        """Spoil the next `times` requests of that operation, after those already queued."""
        self._faults[operation].extend([fault] * times)

    def heal(self) -> None:
        """Forget the faults that are still queued."""
        self._faults.clear()

    @web.middleware
    async def admit(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Any],
    ) -> web.StreamResponse:
        """Let a request through to its route, or answer in its place."""
        self.requests.append(_seen(request))
        operation = (request.match_info.route.name or "").removesuffix("-result")
        if (refusal := self._refusal(request, operation)) is not None:
            return refusal
        queued = self._faults[operation]
        faults = {queued.popleft()} if queued else set[Fault]()
        self.struck += [(operation, fault) for fault in faults]
        for fault in faults & INSTEAD.keys():
            return INSTEAD[fault]()
        for fault in faults & UNANSWERED.keys():
            return await UNANSWERED[fault](request, web.Response())
        request[FAULTS] = faults
        try:
            answer: web.Response = await handler(request)
        except Refused as error:
            return said(error.code, error.msg)
        except web.HTTPRequestEntityTooLarge:
            return said(413, "request entity too large")
        return await spoil(request, answer, faults)

    def _refusal(self, request: web.Request, operation: str) -> web.Response | None:
        """Return why the request never reaches a handler; None when it does."""
        agent = request.headers.get(hdrs.USER_AGENT, "")
        if not agent or agent.startswith("Python-urllib/"):
            return EDGE()
        authorised = request.headers.get(hdrs.AUTHORIZATION) == f"Bearer {self._api_key}"
        if not operation or not (authorised or operation in _OPEN):
            return said(401, "unauthorized")  # wrong paths too: the key is looked at first
        return None


def _seen(request: web.Request) -> SeenRequest:
    headers = {name.lower(): value for name, value in request.headers.items()}
    kept = {name: value for name, value in headers.items() if name in _KEPT}
    return SeenRequest(request.method, request.path, kept)
