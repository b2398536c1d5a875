"""Discord's REST answers: SimCord's, with our refusals before and nonces around them."""

import time
from typing import Any, Final

from simcord.backend import serializers
from simcord.http import dispatch

from tests.discord_socket._rules import refuse, refuse_files
from tests.discord_socket._wire import Request
from tests.discord_socket._world import World

_NONCE_LIFE_S: Final = 300.0
_STARTS: Final = {"total": 1000, "remaining": 1000, "reset_after": 0}


class Rest:
    """Answers one request at a time from the world."""

    def __init__(
        self, world: World, *, gateway_url: str, shards: int, max_concurrency: int
    ) -> None:
        self._world = world
        self._gateway = {"url": gateway_url}
        self._starts = {
            "shards": shards,
            "session_start_limit": _STARTS | {"max_concurrency": max_concurrency},
        }
        self._posted: dict[str, tuple[float, int, int]] = {}

    def forget_nonces(self) -> None:
        """Do at once what Discord does after some minutes."""
        self._posted.clear()

    def answer(self, request: Request) -> Any:
        """Return the payload, None for 204; raise BackendError as Discord would refuse."""
        match request.method, request.path:
            case "GET", "/gateway":
                return self._gateway
            case "GET", "/gateway/bot":
                return self._gateway | self._starts
            case "POST", path if path.startswith("/channels/") and path.endswith("/messages"):
                return self._post_message(request)
            case "GET", "/oauth2/applications/@me":
                return self._dispatch(request) | self._world.application
            case _:
                return self._dispatch(request)

    def _post_message(self, request: Request) -> Any:
        """Post once for each nonce, whatever the channel.

        https://discord.com/developers/docs/resources/message#create-message
        """
        refuse_files(self._world, [file.fp.getbuffer().nbytes for file in request.files])
        nonce = request.body.get("nonce") if request.body.get("enforce_nonce") else None
        if nonce is None:
            return self._dispatch(request)
        at, channel, message = self._posted.get(str(nonce), (float("-inf"), 0, 0))
        if time.monotonic() - at < _NONCE_LIFE_S:
            backend = self._world.backend
            first = serializers.message_payload(backend, backend.get_message(channel, message))
            return dict(first) | {"nonce": nonce}
        posted = self._dispatch(request)
        place = (time.monotonic(), int(posted["channel_id"]), int(posted["id"]))
        self._posted[str(nonce)] = place
        return posted | {"nonce": nonce}

    def _dispatch(self, request: Request) -> Any:
        refuse(self._world, request.method, request.path)
        return dispatch(
            self._world.backend,
            request.method,
            request.path,
            json=request.body,
            params=dict(request.params),
            files=list(request.files),
            message_content_access=False,
        )


def status_of(request: Request, payload: Any) -> int:
    """Return the status of an answer that went well."""
    if payload is None:
        return 204
    return 201 if request.method == "POST" and request.path.endswith("/threads") else 200
