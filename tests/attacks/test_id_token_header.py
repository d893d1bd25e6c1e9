"""The header of an ID token chooses among Logto's keys and decides nothing else."""

import base64
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.unit.minted_tokens import jwk, private_key

from .forging import ABSENT, claims_with, header_with, minted, publish_keys


@cache
def attackers_certificate():
    """Return the certificate of the attacker's key, as ``x5c`` has it."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Logto")])
    now, key = datetime.now(UTC), private_key("P-384", "attacker")
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA384())
    )
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def brought(name, bait):
    """Return a header member that brings the attacker's key along."""
    attackers = jwk("P-384", "attacker")
    return {
        "jwk": {"jwk": attackers},
        "jku": {"jku": bait},
        "x5u": {"x5u": bait},
        "x5c": {"x5c": [attackers_certificate()]},
        "all": {"jwk": attackers, "jku": bait, "x5u": bait},
    }[name]


@pytest.mark.catalogue(46)
@pytest.mark.conformance("oidcc-client-test-kid-absent-single-jwks")
def test_without_kid_logtos_only_key_signs_in(trial):
    trial.accepts(header_with(kid=ABSENT))


@pytest.mark.catalogue(46)
@pytest.mark.conformance("oidcc-client-test-kid-absent-multiple-jwks")
def test_without_kid_the_only_key_that_fits_the_algorithm_signs_in(trial):
    publish_keys(trial.logto, jwk("P-256"), jwk("P-521"), jwk("RSA-2048"))
    trial.accepts(header_with(kid=ABSENT))


@pytest.mark.catalogue(46)
@pytest.mark.conformance("oidcc-client-test-kid-absent-multiple-jwks")
def test_without_kid_two_keys_that_fit_sign_nobody_in(trial):
    trial.logto.rotate_keys()
    trial.refuses(header_with(kid=ABSENT), "ambiguous_key", "signing_key_unknown")


@pytest.mark.catalogue(46)
@pytest.mark.conformance("oidcc-client-test-kid-absent-single-jwks")
def test_without_any_kid_the_only_rsa_key_signs_in(trial):
    nameless = jwk("RSA-2048", kid=ABSENT)
    trial.logto.forge_jwks = lambda document: {"keys": [nameless]}
    trial.accepts(minted("RS256", kid=ABSENT))


@pytest.mark.catalogue(46)
@pytest.mark.conformance("oidcc-client-test-kid-absent-single-jwks")
def test_without_any_kid_another_rsa_key_signs_nobody_in(trial):
    nameless = jwk("RSA-2048", kid=ABSENT)
    trial.logto.forge_jwks = lambda document: {"keys": [nameless]}
    trial.refuses(minted("RS256", kid=ABSENT, owner="attacker"), "wrong_signature")


@pytest.mark.catalogue(46)
@pytest.mark.conformance("oidcc-client-test-kid-absent-multiple-jwks")
@pytest.mark.parametrize("owner", ["logto", "second", "attacker"])
def test_without_any_kid_two_rsa_keys_sign_nobody_in(trial, owner):
    """Also where one of them fits: which key signs is told, not tried out."""
    nameless = [jwk("RSA-2048", whose, kid=ABSENT) for whose in ("logto", "second")]
    trial.logto.forge_jwks = lambda document: {"keys": nameless}
    forged = minted("RS256", kid=ABSENT, owner=owner)
    trial.refuses(forged, "ambiguous_key", "signing_key_unknown")


@pytest.mark.catalogue(46)
def test_without_kid_no_key_that_fits_signs_nobody_in(trial):
    forged = minted("RS256", kid=ABSENT)
    trial.refuses(forged, "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(47)
@pytest.mark.parametrize(
    "kid",
    [
        *("../../../../dev/null", "/etc/passwd", "file:///etc/passwd"),
        *("' OR '1'='1", "'; DROP TABLE auth_user; --", "P-384\0", "*", "", "P-38"),
        *("p-384", "P-384 ", "%50-384", "Ｐ-384", "\u202eP-384", "x" * 3000),
    ],
    ids=lambda kid: ascii(kid)[:30],
)
def test_a_kid_is_compared_and_never_looked_up(trial, kid):
    publish_keys(trial.logto)
    trial.refuses(minted(kid=kid), "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(47)
def test_a_kid_that_is_an_address_is_not_visited(trial, bait):
    trial.refuses(minted(kid=bait), "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(47)
@pytest.mark.parametrize("kid", [None, 1, True, ["P-384"], {"P-384": 1}], ids=str)
def test_a_kid_that_is_no_text_signs_nobody_in(trial, kid):
    publish_keys(trial.logto)
    trial.refuses(minted(kid=kid), "malformed_header")


@pytest.mark.catalogue(48)
@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c", "all"])
@pytest.mark.parametrize(
    ("kid", "reason", "code"),
    [
        ("P-384", "wrong_signature", "token_invalid"),
        ("attacker", "unknown_key", "signing_key_unknown"),
    ],
)
def test_a_key_that_a_token_brings_along_signs_nobody_in(
    trial, bait, name, kid, reason, code
):
    publish_keys(trial.logto)
    forged = minted(owner="attacker", kid=kid, **brought(name, bait))
    trial.refuses(forged, reason, code)


@pytest.mark.catalogue(48)
@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c", "all"])
def test_a_key_that_a_token_brings_along_is_ignored_beside_logtos_own(
    trial, bait, name
):
    trial.accepts(header_with(**brought(name, bait)))


@pytest.mark.catalogue(49)
@pytest.mark.parametrize(
    "members",
    [
        *({"crit": ["exp"]}, {"crit": ["unknown"], "unknown": 1}, {"crit": []}),
        *({"crit": None}, {"crit": ["b64"], "b64": False}, {"b64": False}),
        *({"b64": True}, {"zip": "DEF"}),
    ],
    ids=str,
)
def test_a_header_that_changes_the_rules_signs_nobody_in(trial, members):
    trial.refuses(header_with(**members), "unsupported_header")


@pytest.mark.catalogue(61)
@pytest.mark.parametrize(
    "typ",
    ["at+jwt", "AT+JWT", "application/at+jwt", "logout+jwt", "", "JWS", "JWT "],
)
def test_a_token_of_another_type_signs_nobody_in(trial, typ):
    trial.refuses(header_with(typ=typ), "wrong_type")


@pytest.mark.catalogue(61)
@pytest.mark.parametrize("typ", ["JWT", "jwt", "application/jwt"])
def test_a_token_that_says_that_it_is_a_jwt_signs_in(trial, typ):
    trial.accepts(header_with(typ=typ))


@pytest.mark.catalogue(61)
def test_an_access_token_signs_nobody_in(trial):
    logto = trial.logto

    def forge(claims, header):
        return logto.access_token(
            {**claims, "client_id": claims["aud"], "jti": "1", "scope": "openid"},
            claims["aud"],
        )

    trial.refuses(forge, "wrong_type")


@pytest.mark.catalogue(61)
@pytest.mark.parametrize("typ", ["logout+jwt", "JWT", ABSENT], ids=str)
def test_a_logout_token_signs_nobody_in(trial, typ):
    event = "http://schemas.openid.net/event/backchannel-logout"
    changes = claims_with(events={event: {}}, jti="1", nonce=ABSENT)

    def forge(claims, header):
        return header_with(typ=typ)(*changes(claims, header))

    trial.refuses(forge, "wrong_type")
