"""What reaches Logto, and what a start leaves behind, is this site's own affair."""

import base64
import random

import pytest
from django.apps import apps

from logto_auth.shortcuts import sign_in_redirect
from tests.attacks.visitors import attempts_of, each_visitor, give, who
from tests.edge.connect_journey import left_for
from tests.journey import path_of, query_of

pytestmark = pytest.mark.django_db

OPTIONS = [
    "first_screen",
    "identifier",
    "direct_sign_in",
    "login_hint",
    "prompt",
    "max_age",
    "ui_locales",
    "organization_id",
    "one_time_token",
]
SECRETS = ("state", "nonce", "code_challenge")
PROTOCOL = {
    "redirect_uri": "https://evil.example/",
    "client_id": "evil",
    "scope": "openid all",
    "response_type": "token id_token",
    "response_mode": "form_post",
    "state": "evil",
    "nonce": "evil",
    "code_challenge": "evil",
    "code_challenge_method": "plain",
    "resource": "https://evil.example",
    "request": "eyJhbGciOiJub25lIn0.e30.",
    "request_uri": "https://evil.example/request",
    "registration": "{}",
    "claims": '{"id_token": {"sub": {"value": "x"}}}',
    "acr_values": "0",
    "id_token_hint": "x",
    "display": "popup",
    "include_granted_scopes": "true",
    "extra_params": "x",
    "logto_turn": "0123abcd.1",
}


def started(journey, path="/logto/sign-in/", method="get", **data):
    """Return the authorization request of a start as a dictionary."""
    response = getattr(journey.client, method)(path, data)
    return query_of(response.get("Location") or left_for(response))


@pytest.mark.catalogue(6)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "path", ["/logto/sign-in/", "/logto/sign-up/", "/own/sign-in/"]
)
def test_parameters_of_the_protocol_never_come_from_the_visitor(journey, path, method):
    plain = started(journey, path, method)
    tried = started(journey, path, method, **PROTOCOL)
    assert tried.keys() == plain.keys()
    for name in tried.keys() - set(SECRETS):
        assert tried[name] == plain[name]
    assert not {tried[name] for name in SECRETS} & {*plain.values(), "evil"}


@pytest.mark.catalogue(6)
def test_an_option_beside_others_is_all_that_is_taken(journey):
    plain, tried = started(journey), started(journey, prompt="none", **PROTOCOL)
    assert tried.keys() == plain.keys()
    assert tried["prompt"] == "none"


def restart(journey):
    url = journey.callback_url()
    journey.client.get(url)
    journey.client.cookies.pop("sessionid")
    return query_of(journey.client.get(url)["Location"])


def connect(journey):
    journey.sign_in()
    return started(journey, "/logto/connect/", "post")


@pytest.mark.catalogue(9)
@pytest.mark.conformance("oidcc-client-test")
@pytest.mark.parametrize(
    "start",
    [
        started,
        lambda journey: started(journey, method="post"),
        lambda journey: started(journey, "/logto/sign-up/"),
        restart,
        connect,
    ],
    ids=["link", "form", "sign-up", "started over", "connecting"],
)
def test_every_start_sends_all_that_protects_it(journey, start):
    query = start(journey)
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert query["redirect_uri"] == "http://testserver/logto/callback/"
    for name in ("state", "nonce"):
        assert len(base64.urlsafe_b64decode(query[name] + "==")) >= 16
    assert "code_verifier" not in query
    assert "client_secret" not in query


def drop_deleted_cookies(client):
    """Do what a browser does; Django's client would send them for ever."""
    for name, cookie in list(client.cookies.items()):
        if not cookie.value:
            del client.cookies[name]


@pytest.mark.once
@pytest.mark.catalogue(10)
def test_ten_thousand_starts_repeat_no_secret(logto, rf):
    seen, count = {name: set() for name in SECRETS}, 10_000
    for _ in range(count):
        query = query_of(sign_in_redirect(rf.get("/"))["Location"])
        for name, values in seen.items():
            values.add(query[name])
    assert {len(values) for values in seen.values()} == {count}


