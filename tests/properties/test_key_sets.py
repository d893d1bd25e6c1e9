"""Among whatever keys, Logto's own verifies its tokens, and no other does."""

import base64
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
    values,
    written,
)
from tests.properties.mutations import Mutation
from tests.properties.profiles import examples
from tests.properties.signed_tokens import segment, token
from tests.properties.world import frugally
from tests.unit.minted_tokens import jwk

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NAMES = ("kty", "use", "kid", "alg", "crv", "x", "y")
OTHERS = ("d", "k", "key_ops", "n", "e", "x5c", "x5u", "oth", "ext")
GOOD = "good"


def number(value, size=None):
    data = value.to_bytes(size or (value.bit_length() + 7) // 8 or 1, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


#: Keys that others might publish; none of them has the good one's name.
FOREIGN = (
    jwk("P-384", "other", kid="other"),
    jwk("P-256", kid="p256"),
    jwk("P-521", kid="p521"),
    jwk("RSA-2048", kid="rsa"),
    jwk("RSA-1024", kid="weak"),
    jwk("P-384", "other", kid="private", private=True),
    jwk("RSA-2048", kid="private", private=True),
    jwk("P-384", "other", kid="enc", use="enc"),
    jwk("P-384", "other", kid="ops", key_ops=["sign"]),
    {"kty": "oct", "k": "c2VjcmV0", "kid": "oct", "alg": "HS256"},
    {"kty": "OKP", "crv": "Ed25519", "x": number(7, 32), "kid": "okp"},
    {"kty": "RSA", "n": number(2**9000 + 1), "e": "AQAB", "kid": "huge"},
    {"kty": "RSA", "n": number(2**400_000 + 1), "e": "AQAB", "kid": "huger"},
    {"kty": "RSA", "n": number(2**2047 + 1), "e": number(2**70 + 1), "kid": "slow"},
    {"kty": "RSA", "n": number(2**2047 + 1), "e": number(2**63 + 1), "kid": "slow"},
    {"kty": "RSA", "n": number(2**2047), "e": "AQAB", "kid": "even"},
    {"kty": "RSA", "n": "", "e": "", "kid": "empty"},
    {"kty": "RSA", "n": number(2**2047 + 1), "e": "AQ", "kid": "one"},
    {"kty": "EC", "crv": "P-384", "x": number(0, 48), "y": number(0, 48), "kid": "0"},
    {"kty": "EC", "crv": "P-384", "x": number(1, 48), "y": number(1, 48), "kid": "1"},
    {"kty": "EC", "crv": "P-384", "x": "A" * 60_000, "y": "", "kid": "long"},
    {},
    None,
    [],
    "key",
    0,
)
foreign = st.sampled_from(FOREIGN) | values
#: The good key, altered; it may still be the good one.
altered = documents(NAMES, OTHERS)
entries = st.lists(foreign | altered | st.just(GOOD), max_size=6)


def key_set(keys):
    return f'{{"keys":[{",".join(map(written, keys))}]}}'.encode(errors="surrogatepass")


def published(entry, good):
    if entry == GOOD:
        return good
    return entry(good) if isinstance(entry, Document) else entry


def sign_in_with(world, visit, document, header=None):
    """Come back when Logto publishes ``document`` as its keys."""
    url = visit.callback_url()
    world.logto.forge_jwks = lambda _: document
    if header is not None:
        world.logto.forge_id_token = lambda claims, own: token(
            world.logto, segment(json.dumps(header)), segment(json.dumps(claims))
        )
    world.forget_documents()
    return visit.get(url)


def is_logtos(entry, good):
    """Tell whether an entry, as it is written, is the good key for verifying."""
    try:
        read = json.loads(written(published(entry, good)))
    except (ValueError, RecursionError):
        return False
    if not isinstance(read, dict):
        return False
    operations = read.get("key_ops", ["verify"])
    return (
        all(read.get(name) == good[name] for name in ("kty", "crv", "x", "y", "kid"))
        and read.get("alg", "ES384") == "ES384"
        and read.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        and {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}.isdisjoint(read)
    )


def is_json(document):
    try:
        json.loads(document)
    except (ValueError, RecursionError):
        return False
    return True


@pytest.mark.catalogue(66)
@given(found=entries)
@example([GOOD])
@example([GOOD, GOOD])
@example([*FOREIGN, GOOD])
@example([*FOREIGN])
@example([])
@example([Document((Change("set", "x", "AA"),)), GOOD])
@example([Document((Change("add", "d", "AA"),)), GOOD])
@example([Document((Change("add", "d", "AA"),))])
@example([Document((Change("set", "use", "enc"),))])
@example([Document((Change("add", "key_ops", ["sign"]),))])
@example([Document((Change("drop", "alg"),))])
@example([Document((Change("drop", "alg"),)), GOOD])
@example([Document((Change("mutate", "kid", None, Mutation("upper")),))])
@example([Document((Change("drop", "kid"),))])
@example([Document((Change("set", "alg", "ES256"),))])
@example([Document((Change("set", "crv", "P-256"),))])
@example([Document((Change("set", "kty", ["EC"]),))])
@example([Document((Change("set", "crv", {}),)), GOOD])
@examples(80)
def test_the_good_key_works_among_any_others(world, found):
    with world.example() as visit:
        good = world.logto.keys.current.public_jwk()
        document = key_set([published(entry, good) for entry in found])
        response = sign_in_with(world, visit, document)
        is_there = any(is_logtos(entry, good) for entry in found)
        if is_there and (is_readable(document) or response.status_code == 302):
            visit.accepted(response)
        else:
            code = visit.refused(response).code
            assert code in ("signing_key_unknown", "provider_response_invalid")


def is_readable(document):
    """Tell whether Logto's whole answer is one that any answer has to be."""
    return is_json(document) and b"[" * 60 not in document and depth(document) < 60


def depth(document):
    level, most = 0, 0
    for byte in document:
        level += (byte in b"[{") - (byte in b"]}")
        most = max(most, level)
    finite = (b"NaN", b"Infinity", b"1E400", b"-1e999")
    return 99 if any(word in document for word in finite) else most


@pytest.mark.catalogue(46)
@given(
    kid=st.sampled_from([None, "", "other", "rsa", "../good", "' OR 1=1 --", "0"]),
    alg=st.sampled_from(["ES384", "ES256", "RS256", "HS256", "none", "PS256"]),
    found=st.lists(st.sampled_from(FOREIGN), max_size=8),
)
@example(None, "ES384", [])
@example(None, "ES384", [FOREIGN[0]])
@example(None, "ES384", [FOREIGN[1], FOREIGN[3]])
@examples(50)
def test_without_its_name_the_key_has_to_be_the_only_one(world, kid, alg, found):
    with world.example() as visit:
        good = world.logto.keys.current.public_jwk()
        header = {"alg": alg} if kid is None else {"alg": alg, "kid": kid}
        document = key_set([*found, good])
        response = sign_in_with(world, visit, document, header)
        if alg == "ES384" and kid is None and FOREIGN[0] not in found:
            visit.accepted(response)
        else:
            code = visit.refused(response).code
            assert code in ("token_invalid", "signing_key_unknown")


@pytest.mark.catalogue(66)
@given(document=values)
@example({"keys": {}})
@example({"keys": None})
@example({"keys": [[[]]]})
@example(deep(100))
@example(Verbatim('{"keys":['))
@example(Verbatim("\ufeff{}"))
@examples(40)
def test_what_is_no_key_set_is_refused_and_not_kept(world, document):
    with world.example() as visit:
        body = written(document).encode(errors="surrogatepass")
        response = sign_in_with(world, visit, body)
        assert visit.refused(response).code in (
            "provider_response_invalid",
            "signing_key_unknown",
        )
        world.logto.stop_forging()
        visit.accepted(visit.sign_in())


@pytest.mark.catalogue(66)
@pytest.mark.parametrize("count", [99, 100, 3_000])
@pytest.mark.parametrize("foreign", [FOREIGN[0], FOREIGN[3], FOREIGN[11]])
def test_many_keys_are_read_with_little_memory(world, foreign, count):
    with world.example() as visit:
        good = world.logto.keys.current.public_jwk()
        others = [foreign | {"kid": f"k{number}"} for number in range(count)]
        document = key_set([*others, good])
        with frugally():
            response = sign_in_with(world, visit, document)
        if count < 100:
            visit.accepted(response)
        else:
            visit.refused(response)


@pytest.mark.catalogue(45, 47)
@given(kids=st.lists(st.text(max_size=20), min_size=20, max_size=20))
@examples(2)
def test_unknown_keys_cause_one_fetch(world, kids):
    with world.example() as visit:
        visit.accepted(visit.sign_in())
        before = len(key_fetches(world))
        for kid in kids:
            url = visit.callback_url()
            world.logto.forge_id_token = lambda claims, header, kid=kid: (
                claims,
                header | {"kid": f"{kid}?"},
            )
            assert visit.get(url).context["error"].code == "signing_key_unknown"
        assert len(key_fetches(world)) - before <= 1
    world.forget_documents()  # or the next example is in the time without fetches


def key_fetches(world):
    return [call for call in world.logto.calls if call.path == "/oidc/jwks"]
