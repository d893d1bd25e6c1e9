"""A sign-in is started by a person, at this site's own address, and by nobody else."""

import pytest
from django.test import Client

from logto_auth.testing.visitor import SignInStopped
from tests.attacks.visitors import attempts_of, each_visitor, give, who
from tests.journey import Journey, path_of, query_of

pytestmark = pytest.mark.django_db

STARTS = ["/logto/sign-in/?next=/a/", "/logto/sign-up/", "/own/sign-in/"]
POSTS = ["/logto/sign-in/", "/logto/sign-up/", "/own/sign-in/"]
BY_NOBODY = [
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "frame"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "fencedframe"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "embed"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "style"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Mode": "websocket"},
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender", "Sec-Fetch-Mode": "navigate"},
    {"Sec-Purpose": "prefetch;anonymous-client-ip"},
    {"Purpose": "prefetch"},
    {"Purpose": "preview"},
    {"X-Moz": "prefetch"},
    {"X-Requested-With": "XMLHttpRequest"},
    {"HX-Request": "true"},
    {"Accept": "image/avif,image/webp,*/*;q=0.8"},
]
SPOOFS = [
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Ssl": "on", "X-Forwarded-Scheme": "https", "Front-End-Https": "on"},
    {"X-Forwarded-Port": "8443"},
    {"X-Forwarded-Prefix": "/evil", "X-Script-Name": "/evil", "Script-Name": "/evil"},
    {"Forwarded": "for=1.2.3.4;host=evil.example;proto=https"},
    {"X-Original-Host": "evil.example", "X-Host": "evil.example"},
    {"X-Original-URL": "/evil/", "X-Rewrite-URL": "/evil/"},
]


@pytest.mark.catalogue(1)
@pytest.mark.parametrize("headers", BY_NOBODY, ids=str)
def test_what_no_person_asked_for_starts_nothing_and_stores_nothing(
    journey, kept, headers
):
    give(journey, "a sign-in")
    before = attempts_of(journey.client)
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "cross-site", **headers}
    with kept(journey.client):
        for path in STARTS:
            response = journey.client.get(path, headers=headers)
            assert response.status_code in (401, 403)
            assert "Location" not in response
            assert not response.cookies
    assert journey.logto.calls == []
    assert attempts_of(journey.client) == before


@pytest.mark.catalogue(1)
@pytest.mark.parametrize("path", [*POSTS, "/logto/connect/"])
def test_a_form_that_is_sent_inside_a_frame_starts_nothing(journey, kept, path):
    give(journey, "a sign-in")
    before = attempts_of(journey.client)
    with kept(journey.client):
        response = journey.client.post(path, headers={"Sec-Fetch-Dest": "iframe"})
    assert response.status_code == 403
    assert attempts_of(journey.client) == before
    assert journey.logto.calls == []


@pytest.mark.catalogue(1)
def test_a_used_callback_inside_a_frame_starts_nothing(journey):
    url = journey.callback_url()
    journey.client.get(url)
    journey.client.cookies.pop("sessionid")
    journey.logto.forget_calls()
    response = journey.client.get(url, headers={"Sec-Fetch-Dest": "iframe"})
    assert response.status_code == 403
    assert attempts_of(journey.client) == set()
    assert journey.logto.calls == []


@pytest.mark.catalogue(1)
@each_visitor
def test_a_link_on_another_site_changes_nothing_before_logto_answers(
    journey, kept, has
):
    give(journey, has)
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
        "Sec-Fetch-User": "?1",
    }
    with kept(journey.client):
        response = journey.client.get("/logto/sign-in/", headers=headers)
    assert response["Location"].startswith(f"{journey.logto.endpoint}/oidc/auth?")
    assert who(journey.client) == ("alice" if has == "a sign-in" else None)


