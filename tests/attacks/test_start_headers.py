"""What every answer of every view carries, and where an answer to a form leads."""

import pytest
from django.conf import settings as site
from django.test import Client, override_settings
from django.urls import path

from logto_auth.urls import urlpatterns
from tests.attacks import logout_tokens, webhooks
from tests.attacks.visitors import give
from tests.journey import Journey, query_of

pytestmark = pytest.mark.django_db

METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "X"]


def get(path, **headers):
    return lambda journey: journey.client.get(f"/logto/{path}", headers=headers)


def post(path, **data):
    return lambda journey: journey.client.post(f"/logto/{path}", data)


def as_user(answer):
    def ask(journey):
        give(journey, "a sign-in")
        return answer(journey)

    return ask


def forged(path):
    def ask(journey):
        checking = Journey(journey.logto, Client(enforce_csrf_checks=True))
        checking.sign_in()
        return checking.client.post(f"/logto/{path}")

    return ask


def signed_in(journey):
    return journey.sign_in()


def used(journey):
    url = journey.callback_url()
    journey.client.get(url)
    return journey.client.get(url)


def back_from_sign_out(journey):
    journey.sign_in()
    url = journey.client.post("/logto/sign-out/", {"next": "/bye/"}).context["url"]
    state = query_of(url)["state"]
    return journey.client.get(f"/logto/signed-out/?state={state}")


def foreign_sign_out(journey):
    journey.sign_in()
    journey.client.post("/logto/sign-out/")
    return journey.client.get("/logto/signed-out/?state=foreign")


def with_a_password(path):
    def ask(journey):
        from django.contrib.auth import get_user_model

        user = get_user_model().objects.create_user("pat")
        backend = "django.contrib.auth.backends.ModelBackend"
        journey.client.force_login(user, backend)
        return journey.client.post(f"/logto/{path}", {"next": "/bye/"})

    return ask


def logout_token(journey):
    logout_tokens.register(journey.logto)
    journey.sign_in()
    return logout_tokens.send(journey.client, journey.logto.logout_token("alice"))


def webhook(*headers):
    def ask(journey):
        keys = {**site.LOGTO, "WEBHOOK_SIGNING_KEYS": [webhooks.KEY]}
        with override_settings(LOGTO=keys):
            return webhooks.send(journey.client, webhooks.told(), *headers)

    return ask


# Of each view each kind of answer that it has, and its status.
ANSWERS = {
    ("sign_in", "page", 200): post("sign-in/"),
    ("sign_in", "redirect", 302): get("sign-in/"),
    ("sign_in", "redirect to itself", 302): get(
        "sign-in/", **{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
    ),
    ("sign_in", "refusal", 400): get("sign-in/?prompt=x"),
    ("sign_in", "refusal of a frame", 403): get(
        "sign-in/", **{"Sec-Fetch-Dest": "iframe"}
    ),
    ("sign_in", "refusal of a script", 401): get("sign-in/", Accept="text/json"),
    ("sign_in", "refusal of htmx", 401): get("sign-in/", **{"HX-Request": "true"}),
    ("sign_in", "refusal of a forged form", 403): forged("sign-in/"),
    ("sign_up", "page", 200): post("sign-up/"),
    ("sign_up", "redirect", 302): get("sign-up/"),
    ("sign_up", "refusal", 400): get("sign-up/?prompt=x"),
    ("sign_up", "refusal of a forged form", 403): forged("sign-up/"),
    ("choose", "page", 200): get("choose/"),
    ("choose", "refusal", 400): get("choose/?prompt=x"),
    ("choose", "refusal of a frame", 403): get(
        "choose/", **{"Sec-Fetch-Dest": "iframe"}
    ),
    ("choose", "refusal of a script", 401): get("choose/", Accept="text/json"),
    ("callback", "page", 200): get("callback/"),
    ("callback", "redirect", 302): signed_in,
    ("callback", "redirect of a used one", 302): used,
    ("callback", "refusal", 400): get("callback/?state=x"),
    ("sign_out", "page", 200): as_user(get("sign-out/")),
    ("sign_out", "page for nobody", 200): get("sign-out/"),
    ("sign_out", "page that leaves", 200): as_user(post("sign-out/")),
    ("sign_out", "redirect", 302): with_a_password("sign-out/"),
    ("sign_out", "refusal of a forged form", 403): forged("sign-out/"),
    ("signed_out", "page", 200): get("signed-out/"),
    ("signed_out", "redirect", 302): back_from_sign_out,
    ("signed_out", "refusal", 400): foreign_sign_out,
    ("connect", "page", 200): as_user(get("connect/")),
    ("connect", "page that leaves", 200): as_user(post("connect/")),
    ("connect", "redirect", 302): get("connect/"),
    ("connect", "refusal of a forged form", 403): forged("connect/"),
    ("backchannel_logout", "answer", 200): logout_token,
    ("backchannel_logout", "refusal", 400): post("backchannel-logout/"),
    ("webhook", "answer", 200): webhook(),
    ("webhook", "refusal", 401): webhook({}),
    ("webhook", "refusal where none is taken", 404): post("webhook/"),
    ("user", "answer for nobody", 200): get("user/"),
    ("user", "answer", 200): as_user(get("user/")),
}


def assert_protected(response):
    told = {"status": response.status_code, **response.headers}
    assert told.get("Cache-Control") == "no-store, private", told
    assert "Cookie" in told.get("Vary", ""), told
    assert told.get("X-Frame-Options") == "DENY", told
    # Where a form may be, the own origin is told, or Django would refuse the form.
    assert told.get("Referrer-Policy") in ("no-referrer", "same-origin"), told


@pytest.mark.catalogue(32)
@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: f"{case[0]}: {case[1]}")
def test_every_answer_is_kept_out_of_caches_frames_and_the_referer(journey, case):
    response = ANSWERS[case](journey)
    assert response.status_code == case[2]
    assert_protected(response)
    if case[0] == "callback":
        assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.catalogue(32)
