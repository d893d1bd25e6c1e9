"""Only one kind of header makes a rightly signed ID token one that signs in."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.json_values import (
    Change,
    Document,
    Verbatim,
    deep,
    documents,
    written,
)
from tests.properties.mutations import Mutation, several_mutations
from tests.properties.profiles import examples
from tests.properties.signed_tokens import (
    encoded,
    forged_token,
    segment,
    token,
    wrong_signatures,
)
from tests.properties.strictness import NotStrict, strictly

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NAMES = ("alg", "kid")
OTHERS = ("typ", "crit", "b64", "zip", "enc", "cty", "jwk", "jku", "x5u", "x5c", "Alg")
#: Characters of an encoded header.
LARGEST = 4096
NOT_UNDERSTOOD = {"crit", "b64", "zip"}


def is_good(header, kid):
    """Tell whether a header, as it is written, is one of Logto's ID tokens."""
    try:
        read = strictly(header)
    except NotStrict:
        return False
    typ = read.get("typ", "JWT")
    return (
        read.get("alg") == "ES384"
        and read.get("kid", kid) == kid
        and isinstance(typ, str)
        and typ.lower() in ("jwt", "application/jwt")
        and NOT_UNDERSTOOD.isdisjoint(read)
    )


def refused(visit, response):
    error = visit.refused(response)
    assert error.code in ("token_invalid", "signing_key_unknown")


@pytest.mark.catalogue(41, 43, 46, 47, 48, 49, 51)
@given(changed=documents(NAMES, OTHERS))
@example(Document(()))
@example(Document((Change("drop", "kid"),)))
@example(Document((Change("add", "typ", "application/JWT"),)))
@example(Document((Change("add", "typ", "at+jwt"),)))
@example(Document((Change("add", "crit", []),)))
@example(Document((Change("add", "zip", None),)))
@example(Document((Change("after", "alg", "ES384"),)))
@example(Document((Change("set", "alg", ["ES384"]),)))
@example(Document((Change("set", "kid", None),)))
@example(Document((Change("add", "x", deep(31)),)))
@example(Document((Change("add", "x", deep(32)),)))
@example(Document((Change("add", "x", Verbatim("NaN")),)))
@example(Document((Change("add", "x", Verbatim('"\\ud800"')),)))
@example(Document((Change("add", "jwk", {"kty": "EC"}),)))
@examples(90)
def test_a_header_is_logtos_or_refused(world, changed):
    with world.example() as visit:
        kid = world.logto.keys.current.kid
        header = changed({"alg": "ES384", "kid": kid})
        made = segment(written(header))

        def make(claims, _header):
            return token(world.logto, made, segment(json.dumps(claims)))

        response = forged_token(world, visit, make)
        if is_good(header, kid) and len(made) <= LARGEST:
            visit.accepted(response)
        else:
            refused(visit, response)


@pytest.mark.catalogue(51)
@given(done=several_mutations, of_payload=st.booleans())
@example(Mutation("prepend", piece=" "), False)
@example(Mutation("prepend", piece="\ufeff"), False)
@example(Mutation("append", piece="\0"), True)
@example(Mutation("append", piece="\n"), True)
@examples(40)
def test_text_that_is_nearly_json_is_refused(world, done, of_payload):
    with world.example() as visit:
        is_same, is_refused = [], []

        def make(claims, header):
            parts = [json.dumps(header), json.dumps(claims)]
            changed = done(parts[of_payload])
            # Blanks around it change nothing, unless there are thousands.
            is_large = not of_payload and len(segment(changed)) > LARGEST
            try:
                read = strictly(Verbatim(changed))
                is_same.append(read == json.loads(parts[of_payload]))
                is_refused.append(is_large)
            except NotStrict:
                is_refused.append(True)
            parts[of_payload] = changed
            return token(world.logto, *map(segment, parts))

        response = forged_token(world, visit, make)
        if is_refused == [True]:
            refused(visit, response)
        elif is_same == [True] or visit.is_signed_in:
            # Another document may be a good one too: a word of a name, say.
            visit.accepted(response)
        else:
            refused(visit, response)


@pytest.mark.catalogue(44)
@given(wrong=wrong_signatures)
@examples(40)
def test_no_signature_is_right_but_one(world, wrong):
    with world.example() as visit:

        def make(claims, header):
            parts = segment(json.dumps(header)), segment(json.dumps(claims))
            return token(world.logto, *parts, signature=wrong)

        refused(visit, forged_token(world, visit, make))


@pytest.mark.catalogue(50)
@pytest.mark.parametrize("garbage", ["", ".", "..", "...", "....", "a.b.c", "\0", "é"])
def test_what_is_no_token_is_refused(world, garbage):
    with world.example() as visit:
        response = forged_token(world, visit, lambda claims, header: garbage)
        # A token of other characters is none of OAuth's (RFC 6749, appendix A).
        is_text = garbage and garbage.isascii() and garbage.isprintable()
        code = visit.refused(response).code
        assert code == ("token_invalid" if is_text else "provider_response_invalid")


@pytest.mark.catalogue(51)
@given(header=st.binary(max_size=40), payload=st.binary(max_size=40))
@example(b"\xef\xbb\xbf{}", b"{}")
@example('{"alg":"ES384"}'.encode("utf-16"), b"{}")
@example(b'{"alg":"\xff"}', b"{}")
@example(b'{"alg":"ES384"}', b"[]")
@example(b'{"alg":"ES384"}', b"\xff")
@examples(40)
def test_bytes_that_are_no_json_are_refused(world, header, payload):
    with world.example() as visit:

        def make(claims, _header):
            return token(world.logto, encoded(header), encoded(payload))

        error = visit.refused(forged_token(world, visit, make))
        assert error.code == "token_invalid"
