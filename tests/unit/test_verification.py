"""What verification gives: claims that hold, or one of the published reasons."""

from __future__ import annotations

import ast
import inspect
import json
import sys
import time

import pytest
from django.views.debug import ExceptionReporter

from logto_auth.engine import jws, keys, token_claims, verification
from logto_auth.engine.keys import KeySet
from logto_auth.engine.verification import REASONS, VerifiedClaims
from logto_auth.errors import TokenInvalid

from .minted_tokens import (
    ABSENT,
    CLIENT_ID,
    ISSUER,
    NOW,
    claims,
    compact,
    header,
    id_token,
    jwk,
    refusal,
    verify,
)

EXAMPLES = {
    "too_large": id_token(name="x" * 70_000),
    "malformed_token": "token",
    "malformed_header": compact(b"{", claims()),
    "wrong_algorithm": compact(header() | {"alg": "none"}, claims()),
    "unsupported_header": compact(header(crit=["exp"]), claims()),
    "wrong_type": compact(header(typ="at+jwt"), claims()),
    "unknown_key": compact(header(kid="another"), claims()),
    "ambiguous_key": compact(header(kid=ABSENT), claims()),
    "wrong_signature": compact(header(), claims(), owner="attacker"),
    "malformed_payload": compact(header(), b"{"),
    "wrong_issuer": id_token(iss="https://evil.example"),
    "wrong_audience": id_token(aud="another"),
    "wrong_authorized_party": id_token(azp="another"),
    "wrong_subject": id_token(sub=""),
    "malformed_time": id_token(exp="tomorrow"),
    "expired": id_token(exp=NOW - 3600),
    "not_yet_valid": id_token(nbf=NOW + 3600),
    "issued_in_future": id_token(iat=NOW + 3600),
    "issued_too_long_ago": id_token(iat=NOW - 2 * 24 * 3600),
    "wrong_auth_time": id_token(auth_time=NOW - 3600),
    "wrong_nonce": id_token(auth_time=NOW, nonce="another"),
    "wrong_at_hash": id_token(auth_time=NOW, at_hash="another"),
    "wrong_c_hash": id_token(auth_time=NOW, c_hash="another"),
}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_published_reason_is_given(reason):
    two_keys = [jwk("P-384"), jwk("P-384", "next", kid="next")]
    arguments = {
        "keys": KeySet.parse({"keys": two_keys}),
        "max_age": 60,
        "access_token": "access",
        "code": "code",
    }
    assert refusal(EXAMPLES[reason], **arguments) == reason


def test_only_published_reasons_are_given():
    given = []
    for module in (jws, keys, token_claims, verification):
        for call in ast.walk(ast.parse(inspect.getsource(module))):
            match call:
                case ast.Call(
                    func=ast.Name("TokenInvalid" | "SigningKeyUnknown"), keywords=words
                ):
                    (reason,) = [w.value for w in words if w.arg == "reason"]
                    given += [reason.value] if isinstance(reason, ast.Constant) else []
                case ast.Call(func=ast.Name("_wrong_time"), args=[reason, *_]):
                    given.append(reason.value)
                case ast.Raise(exc=ast.Name("TokenInvalid" | "SigningKeyUnknown")):
                    pytest.fail(f"no reason in line {call.lineno} of {module.__name__}")
    assert set(given) == REASONS


def test_a_good_token_gives_all_its_claims_but_the_nonce():
    verified = verify(id_token(roles=["reader"]))
    assert verified == claims(roles=["reader"], nonce=ABSENT)


def test_the_clock_is_read_when_no_time_is_given():
    now = time.time()
    assert verify(id_token(iat=now, exp=now + 60), now=None).subject == "user-1"
    assert refusal(id_token(iat=now - 600, exp=now - 300), now=None) == "expired"


def test_verified_claims_tell_issuer_and_subject():
    verified = verify(id_token(sub="user-7"))
    assert (verified.issuer, verified.subject) == (ISSUER, "user-7")


def test_verified_claims_show_nothing_else():
    verified = verify(id_token(email="alice@example.com", name="Alice"))
    assert repr(verified) == f"<VerifiedClaims subject='user-1' issuer='{ISSUER}'>"
    assert str(verified) == repr(verified)


@pytest.mark.parametrize("made_by", [None, object(), True, "verification"])
def test_verified_claims_are_made_by_the_verifier_only(made_by):
    with pytest.raises(TypeError, match="only the verifier"):
        VerifiedClaims(claims(), made_by=made_by)


def test_verified_claims_cannot_be_made_without_saying_who_makes_them():
    with pytest.raises(TypeError):
        VerifiedClaims(claims())


def test_verified_claims_cannot_be_changed():
    verified = verify(id_token(roles=["reader"], org={"roles": ["member"]}))
    with pytest.raises(TypeError):
        verified["sub"] = "admin"
    with pytest.raises(TypeError):
        del verified["aud"]
    with pytest.raises(AttributeError):
        verified.subject = "admin"
    with pytest.raises(AttributeError):
        verified.roles = ["admin"]
    verified["roles"].append("admin")
    dict(verified)["org"]["roles"].append("admin")
    next(iter(verified.values()))
    assert verified["roles"] == ["reader"]
    assert verified["org"] == {"roles": ["member"]}


def test_verified_claims_can_be_stored_as_json():
    verified = verify(id_token(roles=[]))
    assert json.loads(json.dumps(dict(verified))) == verified
    assert len(verified) == len(claims(roles=[], nonce=ABSENT))
    assert "roles" in verified
    assert verified.get("email") is None


def test_nothing_can_be_left_unchecked():
    parameters = inspect.signature(verification.verify_id_token).parameters
    required = {
        name
        for name, parameter in parameters.items()
        if parameter.default is parameter.empty
    }
    assert required == {"unverified_id_token", "keys", "issuer", "client_id", "nonce"}


@pytest.mark.parametrize(
    "reason", ["wrong_nonce", "wrong_at_hash", "wrong_c_hash", "malformed_payload"]
)
def test_a_report_of_a_refused_token_shows_no_token(reason):
    secret = "the-access-token-of-this-visitor"
    token = EXAMPLES[reason]
    try:
        verify(token, access_token=secret, code=secret)
    except TokenInvalid as error:
        inner = error.__traceback__
        while inner.tb_frame.f_code.co_name != "sensitive_variables_wrapper":
            inner = inner.tb_next
        report = ExceptionReporter(None, type(error), error, inner)
    page = report.get_traceback_html() + report.get_traceback_text()
    assert "signed_claims" in page or "verify_id_token" in page
    assert secret not in page
    assert CLIENT_ID not in page
    assert not any(part in page for part in token.split(".") if len(part) > 8)
    assert sys.exc_info() == (None, None, None)
