"""What the claims of a rightly signed ID token must say."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest

from .minted_tokens import (
    ABSENT,
    CLIENT_ID,
    ISSUER,
    NONCE,
    claims,
    compact,
    encode,
    header,
    id_token,
    refusal,
    verify,
)

OTHER = "app-2"


@pytest.mark.catalogue(52)
@pytest.mark.parametrize(
    "iss",
    [
        ABSENT,
        None,
        "",
        "https://evil.example/oidc",
        ISSUER + "/",
        ISSUER.upper(),
        ISSUER[:-1],
        ISSUER + "c",
        ISSUER.removeprefix("https://"),
        ISSUER.replace("https", "http"),
        " " + ISSUER,
        [ISSUER],
        {ISSUER: 1},
        1,
    ],
    ids=str,
)
def test_another_issuer_is_refused(iss):
    assert refusal(id_token(iss=iss)) == "wrong_issuer"


@pytest.mark.catalogue(53)
@pytest.mark.parametrize(
    "aud",
    [
        ABSENT,
        None,
        "",
        OTHER,
        CLIENT_ID[:-1],
        CLIENT_ID + "1",
        CLIENT_ID.upper(),
        f"{CLIENT_ID} {OTHER}",
        [],
        [OTHER],
        [[CLIENT_ID]],
        [CLIENT_ID, 1],
        [CLIENT_ID, None],
        {CLIENT_ID: 1},
        1,
        True,
    ],
    ids=str,
)
@pytest.mark.parametrize("azp", [ABSENT, CLIENT_ID], ids=["without azp", "with azp"])
def test_another_audience_is_refused(aud, azp):
    assert refusal(id_token(aud=aud, azp=azp)) == "wrong_audience"


@pytest.mark.catalogue(53)
@pytest.mark.parametrize(
    ("aud", "azp"),
    [
        (CLIENT_ID, ABSENT),
        (CLIENT_ID, CLIENT_ID),
        ([CLIENT_ID], ABSENT),
        ([CLIENT_ID], CLIENT_ID),
        ([CLIENT_ID, OTHER], CLIENT_ID),
        ([OTHER, CLIENT_ID], CLIENT_ID),
    ],
)
def test_this_application_as_audience_is_accepted(aud, azp):
    assert verify(id_token(aud=aud, azp=azp))["aud"] == aud


@pytest.mark.catalogue(53)
@pytest.mark.parametrize("aud", [CLIENT_ID, [CLIENT_ID], [CLIENT_ID, OTHER]], ids=str)
@pytest.mark.parametrize("azp", [OTHER, "", None, [CLIENT_ID], 1], ids=str)
def test_another_authorized_party_is_refused(aud, azp):
    assert refusal(id_token(aud=aud, azp=azp)) == "wrong_authorized_party"


@pytest.mark.catalogue(53)
def test_several_audiences_without_authorized_party_are_refused():
    assert refusal(id_token(aud=[CLIENT_ID, OTHER])) == "wrong_authorized_party"


@pytest.mark.catalogue(57)
@pytest.mark.parametrize(
    "sub",
    [
        *(ABSENT, None, "", 1, True, ["user-1"], {"user-1": 1}, "x" * 256),
        *("user\0", "\0", "a\nb", "a\tb", "\x1b[31m", "a\x7f", "a\x80", "a\x9f"),
    ],
    ids=ascii,
)
def test_a_subject_that_could_not_be_stored_is_refused(sub):
    assert refusal(id_token(sub=sub)) == "wrong_subject"


@pytest.mark.catalogue(57)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
@pytest.mark.parametrize("sub", ["u", "U", "x" * 255, "Å", "ﬁ", " u ", "\u202eu"])
def test_a_subject_is_kept_to_the_letter(sub, form):
    written = unicodedata.normalize(form, sub)
    assert verify(id_token(sub=written)).subject == written


@pytest.mark.catalogue(58)
@pytest.mark.parametrize(
    "nonce",
    [
        *(ABSENT, None, "", "other", NONCE.lower(), NONCE + " ", NONCE[:-1]),
        *([NONCE], {NONCE: 1}, 1, True, NONCE + "é"),
    ],
    ids=ascii,
)
def test_another_nonce_is_refused(nonce):
    assert refusal(id_token(nonce=nonce)) == "wrong_nonce"


@pytest.mark.catalogue(58)
@pytest.mark.parametrize("nonce", [NONCE, "", None])
def test_a_nonce_that_was_not_sent_is_refused(nonce):
    assert refusal(id_token(nonce=nonce), nonce=None) == "wrong_nonce"


@pytest.mark.catalogue(58)
def test_a_token_without_nonce_is_accepted_when_none_was_sent():
    assert "nonce" not in verify(id_token(nonce=ABSENT), nonce=None)


@pytest.mark.catalogue(59)
def test_at_hash_is_the_one_of_the_standards_example():
    verified = verify(
        id_token("RS256", at_hash="77QmUPtjPfzWtF2AnpK9RQ"),
        access_token="jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
    )
    assert verified["at_hash"] == "77QmUPtjPfzWtF2AnpK9RQ"


@pytest.mark.catalogue(59)
@pytest.mark.parametrize(
    ("alg", "digest", "half"),
    [
        ("ES384", hashlib.sha384, 24),
        ("ES256", hashlib.sha256, 16),
        ("ES512", hashlib.sha512, 32),
        ("PS256", hashlib.sha256, 16),
    ],
)
def test_at_hash_is_the_left_half_of_the_algorithms_hash(alg, digest, half):
    right = encode(digest(b"access").digest()[:half])
    token = id_token(alg, at_hash=right)
    assert verify(token, access_token="access")["at_hash"] == right
    assert refusal(token, access_token="Access") == "wrong_at_hash"
    whole = id_token(alg, at_hash=encode(digest(b"access").digest()))
    assert refusal(whole, access_token="access") == "wrong_at_hash"


@pytest.mark.catalogue(59)
@pytest.mark.parametrize("at_hash", [None, "", 1, ["x"], "é"], ids=ascii)
def test_an_at_hash_that_is_no_hash_is_refused(at_hash):
    token = id_token(at_hash=at_hash)
    assert refusal(token, access_token="access") == "wrong_at_hash"


@pytest.mark.catalogue(59)
def test_the_hash_of_another_length_is_refused():
    sha256 = encode(hashlib.sha256(b"access").digest()[:16])
    token = id_token("ES384", at_hash=sha256)
    assert refusal(token, access_token="access") == "wrong_at_hash"


@pytest.mark.catalogue(59)
def test_an_access_token_that_is_not_text_does_not_fit_any_hash():
    token = id_token(at_hash=encode(hashlib.sha384(b"?").digest()[:24]))
    assert refusal(token, access_token="\ud800") == "wrong_at_hash"


@pytest.mark.catalogue(59)
@pytest.mark.parametrize(
    ("alg", "digest", "half"),
    [("ES384", hashlib.sha384, 24), ("RS256", hashlib.sha256, 16)],
)
def test_c_hash_is_the_left_half_of_the_algorithms_hash(alg, digest, half):
    token = id_token(alg, c_hash=encode(digest(b"code").digest()[:half]))
    assert verify(token, code="code").subject == "user-1"
    assert refusal(token, code="Code") == "wrong_c_hash"


@pytest.mark.catalogue(59)
@pytest.mark.parametrize("c_hash", [None, "", 1, ["x"], "é"], ids=ascii)
def test_a_c_hash_that_is_no_hash_is_refused(c_hash):
    assert refusal(id_token(c_hash=c_hash), code="code") == "wrong_c_hash"


@pytest.mark.catalogue(59)
def test_a_token_without_hashes_is_accepted():
    verified = verify(id_token(), access_token="access", code="code")
    assert verified.subject == "user-1"


@pytest.mark.catalogue(61)
@pytest.mark.parametrize(
    "typ",
    [
        *("at+jwt", "AT+JWT", "application/at+jwt", "logout+jwt"),
        *("application/logout+jwt", "", "JWS", "JOSE", "JWT ", "text/jwt"),
        "application/application/jwt",
    ],
)
def test_a_token_of_another_type_is_refused(typ):
    assert refusal(compact(header(typ=typ), claims())) == "wrong_type"


@pytest.mark.catalogue(61)
@pytest.mark.parametrize("typ", ["JWT", "jwt", "application/jwt", "APPLICATION/JWT"])
def test_a_token_of_the_type_jwt_is_accepted(typ):
    assert verify(compact(header(typ=typ), claims())).subject == "user-1"


@pytest.mark.catalogue(61)
@pytest.mark.parametrize(
    "events",
    [{"http://schemas.openid.net/event/backchannel-logout": {}}, {}, None],
    ids=str,
)
def test_a_logout_token_is_refused(events):
    assert refusal(id_token(events=events)) == "wrong_type"


@pytest.mark.catalogue(62)
def test_the_token_of_one_sign_in_is_refused_in_another():
    token = id_token()
    assert verify(token).subject == "user-1"
    assert refusal(token, nonce="the nonce of another sign-in") == "wrong_nonce"
