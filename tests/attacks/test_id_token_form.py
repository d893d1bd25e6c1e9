"""An ID token has three parts, is small, and is strict JSON, or is refused quickly."""

import json

import pytest

from tests.unit.minted_tokens import compact, encode, header

from .forging import literal, minted, publish_keys


def nested(levels, inside=b""):
    return b"[" * levels + inside + b"]" * levels


def encrypted(token):
    """Return a JWE (RFC 7516) of five parts."""
    parts = b'{"alg":"dir","enc":"A256GCM"}', b"", b"i" * 12, token.encode(), b"t" * 16
    return ".".join(map(encode, parts))


@pytest.fixture(autouse=True)
def _keys(trial):
    publish_keys(trial.logto)


@pytest.mark.catalogue(50)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (encrypted, "malformed_token"),
        (lambda token: ".".join(encrypted(token).split(".")[:3]), "wrong_algorithm"),
        (lambda token: token + ".", "malformed_token"),
        (lambda token: "." + token, "malformed_token"),
        (lambda token: token.replace(".", "..", 1), "malformed_token"),
        (lambda token: token.partition(".")[2], "malformed_token"),
        (lambda token: "token", "malformed_token"),
        (lambda token: "..", "malformed_header"),
        (lambda token: "." * 60_000, "malformed_token"),
        (lambda token: " " + token, "malformed_header"),
        (lambda token: token + "=", "malformed_token"),
    ],
    ids=[
        *("JWE", "JWE of three parts", "fourth part", "empty header", "two dots"),
        *("headless", "one word", "only dots", "60,000 dots", "space", "padding"),
    ],
)
def test_anything_but_three_parts_of_base64url_is_refused(trial, text, reason):
    trial.refuses(minted(text=text), reason)


@pytest.mark.catalogue(50)
@pytest.mark.parametrize("place", [0, 40, -1], ids=["header", "payload", "signature"])
@pytest.mark.parametrize(
    "char",
    ["\n", "\0", "\N{SNOWMAN}", "\ud800"],
    ids=["newline", "NUL", "snowman", "half a character"],
)
def test_a_token_with_a_character_that_no_token_has_is_refused(trial, place, char):
    def forge(answer):
        token = answer["id_token"]
        forged = token[:place] + char + token[place:]
        return json.dumps({**answer, "id_token": forged}).encode()

    trial.logto.forge_token_response = forge
    trial.refuses(minted(), "token_response_shape", code="provider_response_invalid")


@pytest.mark.catalogue(50)
@pytest.mark.parametrize("cty", ["JWT", "application/jwt"])
def test_a_token_inside_a_token_is_refused(trial, cty):
    def inner(told):
        return compact(header(), told).encode()

    trial.refuses(minted(payload=inner, cty=cty), "malformed_payload")


@pytest.mark.catalogue(51)
@pytest.mark.parametrize(
    "forged",
    [
        minted(extra="x" * 300_000),
        minted(extra="x" * 4_000),
        minted(payload=lambda told: {**told, "name": "x" * 700_000}),
        minted(payload=lambda told: {**told, "name": "x" * 50_000}),
        minted(text=lambda token: token + "A" * 700_000),
        minted(text=lambda token: "x" * 1_000_000),
        minted(payload=lambda told: literal(deep=nested(40_000))(told)),
    ],
    ids=[
        *("300 kB header", "4 kB header", "900 kB payload", "65 kB payload"),
        *("700 kB signature", "no token", "40,000 levels"),
    ],
)
def test_a_large_token_is_refused_before_it_is_read(trial, forged):
    trial.refuses(forged, "too_large")


@pytest.mark.catalogue(51)
def test_a_token_of_two_megabytes_is_not_even_received(trial):
    forged = minted(payload=lambda told: {**told, "name": "x" * 2_000_000})
    trial.refuses(forged, "too_large", "provider_response_invalid")


@pytest.mark.catalogue(51)
@pytest.mark.parametrize(
    "first",
    [
        *(b"", b"null", b"[]", b'"ES384"', b"{", b"{}{}", b"{'alg':'ES384'}"),
        *(b'{"alg":"ES384",}', b'\xef\xbb\xbf{"alg":"ES384"}'),
        *(b'{"alg":"none","alg":"ES384"}', b'{"alg":"ES384","kid":"a","kid":"P-384"}'),
        *(b'{"alg":"ES384","a":NaN}', b'{"alg":"ES384","a":1e999}'),
        *(b'{"alg":"ES384","a":"\\ud800"}', b'{"alg":"ES384","a":"\xff"}'),
        b'{"alg":"ES384","a":' + nested(1000) + b"}",
        b'{"alg":"ES384","a":' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"}",
        json.dumps(header()).encode("utf-16"),
    ],
    ids=lambda first: ascii(first)[:40],
)
def test_a_header_that_is_not_strict_json_is_refused(trial, first):
    def forge(told, right):
        return compact(first, told)

    trial.refuses(forge, "malformed_header")


@pytest.mark.catalogue(51)
@pytest.mark.parametrize(
    "payload",
    [
        *(lambda told: b"", lambda told: b"null", lambda told: b"[]"),
        *(lambda told: b'"text"', lambda told: json.dumps(told).encode()[:-1]),
        lambda told: json.dumps([told]).encode(),
        lambda told: json.dumps(told).encode() + b"{}",
        lambda told: b'{"sub":"admin",' + json.dumps(told).encode()[1:],
        lambda told: json.dumps(told).encode()[:-1] + b',"sub":"admin"}',
        lambda told: json.dumps(told).encode("utf-16"),
        *(literal(exp=b"NaN"), literal(exp=b"Infinity"), literal(exp=b"-Infinity")),
        *(literal(exp=b"1e999"), literal(exp=b"9" * 5000), literal(exp=b"0x7fffffff")),
        *(literal(name=b'"\\ud800"'), literal(name=b'"\xff"')),
        *(literal(name=b'{"a":1,"a":2}'), literal(name=nested(1000))),
        *(literal(name=nested(20_000)), literal(name=b'{"a":' * 33 + b"1" + b"}" * 33)),
    ],
    ids=[
        *("empty", "null", "list", "text", "cut", "in a list", "two", "subject first"),
        *("subject last", "UTF-16", "NaN", "Infinity", "-Infinity", "too large"),
        *("5,000 digits", "hexadecimal", "surrogate", "not UTF-8", "name inside twice"),
        *("1,000 levels", "20,000 levels", "33 levels"),
    ],
)
def test_a_payload_that_is_not_strict_json_is_refused(trial, payload):
    trial.refuses(minted(payload=payload), "malformed_payload")


@pytest.mark.catalogue(51)
def test_an_unsigned_token_is_never_parsed(trial):
    forged = minted(payload=literal(name=nested(20_000)), owner="attacker")
    trial.refuses(forged, "wrong_signature")
