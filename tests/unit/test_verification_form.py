"""Only strict, small, signed tokens are read at all."""

from __future__ import annotations

import json

import pytest

from logto_auth.engine.verification import unverified_header

from .minted_tokens import (
    ABSENT,
    claims,
    compact,
    encode,
    header,
    id_token,
    refusal,
    verify,
)


def nested(depth):
    """Return an object that holds lists in lists, ``depth`` levels in all."""
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def with_literal(**member):
    """Return the claims as JSON, one of them as it is written here."""
    [(name, literal)] = member.items()
    rest = json.dumps(claims(**{name: ABSENT})).encode()
    return b'{"%s": %s, ' % (name.encode(), literal) + rest[1:]


def exchanged(position, change):
    """Return a good token with one segment's text changed."""
    segments = id_token("RS256").split(".")
    segments[position] = change(segments[position])
    return ".".join(segments)


@pytest.mark.catalogue(49)
@pytest.mark.parametrize(
    "member",
    [
        {"crit": ["exp"]},
        {"crit": ["unknown"]},
        {"crit": ["b64"], "b64": False},
        {"crit": []},
        {"crit": None},
        {"b64": False},
        {"b64": True},
        {"zip": "DEF"},
    ],
    ids=str,
)
def test_a_header_that_changes_the_rules_is_refused(member):
    assert refusal(compact(header(**member), claims())) == "unsupported_header"


@pytest.mark.catalogue(50)
def test_an_encrypted_token_is_refused():
    parts = b'{"alg":"RSA-OAEP","enc":"A256GCM"}', b"key", b"iv", b"text", b"tag"
    assert refusal(".".join(map(encode, parts))) == "malformed_token"


@pytest.mark.catalogue(50)
def test_a_token_inside_a_token_is_refused():
    token = compact(header(cty="JWT"), id_token().encode())
    assert refusal(token) == "malformed_payload"


@pytest.mark.catalogue(50)
@pytest.mark.parametrize(
    "token",
    ["", "token", "a.b", "a.b.c.d", "." * 60_000, id_token() + ".", "." + id_token()],
    ids=["empty", "one", "two", "four", "dots", "dot after", "dot before"],
)
def test_anything_but_three_segments_is_refused(token):
    assert refusal(token) == "malformed_token"


@pytest.mark.catalogue(51)
@pytest.mark.parametrize(
    "token",
    [
        compact(header(jwk="x" * 300_000), claims()),
        compact(header(jwk="x" * 4_000), claims()),
        id_token(name="x" * 2_000_000),
        id_token(name="x" * 50_000),
        "x" * 65_537,
    ],
    ids=["300 kB header", "4 kB header", "2 MB", "65 kB", "not even a token"],
)
def test_a_large_token_is_refused(token):
    assert refusal(token) == "too_large"


def test_a_token_and_header_of_exactly_the_greatest_length_verify():
    first = json.dumps(header()).encode().ljust(3_072)
    second = json.dumps(claims()).encode().ljust(45_982)
    token = compact(first, second)
    assert (len(token), token.index(".")) == (65_536, 4_096)
    assert verify(token).subject == "user-1"
    assert refusal(compact(first, second + b" ")) == "too_large"
    assert refusal(compact(first + b" ", second[:40_000])) == "too_large"


@pytest.mark.catalogue(51)
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b'"{}"',
        b"{",
        b"{}{}",
        b"{'alg':'ES384'}",
        b'{"alg":"ES384",}',
        b'\xef\xbb\xbf{"alg":"ES384"}',
        b'{"alg":"ES384","a":"\xff"}',
        json.dumps(header()).encode("utf-16"),
        json.dumps(header()).encode("utf-16-le"),
        b'{"alg":"none","alg":"ES384"}',
        b'{"alg":"ES384","a":NaN}',
        b'{"alg":"ES384","a":"\\ud800"}',
        nested(1000),
        b'{"alg":"ES384","kid":null}',
        b'{"alg":"ES384","kid":1}',
        b'{"alg":"ES384","kid":["P-384"]}',
        b'{"alg":"ES384","typ":null}',
        b'{"alg":"ES384","typ":1}',
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_a_header_that_is_not_strict_json_is_refused(text):
    assert refusal(compact(text, claims())) == "malformed_header"


@pytest.mark.catalogue(51)
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"{}{}",
        b"{'sub':'user-1'}",
        b"\xef\xbb\xbf" + json.dumps(claims()).encode(),
        json.dumps(claims()).encode("utf-16"),
        json.dumps(claims()).encode("utf-16-le"),
        with_literal(name=b'"\xff"'),
        with_literal(name=b'"\xed\xa0\x80"'),
        with_literal(name=b'"\\ud800"'),
        with_literal(name=b'[{"\\udfff": 1}]'),
        with_literal(name=b'{"a": 1, "a": 1}'),
        b'{"sub": "admin", ' + json.dumps(claims()).encode()[1:],
        with_literal(exp=b"NaN"),
        with_literal(exp=b"Infinity"),
        with_literal(exp=b"-Infinity"),
        with_literal(exp=b"1e999"),
        with_literal(exp=b"9" * 5000),
        with_literal(exp=b"01"),
        with_literal(a=nested(32)),
        nested(1000),
        nested(20_000),
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_a_payload_that_is_not_strict_json_is_refused(text):
    assert refusal(compact(header(), text)) == "malformed_payload"


def test_a_payload_32_levels_deep_is_read():
    assert verify(compact(header(), with_literal(a=nested(31))))["a"]["a"] != []


def test_escaped_characters_beyond_the_basic_plane_are_read():
    assert verify(compact(header(), with_literal(name=b'"\\ud83d\\ude00"')))[
        "name"
    ] == ("\N{GRINNING FACE}")


@pytest.mark.catalogue(51)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "=",
        lambda text: text + "==",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:4] + "!" + text[4:],
        lambda text: text[:4] + "\u0430" + text[5:],
        lambda text: text + "\ud800",
        lambda text: text + "A" * (5 - len(text) % 4),
    ],
    ids=["=", "==", "newline", "space", "!", "Cyrillic", "surrogate", "length"],
)
@pytest.mark.parametrize(
    ("position", "reason"),
    [(0, "malformed_header"), (1, "malformed_token"), (2, "malformed_token")],
)
def test_a_segment_that_is_not_base64url_is_refused(position, reason, change):
    assert refusal(exchanged(position, change)) == reason


@pytest.mark.catalogue(51)
def test_standard_base64_is_refused():
    token = compact(header(), claims(), b"\xff" * 96)
    assert "_" * 128 in token
    assert refusal(token.replace("_", "/")) == "malformed_token"


def test_a_second_spelling_of_the_same_signature_is_refused():
    token = exchanged(2, lambda text: text[:-1] + chr(ord(text[-1]) + 1))
    assert refusal(token) == "malformed_token"


def test_the_header_of_a_token_is_read_without_a_key():
    token = compact(header(typ="application/AT+jwt", kid="k"), claims())
    read = unverified_header(token)
    assert (read.alg, read.kid, read.typ) == ("ES384", "k", "at+jwt")


def test_an_absent_kid_or_typ_is_told_apart_from_an_empty_one():
    absent = unverified_header(compact({"alg": "ES384"}, claims()))
    empty = unverified_header(compact({"alg": "ES384", "kid": "", "typ": ""}, claims()))
    assert (absent.kid, absent.typ) == (None, None)
    assert (empty.kid, empty.typ) == ("", "")