def test_the_answers_above_are_those_of_every_view():
    views = {pattern.name for pattern in urlpatterns}
    assert {view for view, _, _ in ANSWERS} == views


@pytest.mark.catalogue(32)
@pytest.mark.parametrize("view", urlpatterns, ids=lambda view: view.name)
def test_a_refused_method_is_kept_out_of_caches_too(journey, view):
    give(journey, "a sign-in")
    refused = set()
    for method in METHODS:
        response = journey.client.generic(method, f"/logto/{view.pattern}")
        assert_protected(response)
        if response.status_code == 405:
            refused.add(method)
    assert {"OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "X"} <= refused


def fail(*args, **kwargs):
    raise RuntimeError("the site's own hook")


@pytest.mark.catalogue(32)
@pytest.mark.parametrize("debug", [False, True], ids=["production", "DEBUG"])
def test_djangos_page_about_a_hook_that_fails_is_kept_out_too(
    journey, hooks, settings, debug
):
    hooks(may_sign_in=fail)
    settings.DEBUG = debug
    journey.client.raise_request_exception = False
    response = journey.sign_in()
    assert response.status_code == 500
    assert_protected(response)


@pytest.mark.catalogue(32)
async def test_it_is_so_on_an_event_loop_too(journey_async, hooks):
    hooks(may_sign_in=fail)
    journey_async.client.raise_request_exception = False
    response = await journey_async.sign_in()
    assert response.status_code == 500
    assert_protected(response)


def test_a_page_of_the_site_that_fails_is_left_alone(client, settings):
    settings.ROOT_URLCONF = Failing
    client.raise_request_exception = False
    response = client.get("/fails/")
    assert response.status_code == 500
    assert "Cache-Control" not in response


class Failing:
    """A site with a page that fails."""

    urlpatterns = [path("fails/", fail)]


@pytest.mark.catalogue(32)
async def test_an_event_loop_makes_no_difference(journey_async):
    client = journey_async.client
    for page in ("sign-in/", "callback/", "callback/?state=x", "connect/", "user/"):
        assert_protected(await client.get(f"/logto/{page}"))
    assert_protected(await client.put("/logto/callback/"))
    assert_protected(await journey_async.sign_in())


@pytest.mark.catalogue(33)
@pytest.mark.parametrize("has", ["nothing", "a cart", "a sign-in"])
@pytest.mark.parametrize("view", urlpatterns, ids=lambda view: view.name)
def test_no_answer_to_a_form_makes_the_browser_send_it_again(
    journey, settings, view, has
):
    if has != "nothing":
        give(journey, has)
    secret = {"password": "secret", "next": "/bye/"}
    for base_url in ("http://localhost:8000", None):
        settings.LOGTO = {**settings.LOGTO, "BASE_URL": base_url}
        response = journey.client.post(f"/logto/{view.pattern}", secret)
        # Where only Logto sends something, a form is no such thing.
        refused = {"backchannel_logout": 400, "webhook": 404}.get(view.name, 405)
        expected = (200, 302, 303, refused)
        assert response.status_code in expected, "never 307 or 308"


@pytest.mark.catalogue(33)
def test_a_form_that_ends_on_this_site_is_followed_by_a_get(journey):
    response = with_a_password("sign-out/")(journey)
    assert (response.status_code, response["Location"]) == (302, "/bye/")