@pytest.mark.catalogue(2)
@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({}, {}),
        ({"csrfmiddlewaretoken": ""}, {}),
        ({"csrfmiddlewaretoken": "x" * 64}, {}),
        ({"csrfmiddlewaretoken": "\0" * 100_000}, {}),
        ({}, {"X-CSRFToken": "x" * 64}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
    ],
)
@pytest.mark.parametrize("path", [*POSTS, "/logto/connect/", "/logto/sign-out/"])
def test_a_form_of_another_site_is_refused(logto, kept, path, data, headers):
    journey = Journey(logto, Client(enforce_csrf_checks=True))
    give(journey, "a sign-in")
    before = attempts_of(journey.client)
    with kept(journey.client):
        response = journey.client.post(path, data, headers=headers)
        assert response.status_code == 403
        assert "no-store" in response["Cache-Control"]
        assert who(journey.client) == "alice"
    assert attempts_of(journey.client) == before
    assert logto.calls == []


@pytest.mark.catalogue(2)
def test_the_csrf_token_of_another_browser_is_refused(logto):
    attacker, victim = Client(), Client(enforce_csrf_checks=True)
    tokens = {}
    for client in (attacker, victim):
        client.get("/admin/login/")
        tokens[client] = client.cookies["csrftoken"].value
    data = {"csrfmiddlewaretoken": tokens[attacker]}
    assert victim.post("/logto/sign-in/", data).status_code == 403
    data = {"csrfmiddlewaretoken": tokens[victim]}
    assert victim.post("/logto/sign-in/", data).status_code == 200


@pytest.mark.catalogue(7)
def test_a_forged_host_leads_to_the_base_url_and_never_away_from_it(journey, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "http://testserver"}
    evil = {"host": "evil.example"}
    start = "/logto/sign-in/?next=https://evil.example/"
    response = journey.client.get(start, headers=evil)
    assert response["Location"].startswith("http://testserver/logto/sign-in/?")
    assert not response.cookies
    response = journey.client.get(f"{start}&logto_host=1", headers=evil)
    query = query_of(response["Location"])
    assert query["redirect_uri"] == "http://testserver/logto/callback/"
    back = path_of(journey.visitor.sign_in(response["Location"], "alice"))
    assert journey.client.get(back)["Location"] == "/"


@pytest.mark.catalogue(7)
@pytest.mark.parametrize("path", ["/logto/connect/", "/logto/sign-out/"])
def test_forms_at_a_forged_host_lead_to_the_base_url(journey, settings, path):
    settings.ALLOWED_HOSTS = ["*"]
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "http://testserver"}
    give(journey, "a sign-in")
    response = journey.client.post(path, headers={"host": "evil.example"})
    assert response.status_code == 200
    assert "evil.example" not in response.text
    query = query_of(response.context["url"])
    told = query.get("post_logout_redirect_uri", response.context["url"])
    assert told.startswith("http://testserver/logto/")


@pytest.mark.catalogue(7)
def test_without_a_base_url_logto_knows_no_forged_host(journey, settings):
    settings.ALLOWED_HOSTS = ["*"]
    evil = {"host": "evil.example"}
    response = journey.client.get("/logto/sign-in/", headers=evil)
    with pytest.raises(SignInStopped):
        journey.visitor.sign_in(response["Location"], "alice")


@pytest.mark.catalogue(7)
@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "x y"])
def test_a_host_that_the_site_does_not_have_is_refused(journey, kept, host):
    give(journey, "a cart")
    with kept(journey.client):
        response = journey.client.get("/logto/sign-in/", headers={"host": host})
    assert response.status_code == 400
    assert attempts_of(journey.client) == set()


@pytest.mark.catalogue(8)
@pytest.mark.parametrize("headers", SPOOFS, ids=str)
def test_forwarded_headers_change_nothing_from_the_start_to_the_end(journey, headers):
    client = journey.client
    start = "/logto/sign-in/?next=https://evil.example/"
    response = client.get(start, headers=headers)
    query = query_of(response["Location"])
    assert query["redirect_uri"] == "http://testserver/logto/callback/"
    (cookie,) = response.cookies.values()
    assert not (cookie["secure"] or cookie["domain"])
    back = path_of(journey.visitor.sign_in(response["Location"], "alice"))
    assert client.get(back, headers=headers)["Location"] == "/"
    assert who(client) == "alice"
