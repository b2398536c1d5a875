"""Makes answers of Atlas that nobody promised, out of those that were seen."""

import json
import random
from copy import deepcopy
from typing import Any, Final, cast

from bot.atlas.wire import Answer

LINK: Final = "https://atlas-media.oss-us-west-1.aliyuncs.com/videos/6f1c.mp4"

_PREDICTION: Final[dict[str, Any]] = {
    "id": "e13520f3a1b2c3d4e5f60718293a4b5c",
    "model": "minimax/video-01",
    "outputs": None,
    "urls": {"get": "https://api.atlascloud.ai/api/v1/model/prediction/e13520f3"},
    "has_nsfw_contents": None,
    "status": "processing",
    "created_at": "0001-01-01T00:00:00Z",
    "error": "",
    "timings": {"inference": 0},
}
_DONE: Final = _PREDICTION | {"status": "completed", "outputs": [LINK], "price": "0.600294"}
_UPLOADED: Final = {"type": "image", "download_url": "https://u.example.com/1.jpg", "size": 123}
_ENTRY: Final = {
    "model": "minimax/hailuo-02/t2v-standard",
    "type": "Video",
    "price": {"discount": "100", "actual": {"base_price": "0.23"}, "origin": {"base_price": "1"}},
    "display_console": True,
}
_SEEN: Final[tuple[dict[str, Any], ...]] = (
    {"code": 200, "message": "", "data": _PREDICTION},
    _PREDICTION,
    {"code": 200, "message": "success", "data": _DONE},
    {"code": 200, "message": "success", "data": _DONE | {"has_nsfw_contents": [True]}},
    {"code": 200, "data": _DONE | {"has_nsfw_contents": [False], "outputs": [{"url": LINK}]}},
    {"code": 200, "data": _PREDICTION | {"status": "failed", "error": "?", "error_code": 1039}},
    {"code": 400, "msg": "not found", "request_id": "r", "data": None},
    {"code": 402, "msg": "insufficient balance", "data": None},
    {"error": {"type": "t", "code": "c", "message": "m", "param": None}, "request_id": "req_1"},
    {"code": 200, "message": "success", "data": _UPLOADED},
    {"code": "200", "data": [_ENTRY, _ENTRY | {"model": "minimax/video-01", "price": None}]},
)
_STATUSES: Final = (200, 200, 200, 201, 204, 302, 400, 402, 404, 413, 429, 500, 502, 503, 504, 524)
_ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 200, 400, 402, 429, 503, 1039, 10**30, 1e400, float("nan"), 0.5),
    *(
        "",
        " ",
        ".",
        "..",
        "\0",
        "\ud800",
        "e\n1",
        "200",
        "402",
        "503",
        "1039",
        "é" * 300,
        "x" * 9000,
    ),
    *("completed", " Succeeded", "FAILED", "canceled", "timeout", "brewing", "content policy"),
    *(LINK, "http://10.0.0.8/v", "https://a.bc/||@everyone", "javascript:1", "https://[", "//a"),
    *("1", "-1", "0.1234567", "NaN", "1e9", "9999.999999", [], {}, [[]], [True], [None, False]),
    *([LINK] * 3, [LINK * 40, LINK], {"url": LINK}, {"message": "flagged"}, [{"model": "m"}] * 3),
)
_GARBAGE: Final = (
    *(b"", b"null", b"[]", b"<html>502 Bad Gateway</html>", b"error code: 1010", b"\xff\xfe", b"{"),
    *(b"[" * 2000, b'{"a":' * 2000, b"9" * 5000, b'{"id":"\\ud800"}', b'{"code":' + b"4" * 9000),
)


def any_answer(chance: random.Random) -> Answer:
    """Return an answer that was seen, changed in its members, its bytes, or wholly."""
    status = chance.choice(_STATUSES) if chance.random() < 0.9 else chance.randrange(100, 1000)
    if chance.random() < 0.03:
        return Answer(status, chance.choice(_GARBAGE))
    body = deepcopy(chance.choice(_SEEN))
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
        _change(chance, body)
    content = json.dumps(body, ensure_ascii=chance.random() < 0.5).encode(
        chance.choice(("utf-8",) * 8 + ("utf-8-sig", "utf-16", "utf-32")), "surrogatepass"
    )
    return Answer(status, _damaged(chance, content) if chance.random() < 0.25 else content)


def _change(chance: random.Random, body: dict[str, Any]) -> None:
    """Drop, wrap, copy or replace one member, at any depth."""
    if not (members := _members(body)):
        return
    holder, key = chance.choice(members)
    other, other_key = chance.choice(members)
    match chance.randrange(5):
        case 0:
            del holder[key]
        case 1:
            holder[key] = [holder[key]]
        case 2:
            holder[key] = deepcopy(other[other_key])
        case _:
            holder[key] = deepcopy(chance.choice(_ODD))


def _members(value: Any) -> list[tuple[Any, Any]]:
    """Return each place in a tree, as what holds it and its key or index there."""
    if isinstance(value, dict):
        keys = list(cast(dict[Any, Any], value))
    elif isinstance(value, list):
        keys = list(range(len(cast(list[Any], value))))
    else:
        return []
    inner = [place for key in keys for place in _members(value[key])]
    return [*((cast(Any, value), key) for key in keys), *inner]


def _damaged(chance: random.Random, content: bytes) -> bytes:
    at, to = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    match chance.randrange(4):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + chance.randbytes(chance.randrange(1, 5)) + content[at + 1 :]
        case 2:
            return content[:at] + content[to:]
        case _:
            return content[:to] + content[at:]
