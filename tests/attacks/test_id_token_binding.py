"""An ID token belongs to one sign-in: its nonce, its access token and its code."""

import base64
import hashlib
import json

import pytest
from django.test import Client

from tests.journey import Journey, query_of

from .forging import ABSENT, claims_with, minted, publish_keys

HASHES = {"ES384": hashlib.sha384, "ES256": hashlib.sha256, "ES512": hashlib.sha512}
HASHES |= {"RS256": hashlib.sha256, "PS256": hashlib.sha256}
NO_HASHES = [None, "", 1, True, ["x"], {}, "wrong", "é"]


def half(digest, text):
    """Return the left half of a hash as ``at_hash`` and ``c_hash`` have it."""
    whole = digest(text.encode()).digest()
    return base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def bound_to_access_token(alg, digest):
    """Return a forger of token responses whose ID token has an ``at_hash``."""

    def forge(answer):
        claims = claims_of(answer["id_token"])
        claims["at_hash"] = half(digest, answer["access_token"])
        return {**answer, "id_token": minted(alg)(claims, {})}

    return forge


def bound_to_code(journey, alg, digest):
    """Return a callback and a forger of its ID token with a ``c_hash``."""
    url = journey.callback_url()
    c_hash = half(digest, query_of(url)["code"])
    return url, minted(alg, payload=lambda claims: {**claims, "c_hash": c_hash})


@pytest.mark.catalogue(58)
@pytest.mark.conformance("oidcc-client-test-nonce-invalid")
@pytest.mark.parametrize(
    "nonce",
    [
        *(ABSENT, None, "", "another", 1, True, str.swapcase, lambda right: right[:-1]),
        *(lambda right: right + " ", lambda right: [right], lambda right: {right: 1}),
        *(lambda right: right + "\0", lambda right: right + "é"),
    ],
    ids=[
        *("absent", "null", "empty", "another", "number", "true", "case", "cut"),
        *("space", "list", "object", "NUL", "longer"),
    ],
)
def test_a_token_with_another_nonce_signs_nobody_in(trial, nonce):
    trial.refuses(claims_with(nonce=nonce), "wrong_nonce")


@pytest.mark.catalogue(58)
def test_a_token_with_the_nonce_of_another_tab_signs_nobody_in(trial):
    other_tab = query_of(trial.journey.start())["nonce"]
    trial.refuses(claims_with(nonce=other_tab), "wrong_nonce")


@pytest.mark.catalogue(58)
def test_a_nonce_is_sent_and_is_nowhere_after_the_sign_in(trial):
    nonce = query_of(trial.journey.start())["nonce"]
    assert len(nonce) >= 22
    claims = trial.accepts()
    assert "nonce" not in claims
    assert "nonce" not in str(dict(trial.journey.client.session.items()))


@pytest.mark.catalogue(62)
@pytest.mark.parametrize("who", ["alice", "noel"])
def test_the_token_of_a_finished_sign_in_does_not_sign_in_again(
    db, logto, refused, kept, who
):
    tokens = []

    def first_token(claims, header):
        tokens.append(logto.keys.jwt(header, claims, secret=""))
        return tokens[0]

    logto.forge_id_token = first_token
    first, other = Journey(logto, Client()), Journey(logto, Client())
    assert first.sign_in().status_code == 302
    for journey in (first, other):
        url = journey.callback_url(who, prompt="login")
        with kept(journey.client):
            refused(journey.client.get(url), "token_invalid", "wrong_nonce")
    assert len(tokens) == 3


@pytest.mark.catalogue(59)
@pytest.mark.conformance("oidcc-client-test-invalid-athash")
@pytest.mark.parametrize("at_hash", NO_HASHES, ids=ascii)
def test_a_token_with_a_wrong_at_hash_signs_nobody_in(trial, at_hash):
    trial.refuses(claims_with(at_hash=at_hash), "wrong_at_hash")


@pytest.mark.catalogue(59)
@pytest.mark.conformance("oidcc-client-test-invalid-chash")
@pytest.mark.parametrize("c_hash", NO_HASHES, ids=ascii)
def test_a_token_with_a_wrong_c_hash_signs_nobody_in(trial, c_hash):
    trial.refuses(claims_with(c_hash=c_hash), "wrong_c_hash")


@pytest.mark.catalogue(59)
def test_a_token_without_hashes_signs_in(trial):
    assert not {"at_hash", "c_hash"} & trial.accepts().keys()


@pytest.mark.catalogue(59)
@pytest.mark.parametrize("alg", HASHES)
def test_a_right_at_hash_is_made_with_the_algorithms_own_hash(trial, alg):
    publish_keys(trial.logto)
    trial.logto.forge_token_response = bound_to_access_token(alg, HASHES[alg])
    assert "at_hash" in trial.accepts()


@pytest.mark.catalogue(59)
@pytest.mark.parametrize(
    ("alg", "digest"),
    [("ES384", hashlib.sha256), ("ES384", hashlib.sha512), ("RS256", hashlib.sha384)],
)
def test_an_at_hash_of_another_algorithm_signs_nobody_in(trial, alg, digest):
    publish_keys(trial.logto)
    trial.logto.forge_token_response = bound_to_access_token(alg, digest)
    trial.refuses(minted(alg), "wrong_at_hash")


@pytest.mark.catalogue(59)
@pytest.mark.parametrize("alg", HASHES)
def test_a_right_c_hash_is_made_with_the_algorithms_own_hash(db, journey, alg):
    publish_keys(journey.logto)
    url, journey.logto.forge_id_token = bound_to_code(journey, alg, HASHES[alg])
    assert journey.client.get(url).status_code == 302


@pytest.mark.catalogue(59)
@pytest.mark.parametrize(
    ("alg", "digest"), [("ES384", hashlib.sha256), ("RS256", hashlib.sha384)]
)
def test_a_c_hash_of_another_algorithm_signs_nobody_in(
    db, journey, refused, alg, digest
):
    publish_keys(journey.logto)
    url, journey.logto.forge_id_token = bound_to_code(journey, alg, digest)
    refused(journey.client.get(url), "token_invalid", "wrong_c_hash")


@pytest.mark.catalogue(59)
def test_a_token_that_was_issued_for_another_code_signs_nobody_in(trial):
    earlier = query_of(trial.journey.callback_url())["code"]
    c_hash = half(hashlib.sha384, earlier)
    trial.refuses(claims_with(c_hash=c_hash), "wrong_c_hash")


@pytest.mark.catalogue(60)
def test_how_somebody_signed_in_is_told_and_opens_nothing(trial):
    claims = trial.accepts(claims_with(acr="0", amr=["none"]))
    assert (claims["acr"], claims["amr"]) == ("0", ["none"])
