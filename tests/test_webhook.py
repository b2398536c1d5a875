"""Webhooks and key sets: Atlas's, and what others would like to pass for it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.atlas.webhook import Keys, read_keys, read_webhook
from bot.atlas.wire import Answer
from bot.errors import (
    AtlasUnavailable,
    FirstframeError,
    WebhookKeyUnknown,
    WebhookRefused,
    WebhookUnreadable,
)
from sandbox.atlas import SigningKey, webhook_body

NOW = 1_790_000_000.0
ID = "0123456789abcdef0123456789abcdef"
BODY = webhook_body({"id": ID, "status": "completed", "outputs": ["https://a.example/1.mp4"]})
ATLAS = SigningKey()

TIMESTAMP = "X-AtlasCloud-Webhook-Timestamp"
KEY_ID = "X-AtlasCloud-Webhook-Key-Id"
ED25519 = "X-AtlasCloud-Webhook-Signature-Ed25519"
BARE = "X-AtlasCloud-Webhook-Signature"


def key_set(*members: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps({"keys": members}).encode())


def keys(*signing: SigningKey) -> Keys:
    return read_keys(key_set(*(key.jwk() for key in signing)))


def signed(body: bytes = BODY, *, at: float = NOW, key: SigningKey = ATLAS) -> dict[str, str]:
    return key.headers(body, webhook_id=ID, at=at)


def read(headers: Mapping[str, str], body: bytes = BODY, *, known: Keys | None = None) -> str:
    return read_webhook(headers, body, keys=known or keys(ATLAS), now=NOW)


# ── webhooks ──────────────────────────────────────────────────────────────────────────────────


def test_a_webhook_of_atlas_names_its_prediction() -> None:
    assert read(signed()) == ID


def test_a_signature_made_elsewhere_is_understood() -> None:
    """Made with openssl and the key of RFC 8037, appendix A."""
    public = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    body = b'{"session_id":"0123456789abcdef0123456789abcdef","status":"OK"}'
    signature = (
        "VYnBBdqzyCX0gdZNR4WCP0MnChhLS5vp0YfYGnOUt7B_2sGiX_l7nwMwaWFrdrg7Vs-Ody-nyvzZEE4HAD1eDg"
    )
    headers = {TIMESTAMP: "1790000000", KEY_ID: "2026", ED25519: signature}

    assert read(headers, body, known=read_keys(key_set(public | {"kid": "2026"}))) == ID


def test_header_names_are_read_in_any_case() -> None:
    assert read({name.upper(): value for name, value in signed().items()}) == ID


def test_a_signature_may_be_padded() -> None:
    headers = signed()
    headers[ED25519] += "=="

    assert read(headers) == ID


def test_an_ed25519_signature_may_stand_where_the_hmac_was() -> None:
    headers = signed()
    headers[BARE] = headers.pop(ED25519)

    assert read(headers) == ID


@pytest.mark.parametrize("late_s", [-300, 300])
def test_a_webhook_holds_for_five_minutes(late_s: float) -> None:
    assert read(signed(at=NOW + late_s)) == ID


@pytest.mark.parametrize("late_s", [-301, 301, -1e9])
def test_a_webhook_of_another_time_is_refused(late_s: float) -> None:
    with pytest.raises(WebhookRefused, match="stale"):
        read(signed(at=NOW + late_s))


@pytest.mark.parametrize(
    "change",
    [
        {TIMESTAMP: None},
        {TIMESTAMP: "soon"},
        {TIMESTAMP: "-1790000000"},
        {TIMESTAMP: "1790000000.5"},
        {TIMESTAMP: "١٧٩٠٠٠٠٠٠٠"},
        {TIMESTAMP: "9" * 5000},
        {ED25519: None},
        {ED25519: ""},
        {ED25519: "A" * 85},
        {ED25519: "*" * 86},
        {ED25519: "A" * 100_000},
    ],
)
def test_a_webhook_without_a_readable_signature_is_refused(
    change: Mapping[str, str | None],
) -> None:
    changed = {**signed(), **change}
    headers = {name: value for name, value in changed.items() if value is not None}

    with pytest.raises(WebhookRefused, match="unsigned"):
        read(headers)


def test_a_signature_of_another_key_is_forged() -> None:
    stranger = SigningKey()
    headers = signed(key=stranger) | {KEY_ID: ATLAS.id}

    with pytest.raises(WebhookRefused, match="forged"):
        read(headers)


def test_a_signature_over_another_body_is_forged() -> None:
    with pytest.raises(WebhookRefused, match="forged"):
        read(signed(), BODY + b" ")


def test_a_signature_of_another_moment_is_forged() -> None:
    headers = signed() | {TIMESTAMP: str(int(NOW) + 1)}

    with pytest.raises(WebhookRefused, match="forged"):
        read(headers)


@pytest.mark.parametrize("key_id", [None, "", "another", "key_"])
def test_an_unknown_key_is_told_from_a_forgery(key_id: str | None) -> None:
    headers = signed()
    headers.pop(KEY_ID)

    with pytest.raises(WebhookKeyUnknown):
        read(headers if key_id is None else headers | {KEY_ID: key_id})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"null",
        b"[" * 60_000,
        b"{}",
        b'{"session_id":null}',
        b'{"session_id":7}',
        b'{"session_id":""}',
        b'{"session_id":".."}',
        b'{"session_id":"a b"}',
        b'{"session_id":"a\\nb"}',
        b'{"session_id":"\\ud800"}',
        b'{"session_id":"' + b"a" * 201 + b'"}',
    ],
)
def test_a_signed_body_without_a_usable_id_is_unreadable(body: bytes) -> None:
    with pytest.raises(WebhookUnreadable):
        read(signed(body), body)


# ── key sets ──────────────────────────────────────────────────────────────────────────────────


def raw(found: Keys) -> dict[str, bytes]:
    return {key_id: key.public_bytes_raw() for key_id, key in found.items()}


def test_only_ed25519_keys_with_an_id_are_kept() -> None:
    good = ATLAS.jwk()
    rsa = {"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"}
    nameless = {name: value for name, value in good.items() if name != "kid"}
    found = read_keys(
        key_set(
            rsa,
            nameless,
            good | {"kid": 7},
            good | {"kid": "k" * 201},
            good | {"kid": "short", "x": good["x"][:-1]},
            good | {"kid": "long", "x": good["x"] + "A"},
            good | {"kid": "curve", "crv": "X25519"},
            good | {"kid": "number", "x": 7},
            None,
            "key",
            good,
        )
    )

    assert raw(found) == raw(keys(ATLAS))


def test_a_set_is_read_no_further_than_thirty_two_keys() -> None:
    many = [ATLAS.jwk() | {"kid": str(number)} for number in range(1000)]

    assert list(read_keys(key_set(*many))) == [str(number) for number in range(32)]


@pytest.mark.parametrize(
    "answer",
    [
        key_set(),
        key_set({"kty": "RSA"}),
        key_set(ATLAS.jwk(), status=500),
        Answer(200, b"<html>502</html>"),
        Answer(200, b"[" * 60_000),
        Answer(200, b'{"keys":{}}'),
        Answer(200, b'{"keys":"keys"}'),
    ],
)
def test_a_set_without_keys_is_no_set(answer: Answer) -> None:
    with pytest.raises(AtlasUnavailable):
        read_keys(answer)


# ── whatever comes ────────────────────────────────────────────────────────────────────────────

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
bodies = st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode())
values = st.text(max_size=100) | st.sampled_from([*signed().values(), "1790000000"])
jwks = st.fixed_dictionaries(
    {},
    optional={
        "kty": st.just("OKP") | anything,
        "crv": st.just("Ed25519") | anything,
        "kid": st.text(max_size=300) | anything,
        "x": st.from_regex(r"[A-Za-z0-9_-]{43}=?", fullmatch=True) | anything,
    },
)


@settings(max_examples=500)
@given(
    headers=st.dictionaries(st.sampled_from(list(signed())) | st.text(max_size=20), values),
    body=bodies,
)
def test_whatever_comes_unsigned_is_refused(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        read(headers, body)


@settings(max_examples=300)
@given(body=bodies | anything.map(lambda it: json.dumps({"session_id": it}).encode()))
def test_whatever_is_signed_names_a_usable_id_or_is_unreadable(body: bytes) -> None:
    try:
        found = read(signed(body), body)
    except WebhookUnreadable:
        return

    assert found == json.loads(body)["session_id"]
    assert found.isascii()
    assert found.isprintable()
    assert " " not in found


@settings(max_examples=300)
@given(body=bodies | st.lists(jwks | anything, max_size=40).map(lambda it: key_set(*it).body))
def test_whatever_a_key_set_holds_is_keys_or_nothing(body: bytes) -> None:
    try:
        found = read_keys(Answer(200, body))
    except AtlasUnavailable:
        return

    assert 0 < len(found) <= 32
    assert all(isinstance(key, Ed25519PublicKey) for key in found.values())


@settings(max_examples=300)
@given(key=st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True), body=st.binary(max_size=50))
def test_whatever_key_is_published_verifies_no_signature_of_another(key: str, body: bytes) -> None:
    known = read_keys(key_set(ATLAS.jwk() | {"x": key}))

    with pytest.raises(FirstframeError):
        read(signed(body), body, known=known)


@settings(max_examples=300)
@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_body_with_one_byte_changed_is_forged(place: int, change: int) -> None:
    changed = bytes([*BODY[:place], BODY[place] ^ change, *BODY[place + 1 :]])

    with pytest.raises(WebhookRefused, match="forged"):
        read(signed(), changed)
