"""Of the keys that Logto publishes, the good ones are used and no other ever."""

import json

import pytest

from logto_auth.testing import Fault
from tests.unit.minted_tokens import ABSENT, encode, jwk

from .forging import KEYS_PATH, minted, publish_keys

OTHER = jwk("P-384", "other", kid="other")
SKIPPED = {
    "private": jwk("P-384", kid="P-384", private=True),
    "private RSA": jwk("RSA-2048", private=True),
    "with a private part alone": {**jwk("P-384"), "d": "AQAB"},
    "secret": {"kty": "oct", "kid": "P-384", "alg": "HS256", "k": encode(b"k" * 32)},
    "secret for ES384": {"kty": "oct", "kid": "P-384", "alg": "ES384", "k": "a2V5"},
    "for encryption": jwk("P-384", use="enc"),
    "for other operations": jwk("P-384", key_ops=["encrypt"]),
    "for another algorithm": jwk("P-384", alg="ECDH-ES"),
    "of an unknown curve": jwk("P-384", crv="secp256k1"),
    "of another curve": jwk("P-384", crv="P-256"),
    "without y": jwk("P-384", y=ABSENT),
    "not on the curve": jwk("P-384", y=jwk("P-384")["x"]),
    "cut": jwk("P-384", x=jwk("P-384")["x"][:-4]),
    "huge": jwk("RSA-2048", n="A" * 500_000),
    "weak": jwk("RSA-1024"),
    "without type": jwk("P-384", kty=ABSENT),
    "with a number for kid": jwk("P-384", kid=1),
    "null": None,
    "text": "key",
    "list": [jwk("P-384")],
    "empty": {},
    "deep": {"kty": [[[[[[[[]]]]]]]]},
}
skipped = pytest.mark.parametrize("key", SKIPPED.values(), ids=[*SKIPPED])


def only(logto, *jwks):
    """Let Logto publish nothing else."""
    logto.forge_jwks = lambda document: {"keys": [*jwks]}


@pytest.mark.catalogue(66)
@skipped
def test_a_key_that_cannot_be_used_does_not_stop_logtos_own(trial, key):
    logto = trial.logto
    logto.forge_jwks = lambda document: {"keys": [key, *document["keys"], key]}
    trial.accepts()


@pytest.mark.catalogue(66)
@pytest.mark.parametrize(
    "name",
    [
        *("private", "with a private part alone", "for encryption", "secret for ES384"),
        *("for other operations", "for another algorithm", "of another curve"),
        *("not on the curve", "with a number for kid"),
    ],
)
def test_a_token_of_a_key_that_cannot_be_used_signs_nobody_in(trial, name):
    only(trial.logto, SKIPPED[name], OTHER)
    trial.refuses(minted(), "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(66)
@skipped
def test_where_no_key_can_be_used_nobody_signs_in(trial, key):
    only(trial.logto, key)
    trial.refuses(minted(), "jwks_empty", "provider_response_invalid")


@pytest.mark.catalogue(66)
@pytest.mark.parametrize(
    "body",
    [
        *("null", "[]", "{}", '"keys"', '{"keys": null}', '{"keys": {}}'),
        *('{"keys": "P-384"}', json.dumps([OTHER]), json.dumps({"KEYS": [OTHER]})),
    ],
    ids=lambda body: body[:20],
)
def test_what_is_no_list_of_keys_signs_nobody_in(trial, body):
    trial.logto.faults.put(KEYS_PATH, Fault(body=body))
    trial.refuses(minted(), "jwks_shape", "provider_response_invalid")


@pytest.mark.catalogue(66)
def test_two_keys_of_one_name_are_told_apart_by_their_curve(trial):
    publish_keys(trial.logto, jwk("P-256", kid="twin"), jwk("P-384", kid="twin"))
    trial.accepts(minted("ES256", kid="twin"))


@pytest.mark.catalogue(66)
def test_two_keys_of_one_name_and_curve_sign_nobody_in(trial):
    publish_keys(trial.logto, jwk("P-384"), {**OTHER, "kid": "P-384"})
    trial.refuses(minted(), "ambiguous_key", "signing_key_unknown")


@pytest.mark.catalogue(66)
def test_the_same_key_twice_is_one(trial):
    publish_keys(trial.logto, jwk("P-384"), jwk("P-384", key_ops=["verify"]))
    trial.accepts(minted())


@pytest.mark.catalogue(66)
@pytest.mark.parametrize("crowd", [{}, OTHER], ids=["empty", "good"])
def test_of_ten_thousand_keys_the_first_hundred_count(trial, crowd):
    many = [{"kid": str(number), **crowd} for number in range(99)] + [{}] * 9_900
    only(trial.logto, jwk("P-384"), *many)
    trial.accepts(minted())


@pytest.mark.catalogue(66)
def test_a_key_behind_ten_thousand_others_signs_nobody_in(trial):
    only(trial.logto, OTHER, *[{}] * 10_000, jwk("P-384"))
    trial.refuses(minted(), "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(66)
def test_megabytes_of_keys_sign_nobody_in(trial):
    only(trial.logto, *[OTHER] * 10_000)
    trial.refuses(minted(), "too_large", "provider_response_invalid")


@pytest.mark.catalogue(66)
def test_keys_that_were_refused_are_not_kept(db, journey):
    only(journey.logto, None)
    assert journey.sign_in().status_code == 502
    journey.logto.stop_forging()
    assert journey.sign_in().status_code == 302


@pytest.mark.catalogue(66)
def test_a_key_without_a_name_is_found_by_a_token_without_one_only(trial):
    nameless = jwk("P-256", kid=ABSENT)
    publish_keys(trial.logto, nameless)
    trial.refuses(minted("ES256"), "unknown_key", "signing_key_unknown")
    trial.logto.forge_id_token = minted("ES256", kid=ABSENT)
    assert trial.journey.sign_in(prompt="login").status_code == 302
