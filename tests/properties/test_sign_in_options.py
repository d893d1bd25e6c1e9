"""What a link may say to Logto is what it may say, in the words that Logto knows."""

import unicodedata
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.mutations import any_text, several_mutations
from tests.properties.profiles import examples
from tests.properties.world import protected

pytestmark = [pytest.mark.once, pytest.mark.django_db]

OPTIONS = {
    "first_screen": "register",
    "identifier": "email phone",
    "direct_sign_in": "social:huggingface",
    "login_hint": "alice@example.com",
    "prompt": "login consent",
    "max_age": "300",
    "ui_locales": "ko de-DE",
    "organization_id": "b2s2lb8taqcg",
    "one_time_token": "abc-def",
}
FOREIGN = {
    "redirect_uri": "https://evil.example/",
    "client_id": "evil",
    "scope": "all",
    "response_type": "token",
    "response_mode": "fragment",
    "state": "s",
    "nonce": "n",
    "code_challenge": "c",
    "code_challenge_method": "plain",
    "resource": "https://evil.example/",
    "request": "e30.e30.",
    "request_uri": "https://evil.example/",
    "claims": "{}",
    "id_token_hint": "e30.e30.",
    "acr_values": "0",
    "registration": "{}",
}
OWN = {
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "resource",
}
ORGANIZATIONS = "urn:logto:resource:organizations"
LONGEST = 512
altered = st.builds(
    lambda name, done: (name, done(OPTIONS[name])),
    st.sampled_from(sorted(OPTIONS)),
    several_mutations,
)
genuine = st.sampled_from(sorted(OPTIONS.items()))
foreign = st.sampled_from(sorted(FOREIGN.items()))
asked = st.lists(
    st.one_of(
        altered,
        genuine,
        foreign,
        st.tuples(st.sampled_from(sorted({**OPTIONS, **FOREIGN})) | any_text, any_text),
    ),
    max_size=5,
).map(
    # As a browser would send it: without what has no form in UTF-8.
    lambda pairs: [
        tuple(text.encode(errors="replace").decode() for text in pair) for pair in pairs
    ]
)


def sent(response):
    """Return what the visitor is to say to Logto."""
    url = response["Location"]
    assert url.isascii() and url.isprintable()
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert len(pairs) == len(dict(pairs)), "nothing is said twice"
    return dict(pairs)


def check(world, response, told, method="GET"):
    protected(response)
    if method == "POST" and response.status_code == 200:
        said = dict(parse_qsl(urlsplit(response.context["url"]).query))
    elif response.status_code == 302:
        assert response["Location"].startswith(f"{world.logto.endpoint}/oidc/auth?")
        said = sent(response)
    else:
        error = response.context["error"]
        assert (error.code, response.status_code) == ("sign_in_option_invalid", 400)
        assert error.reason in OPTIONS
        return
    assert said.keys() <= OWN | OPTIONS.keys()
    assert said["client_id"] == "demo-app"
    assert said["redirect_uri"] == "http://testserver/logto/callback/"
    assert said["response_type"] == "code"
    assert said["code_challenge_method"] == "S256"
    assert len(said["code_challenge"]) == 43
    assert min(len(said["state"]), len(said["nonce"])) >= 22
    assert "openid" in said["scope"].split()
    assert said.get("resource", ORGANIZATIONS) == ORGANIZATIONS
    assert not {said["state"], said["nonce"]} & set(FOREIGN.values())
    for name in OPTIONS.keys() & said.keys() - {"prompt"}:
        assert said[name] in [value for asked, value in told if asked == name]
        assert len(said[name]) <= LONGEST
        assert not any(unicodedata.category(char) == "Cc" for char in said[name])
    assert set(said["prompt"].split()) <= {"none", "login", "consent"}


@pytest.mark.catalogue(6, 9, 13)
@given(told=asked)
@example([("login_hint", "\U0001f511" * 256)])
@example([("one_time_token", "\U00020000" * 512)])
@example([("login_hint", "a\u2028b\x85")])
@example([("login_hint", "a\u2028b")])
@example([("max_age", "\u0663")])
@example([("max_age", "9" * 9)])
@example([("prompt", "none login")])
@example([("prompt", " ")])
@example([("ui_locales", "de\n")])
@example([*FOREIGN.items()])
@example([*OPTIONS.items()])
@examples(250)
def test_a_link_says_to_logto_what_it_may_and_nothing_else(world, told):
    with world.example() as visit:
        query: dict[str, list[str]] = {}
        for name, value in told:
            query.setdefault(name, []).append(value)
        check(world, visit.client.get("/logto/sign-in/", query), told)
        visit.unchanged()


@pytest.mark.catalogue(6, 9, 13)
@given(told=asked, path=st.sampled_from(["/logto/sign-up/", "/own/sign-in/"]))
@examples(60)
def test_a_form_says_to_logto_what_it_may_and_nothing_else(world, told, path):
    with world.example() as visit:
        response = visit.client.post(path, dict(told))
        given = [*told, ("first_screen", "register")]
        check(world, response, given, method="POST")
        if path == "/logto/sign-up/" and response.status_code == 200:
            said = dict(parse_qsl(urlsplit(response.context["url"]).query))
            assert said["first_screen"] == "register"
        visit.unchanged()
