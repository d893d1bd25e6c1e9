"""Tokens that a real Logto issued verify, and nothing near them does."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from logto_auth.engine.keys import KeySet
from logto_auth.engine.verification import (
    REASONS,
    unverified_header,
    verify_id_token,
)
from logto_auth.errors import TokenInvalid

RECORDINGS = {
    recording["name"]: recording
    for path in sorted((Path(__file__).parents[1] / "recordings/tokens").glob("*.json"))
    for recording in [json.loads(path.read_text(encoding="utf-8"))]
}
ISSUER = "http://localhost:3001/oidc"
CLIENT_ID = "6hh4gamiq5ev8ycu8e5dt"
OTHER_APPLICATION = "817-third-party-token"

ID_TOKENS = [
    name
    for name, recording in RECORDINGS.items()
    if "id_token" in recording["body"] and name != OTHER_APPLICATION
]
JWT_ACCESS_TOKENS = [
    name
    for name, recording in RECORDINGS.items()
    if "access_token" in recording.get("decoded", {})
]
AFTER_A_REFRESH = [name for name in ID_TOKENS if "refresh" in name]


@pytest.fixture(scope="module")
def keys():
    return KeySet.parse(RECORDINGS["301-jwks"]["body"])


def recorded(name, kind="id_token"):
    recording = RECORDINGS[name]
    return recording["body"][kind], recording["decoded"][kind]["claims"]


def verify(name, keys, *, token=None, **changes):
    """Verify as it would have been verified two seconds after it was issued."""
    recorded_token, claims = recorded(name)
    expected = {
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "nonce": claims.get("nonce"),
        "access_token": RECORDINGS[name]["body"]["access_token"],
        "now": claims["iat"] + 2,
    }
    return verify_id_token(
        recorded_token if token is None else token, keys, **(expected | changes)
    )


def told(name):
    """Return the claims that are left when the token is verified."""
    claims = recorded(name)[1]
    return {key: value for key, value in claims.items() if key != "nonce"}


def refusal(name, keys, **changes):
    with pytest.raises(TokenInvalid) as caught:
        verify(name, keys, **changes)
    return caught.value.reason


def test_the_recordings_are_there():
    assert len(ID_TOKENS) == 11
    assert len(JWT_ACCESS_TOKENS) == 6
    assert len(AFTER_A_REFRESH) == 6


def test_logto_publishes_one_es384_key(keys):
    [key] = keys.keys
    assert key.algorithms == ("ES384",)
    assert keys.find(kid=key.kid, alg="ES384") is key


@pytest.mark.parametrize("name", ID_TOKENS)
def test_a_recorded_id_token_verifies_at_its_time(name, keys):
    verified = verify(name, keys)
    assert verified == told(name)
    assert verified.issuer == ISSUER
    assert verified.subject == recorded(name)[1]["sub"]


@pytest.mark.parametrize("name", [*ID_TOKENS, OTHER_APPLICATION])
def test_a_recorded_id_token_names_its_key_and_no_type(name, keys):
    header = unverified_header(recorded(name)[0])
    assert (header.alg, header.typ) == ("ES384", None)
    assert header.kid == keys.keys[0].kid


@pytest.mark.catalogue(54, 55)
@pytest.mark.parametrize("name", ID_TOKENS)
def test_a_recorded_id_token_fails_at_another_time(name, keys):
    claims = recorded(name)[1]
    assert claims["exp"] == claims["iat"] + 3600
    assert verify(name, keys, now=claims["exp"] + 59)
    assert refusal(name, keys, now=claims["exp"] + 60) == "expired"
    assert verify(name, keys, now=claims["iat"] - 60)
    assert refusal(name, keys, now=claims["iat"] - 61) == "issued_in_future"


@pytest.mark.catalogue(52)
@pytest.mark.parametrize("name", ID_TOKENS)
@pytest.mark.parametrize(
    "issuer", [ISSUER + "/", "https://localhost:3001/oidc", ISSUER[:-5], "", "oidc"]
)
def test_a_recorded_id_token_fails_for_another_issuer(name, issuer, keys):
    assert refusal(name, keys, issuer=issuer) == "wrong_issuer"


@pytest.mark.catalogue(53)
@pytest.mark.parametrize("name", ID_TOKENS)
@pytest.mark.parametrize(
    "client_id", ["spzdzltpaoacym6pj1wo3", CLIENT_ID[:-1], CLIENT_ID.upper(), ""]
)
def test_a_recorded_id_token_fails_for_another_application(name, client_id, keys):
    assert refusal(name, keys, client_id=client_id) == "wrong_audience"


@pytest.mark.catalogue(61)
def test_an_id_token_of_another_application_of_this_logto_fails(keys):
    claims = recorded(OTHER_APPLICATION)[1]
    assert refusal(OTHER_APPLICATION, keys) == "wrong_audience"
    verified = verify(OTHER_APPLICATION, keys, client_id=claims["aud"])
    assert verified == told(OTHER_APPLICATION)
    assert claims["iss"] == ISSUER


@pytest.mark.catalogue(58)
@pytest.mark.parametrize("name", ID_TOKENS)
def test_a_recorded_id_token_fails_with_another_nonce(name, keys):
    sent = recorded(name)[1].get("nonce")
    assert refusal(name, keys, nonce="another") == "wrong_nonce"
    assert refusal(name, keys, nonce=f"{sent}2") == "wrong_nonce"
    if sent is not None:
        assert refusal(name, keys, nonce=None) == "wrong_nonce"


def test_logto_repeats_the_nonce_of_the_sign_in_after_a_refresh():
    signed_in = recorded("363-token-authorization_code-again")[1]
    refreshed = recorded("370-token-refresh-plain")[1]
    assert signed_in["nonce"] == refreshed["nonce"] == "n0nce2"


@pytest.mark.catalogue(61)
@pytest.mark.parametrize("name", JWT_ACCESS_TOKENS)
def test_a_recorded_access_token_never_passes_as_an_id_token(name, keys):
    token, claims = recorded(name, "access_token")
    assert unverified_header(token).typ == "at+jwt"
    for client_id in (CLIENT_ID, claims["aud"], claims["client_id"]):
        with pytest.raises(TokenInvalid) as caught:
            verify_id_token(
                token,
                keys,
                issuer=ISSUER,
                client_id=client_id,
                nonce=None,
                now=claims["iat"] + 2,
            )
        assert caught.value.reason == "wrong_type"


def flipped_in_value(segment, bit):
    """Return base64url with one bit of the bytes that it encodes flipped."""
    data = bytearray(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    data[bit // 8] ^= 1 << bit % 8
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def flipped_in_text(segment, bit):
    """Return base64url with one bit of its own text flipped."""
    character = chr(ord(segment[bit // 8]) ^ 1 << bit % 8)
    return segment[: bit // 8] + character + segment[bit // 8 + 1 :]


def reasons_after(flip, bits, name, keys, *, position):
    """Return why a token is refused with each bit flipped; None where it is not."""
    segments = recorded(name)[0].split(".")
    reasons = {}
    for bit in bits:
        altered = [*segments]
        altered[position] = flip(segments[position], bit)
        assert altered != segments
        try:
            verify(name, keys, token=".".join(altered))
            reasons[bit] = None
        except TokenInvalid as error:
            reasons[bit] = error.reason
    return reasons


def bytes_of(name, position):
    return len(recorded(name)[0].split(".")[position]) * 6 // 8


SAMPLED = [*ID_TOKENS[:2], ID_TOKENS[-1]]
SEGMENTS = pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0, {"malformed_header", "unknown_key", "wrong_algorithm"}),
        (1, {"wrong_signature"}),
    ],
    ids=["header", "payload"],
)


@pytest.mark.catalogue(44)
def test_any_bit_of_a_recorded_signature_matters(keys):
    bits = range(96 * 8)
    reasons = reasons_after(flipped_in_value, bits, ID_TOKENS[0], keys, position=2)
    assert reasons == dict.fromkeys(bits, "wrong_signature")


@pytest.mark.catalogue(44)
@pytest.mark.parametrize("name", ID_TOKENS)
def test_every_byte_of_a_recorded_signature_matters(name, keys):
    bits = [byte * 8 + byte % 8 for byte in range(96)]
    reasons = reasons_after(flipped_in_value, bits, name, keys, position=2)
    assert reasons == dict.fromkeys(bits, "wrong_signature")


@pytest.mark.catalogue(44)
@SEGMENTS
@pytest.mark.parametrize("name", SAMPLED)
def test_every_seventh_bit_of_the_rest_matters(name, position, expected, keys):
    bits = range(0, bytes_of(name, position) * 8, 7)
    reasons = reasons_after(flipped_in_value, bits, name, keys, position=position)
    assert None not in reasons.values()
    assert expected <= set(reasons.values()) <= REASONS


@pytest.mark.catalogue(44, 51)
@pytest.mark.parametrize("position", [0, 1, 2], ids=["header", "payload", "signature"])
@pytest.mark.parametrize("name", SAMPLED)
def test_every_seventh_bit_of_the_text_matters(name, position, keys):
    bits = range(0, len(recorded(name)[0].split(".")[position]) * 8, 7)
    reasons = reasons_after(flipped_in_text, bits, name, keys, position=position)
    assert None not in reasons.values()
    assert len(reasons) > 100
    assert set(reasons.values()) <= REASONS
