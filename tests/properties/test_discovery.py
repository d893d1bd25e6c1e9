"""Whatever Logto's metadata says, visitors and secrets go to Logto and nowhere else."""

import json
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
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
from tests.properties.mutations import Mutation, several_mutations
from tests.properties.profiles import examples
from tests.properties.world import REFUSALS, coded, frugally, logto_alone, protected

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
    "revocation_endpoint",
)
NAMES = (
    *ENDPOINTS,
    "issuer",
    "authorization_response_iss_parameter_supported",
    "scopes_supported",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "code_challenge_methods_supported",
)
ELSEWHERE = (
    "https://evil.example/oidc/token",
    "http://127.0.0.1:9/oidc/token",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//evil.example/oidc/token",
    "/oidc/token",
    "http://localhost@evil.example/oidc/token",
    "",
)
#: After the issuer's own address, so that it is hard to see.
TAILS = (
    "@evil.example/",
    ".evil.example/",
    "/../../evil",
    "/\\evil.example",
    "/auth\r\nSet-Cookie: a=b",
    "/auth#fragment",
    "/auth?client_id=evil",
    "/auth?redirect_uri=https://evil.example/&state=x",
    "/auth\ud800",
    "/auth\0",
    "/auth?\0",
    "/" + "a" * 20_000,
    "/é\u202e",
    "/%zz",
    "/[",
    "/auth\t",
)


def tailed(name, tail):
    return Change("mutate", name, None, Tail(tail))


class Tail(str):
    """Puts itself after the issuer, whatever the endpoint was."""

    def __call__(self, text):
        return text.partition("/oidc")[0] + "/oidc" + self


endpoints = st.one_of(
    st.builds(
        Change, st.just("set"), st.sampled_from(ENDPOINTS), st.sampled_from(ELSEWHERE)
    ),
    st.builds(tailed, st.sampled_from(ENDPOINTS), st.sampled_from(TAILS)),
    st.builds(
        Change,
        st.just("mutate"),
        st.sampled_from((*ENDPOINTS, "issuer")),
        st.none(),
        several_mutations,
    ),
)
metadata = documents(NAMES) | st.lists(endpoints, min_size=1, max_size=2).map(
    lambda done: Document(tuple(done))
)


def forge(world, changed):
    """Let the metadata be as ``changed`` makes it; what is published goes into a list.

    That is the genuine document and the text.
    """
    published = []

    def forged(document):
        text = written(changed(document))
        published.append((document, text))
        return text.encode(errors="surrogatepass")

    world.logto.forge_discovery = forged
    world.forget_documents()
    return published


