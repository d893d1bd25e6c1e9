"""The guard of all tests sees what leaks, wherever it does."""

import json
import logging
from base64 import b64encode

import pytest

from logto_auth.sessions.attempts import open_attempt
from tests.journey import query_of

pytestmark = pytest.mark.django_db


def found(guard, logto, place):
    """Return what the guard has found in one place, and make it forget everything."""
    return [leak for leak in guard.leaks(logto.secrets) if f" in the {place}" in leak]


@pytest.fixture
def tokens(logto):
    """The token response of the next sign-in."""
    seen = {}
    logto.forge_token_response = lambda body: seen.update(body) or body
    return seen


def names_in(secrets):
    return {name for name in secrets.values() if name != "token"}


def test_every_kind_of_secret_is_known_after_a_sign_in(journey):
    journey.sign_in()
    assert names_in(journey.logto.secrets) == {
        *("access_token", "client_secret", "code", "code_verifier", "id_token"),
        *("nonce", "refresh_token", "state"),
    }


@pytest.mark.parametrize(
    "name", ["access_token", "client_secret", "code", "code_verifier", "nonce", "state"]
)
@pytest.mark.parametrize("level", [logging.DEBUG, logging.ERROR])
@pytest.mark.parametrize(
    "library", ["some.library", "django.db.backends", "django.server"]
)
def test_a_secret_in_any_log_is_found(journey, guard, name, level, library):
    journey.sign_in()
    secret = next(s for s, kind in journey.logto.secrets.items() if kind == name)
    logger = logging.getLogger(library)
    logger.log(level, "it was %s", secret)
    assert found(guard, journey.logto, f"log of {library}")
    logger.log(level, "hidden in a field", extra={"told": {"deep": [secret]}})
    assert found(guard, journey.logto, f"log of {library}")
    try:
        raise ValueError(secret)
    except ValueError:
        logger.log(level, "in a traceback", exc_info=True)
    assert found(guard, journey.logto, f"log of {library}")


def test_a_secret_is_found_among_thousands(guard, logto):
    logto.secrets.update({f"a-made-up-secret-{n}": "code" for n in range(5000)})
    logging.getLogger("site").info("it was a-made-up-secret-4321")
    (leak,) = found(guard, logto, "log of site")
    assert leak.startswith("code")


def test_what_was_cut_or_wrapped_is_found(journey, guard, tokens):
    journey.sign_in()
    site = logging.getLogger("site")
    pair = b64encode(b"demo-app:demo-secret").decode()
    for said in (tokens["refresh_token"][:30], tokens["id_token"][:200], pair):
        site.info("it was %s", said)
        assert found(guard, journey.logto, "log of site"), said


def test_a_verifier_that_logto_never_heard_of_is_found(journey, guard):
    state = query_of(journey.start())["state"]
    cookies = {name: c.value for name, c in journey.client.cookies.items()}
    attempt = open_attempt(cookies, state)
    for secret in (attempt.code_verifier, attempt.nonce):
        assert secret not in journey.logto.secrets or secret == attempt.nonce
        logging.getLogger("site").info("it was %s", secret)
        assert found(guard, journey.logto, "log of site")


def test_a_code_on_a_page_that_is_no_error_is_found(journey, guard, hooks):
    url = journey.callback_url()
    hooks(after_sign_in=lambda self, *a, **k: f"/?c={query_of(url)['code']}")
    journey.client.get(url)
    assert found(guard, journey.logto, "headers of GET /logto/callback/ (302)")


def test_an_e_mail_address_in_a_log_is_found(journey, guard):
    guard.e_mails = {"alice@example.com"}
    logging.getLogger("site").info("welcome, alice@example.com")
    assert found(guard, journey.logto, "log of site")


def test_a_token_of_no_known_sign_in_is_found_by_its_form(guard, logto):
    logging.getLogger("site").info("eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmVk")
    assert found(guard, logto, "log of site")


def test_a_code_on_an_error_page_is_found(journey, guard, hooks):
    url = journey.callback_url()
    code = query_of(url)["code"]

    def refuse(self, *args):
        from logto_auth.errors import SignInNotAllowed

        raise SignInNotAllowed(message=f"the code was {code}")

    hooks(may_sign_in=refuse)
    response = journey.client.get(url)
    assert response.status_code == 403
    assert code in response.text
    assert found(guard, journey.logto, "body of GET /logto/callback/ (403)")


def test_a_token_on_any_page_is_found(journey, guard, tokens, hooks):
    hooks(after_sign_in=lambda self, *a, **k: f"/?t={tokens['access_token']}")
    journey.sign_in()
    assert found(guard, journey.logto, "headers of GET /logto/callback/ (302)")


def test_a_token_in_a_session_is_found(journey, guard, tokens, hooks):
    def keep(self, *args, **kwargs):
        self.request.session["kept"] = json.dumps(tokens)

    hooks(after_sign_in=keep)
    journey.sign_in()
    assert found(guard, journey.logto, "session after GET /logto/callback/ (302)")


def test_a_secret_in_a_mailed_report_is_found(journey, guard, tokens, hooks):
    def fail(self, *args, **kwargs):
        shown = tokens["refresh_token"]
        raise RuntimeError(len(shown))

    hooks(after_sign_in=fail)
    journey.client.raise_request_exception = False
    assert journey.client.get(journey.callback_url()).status_code == 500
    assert found(guard, journey.logto, "mailed page")


async def test_it_watches_an_event_loop_too(journey_async, guard, tokens, hooks):
    hooks(after_sign_in=lambda self, *a, **k: f"/?t={tokens['access_token']}")
    await journey_async.sign_in()
    assert found(guard, journey_async.logto, "headers of GET /logto/callback/ (302)")


def test_what_has_to_travel_is_allowed_to_and_nothing_else_said(journey, guard):
    journey.sign_in()
    places = {sighting.place for sighting in guard.sightings}
    assert "headers of GET /logto/sign-in/ (302)" in places
    assert "session after GET /logto/callback/ (302)" in places
    assert any(place.startswith("log of logto_auth") for place in places)
    assert guard.leaks(journey.logto.secrets) == []