@pytest.mark.once
@pytest.mark.catalogue(11)
def test_a_thousand_starts_of_one_browser_leave_little_behind(journey):
    give(journey, "a cart")
    count = 1000
    for number in range(count):
        url = journey.start(next=f"/page/{number}/")
        drop_deleted_cookies(journey.client)
    kept = [name + cookie.value for name, cookie in journey.client.cookies.items()]
    assert len(attempts_of(journey.client)) <= 5
    assert sum(map(len, kept)) < 3072
    session = journey.client.session
    assert dict(session) == {"cart": ["tea"]}
    callback = path_of(journey.visitor.sign_in(url, "alice"))
    assert journey.client.get(callback)["Location"] == f"/page/{count - 1}/"
    session = journey.client.session
    assert len(session.encode(dict(session))) < 2048


@pytest.mark.catalogue(10)
def test_who_knows_pythons_random_numbers_knows_no_secret(journey):
    queries = []
    for _ in range(2):
        random.seed(1)
        queries.append(query_of(journey.start()))
    first, second = queries
    for name in SECRETS:
        assert first[name] != second[name]


@pytest.mark.catalogue(11)
def test_cookies_of_a_neighbouring_host_do_not_push_out_the_newest_attempt(journey):
    for number in range(20):
        # The first bytes are the time of the start: these are from the future.
        name = f"logto_attempt_{number:016x}"
        journey.client.cookies[name] = "_____w" + "A" * 400
    response = journey.sign_in(next="/protected/")
    assert response["Location"] == "/protected/"
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(12)
@pytest.mark.parametrize(
    "methods", ["absent", None, [], ["plain"], ["plain", "S512"], "plain", 5, [5]]
)
def test_pkce_is_not_weakened_by_what_the_metadata_says(journey, methods):
    def forge(document):
        document.pop("code_challenge_methods_supported")
        told = {"code_challenge_methods_supported": methods}
        return document if methods == "absent" else {**document, **told}

    journey.logto.forge_discovery = forge
    query = query_of(journey.start())
    assert journey.logto.calls, "the forged metadata were read"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert journey.sign_in().status_code == 302


@pytest.mark.catalogue(13)
@each_visitor
@pytest.mark.parametrize(
    "value",
    ["a\r\nSet-Cookie: x=1", "en\n", "\0", "x" * 65_536, "\x85", "é\x1b[31m"],
    ids=ascii,
)
def test_an_option_with_line_breaks_or_of_64_kb_is_refused(
    journey, refused, kept, has, value
):
    give(journey, has)
    for name in OPTIONS:
        with kept(journey.client):
            response = journey.client.get("/logto/sign-in/", {name: value})
            refused(response, "sign_in_option_invalid", name)
        assert not response.cookies
        assert value not in response.text
    assert journey.logto.calls == []


@pytest.mark.catalogue(13)
def test_a_hint_with_signs_of_the_query_is_one_parameter(journey):
    hint = "a&state=x#?=%0d%0a+ü😀"
    query = started(journey, login_hint=hint)
    assert query["login_hint"] == hint
    assert query["state"] != "x"


@pytest.mark.catalogue(14)
def test_starts_leave_no_row_in_any_table(logto, client):
    def rows():
        return {model: model._base_manager.count() for model in apps.get_models()}

    before = rows()
    typed = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
    for _ in range(3):
        for path in ("/logto/sign-in/", "/logto/sign-up/", "/own/sign-in/"):
            for headers in ({}, typed, {"HX-Request": "true"}, {"Purpose": "prefetch"}):
                client.get(path, headers=headers)
            client.get(path, {"prompt": "x"})
            client.post(path)
        for path in ("callback", "connect", "sign-out", "signed-out", "user"):
            client.get(f"/logto/{path}/?state=x&code=x")
        client.cookies["sessionid"] = "x" * 32
    assert rows() == before