def is_logtos(genuine, text):
    """Tell whether issuer and endpoints are what anybody may believe."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return False
    issuer = genuine["issuer"]
    return isinstance(read, dict) and (
        read.get("issuer") == issuer
        and all(str(read.get(name)).startswith(f"{issuer}/") for name in ENDPOINTS)
    )


def leads_to_logto(world, url):
    """Check that a browser that follows ``url`` asks Logto."""
    assert url.startswith(f"{world.logto.endpoint}/oidc/")
    assert url.isascii() and url.isprintable() and "\\" not in url
    assert urlsplit(url).netloc == urlsplit(world.logto.endpoint).netloc


@pytest.mark.catalogue(63, 64, 65)
@given(changed=metadata)
@example(Document(()))
@example(Document((Change("rename", "issuer", None, Mutation("upper")),)))
@example(Document((Change("set", "jwks_uri", ELSEWHERE[0]),)))
@example(Document((Change("mutate", "issuer", None, Mutation("append", 0, "/")),)))
@example(Document((Change("list", "issuer"),)))
@example(Document((Change("set", "scopes_supported", [["openid"]]),)))
@example(Document((Change("set", "scopes_supported", None),)))
@example(Document((Change("add", "self", 1),)))
@example(Document((tailed("authorization_endpoint", "/auth\ud800"),)))
@example(Document((tailed("end_session_endpoint", "/end\ud800"),)))
@example(Document((tailed("end_session_endpoint", "/end\r\nA: b"),)))
@example(Document((tailed("revocation_endpoint", "/\0\ud800"),)))
@example(Document((tailed("token_endpoint", "/\ud800"),)))
@example(Document((tailed("jwks_uri", "/jwks\r\n"),)))
@example(Document((tailed("authorization_endpoint", "/" + "a" * 20_000),)))
@examples(120)
def test_a_sign_in_goes_to_logto_or_is_refused(world, changed):
    with world.example() as visit:
        published = forge(world, changed)
        with logto_alone(world):
            response = visit.get("/logto/sign-in/")
        visit.unchanged()
        protected(response)
        if response.status_code == 302:
            assert published and all(is_logtos(*each) for each in published)
            leads_to_logto(world, response["Location"])
        else:
            assert coded(response).code == "provider_response_invalid"
        if not changed.changes:
            assert response.status_code == 302


@pytest.mark.catalogue(63, 64, 65)
@given(changed=metadata)
@example(Document((tailed("token_endpoint", "/token\ud800"),)))
@example(Document((tailed("userinfo_endpoint", "/\0"),)))
@example(Document((tailed("jwks_uri", "/[:"),)))
@example(Document((Change("set", "issuer", None),)))
@example(Document((Change("set", "token_endpoint", ELSEWHERE[0]),)))
@example(Document((Change("set", "token_endpoint", ELSEWHERE[1]),)))
@example(Document((Change("set", "userinfo_endpoint", ELSEWHERE[0]),)))
@examples(60)
def test_a_callback_is_finished_at_logto_or_refused(world, changed):
    with world.example() as visit:
        url = visit.callback_url()
        published = forge(world, changed)
        # A code and the application's secret are for Logto's ears only.
        with logto_alone(world):
            response = visit.get(url)
        if response.status_code == 302:
            assert published and all(is_logtos(*each) for each in published)
            visit.accepted(response)
        else:
            visit.refused(response)
        asked = [call for call in world.logto.calls if "code" in call.form_names]
        assert len(asked) <= 1


@pytest.mark.catalogue(64)
@given(changed=metadata)
@example(Document((tailed("end_session_endpoint", "/end?a=b#c"),)))
@example(Document((tailed("end_session_endpoint", "/end\ud800"),)))
@example(Document((tailed("revocation_endpoint", "/\r\n\ud800"),)))
@example(Document((Change("set", "revocation_endpoint", ELSEWHERE[0]),)))
@examples(40)
def test_a_sign_out_ends_the_session_whatever_logto_says(world, changed):
    with world.example() as visit:
        visit.accepted(visit.sign_in())
        forge(world, changed)
        with logto_alone(world):
            response = visit.client.post("/logto/sign-out/")
        assert not visit.is_signed_in
        assert response.status_code in {200, 302, *REFUSALS}
        url = (response.context or {}).get("url", "")
        if url:
            leads_to_logto(world, url)


@pytest.mark.catalogue(65)
@given(document=values)
@example(deep(100))
@example(Verbatim("\ufeff{}"))
@example(Verbatim("<html>"))
@examples(40)
def test_what_is_no_metadata_is_refused_and_not_kept(world, document):
    with world.example() as visit:
        body = written(document).encode(errors="surrogatepass")
        world.logto.forge_discovery = lambda _: body
        world.forget_documents()
        assert coded(visit.get("/logto/sign-in/")).code == "provider_response_invalid"
        world.logto.stop_forging()
        visit.accepted(visit.sign_in())
        assert get_user_model().objects.count() == 1


@pytest.mark.catalogue(65)
@pytest.mark.parametrize(
    "filling",
    [
        {"x": Verbatim('"' + "a" * 1_000_000 + '"')},
        {"x": Verbatim('"' + "a" * 4_000_000 + '"')},
        {"scopes_supported": ["openid"] * 90_000},
        {str(number): number for number in range(30_000)},
        {"x": deep(400_000)},
        {"x": Verbatim("9" * 900_000)},
    ],
    ids=["text", "too large", "scopes", "members", "deep", "number"],
)
def test_large_metadata_is_read_with_little_memory(world, filling):
    with world.example() as visit:
        forge(world, lambda document: {**document, **filling})
        with frugally():
            response = visit.get("/logto/sign-in/")
        visit.unchanged()
        if response.status_code != 302:
            assert coded(response).code == "provider_response_invalid"
