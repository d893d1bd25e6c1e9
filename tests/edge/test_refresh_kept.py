"""A refresh token that Logto has replaced is kept, whatever comes with or after it."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.db import connections
from django.urls import path

from logto_auth.models import LogtoSession
from logto_auth.testing import Fault
from tests.asking import TOKEN, stored
from tests.attacks.forging import claims_with, forget_logto
from tests.urls import urlpatterns as of_the_tests
from tests.views import _answer_about

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]
#: Later than Logto takes the one before.
LATER = 10


def by_a_loop_of_its_own(request):
    token = async_to_sync(request.logto.aget_access_token)()
    return _answer_about(request, token)


urlpatterns = [*of_the_tests, path("by-a-loop/", by_a_loop_of_its_own)]


def new_key_that_nobody_can_fetch(logto):
    logto.rotate_keys()
    logto.faults.put("/oidc/jwks", Fault(status=503))


def of_the_future(logto):
    logto.forge_id_token = claims_with(iat=lambda iat: iat + 600)


def badly_signed(logto):
    logto.forge_id_token = lambda claims, header: "eyJhbGciOiJFUzM4NCJ9.e30.AAAA"


@pytest.mark.parametrize(
    "spoil", [new_key_that_nobody_can_fetch, of_the_future, badly_signed]
)
def test_an_id_token_that_cannot_be_verified_loses_nothing(
    spoil, rotating, logto, later
):
    old = stored()["refreshToken"]
    spoil(logto)
    assert rotating.ask().status_code in (502, 503)
    new = stored()["refreshToken"]
    assert new != old
    assert "accessTokenMap" in stored()
    logto.faults.clear()
    logto.stop_forging()
    forget_logto()
    later(LATER)
    assert rotating.ask().status_code == 200
    assert logto.grants.is_alive(stored()["refreshToken"])
    assert LogtoSession.objects.count() == 1


def test_a_view_that_runs_a_loop_in_its_transaction_and_fails_loses_nothing(
    journey, settings, logto
):
    settings.ROOT_URLCONF = __name__
    journey.sign_in("alice")
    old = stored()["refreshToken"]
    database = connections["default"].settings_dict
    database["ATOMIC_REQUESTS"] = True
    at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=10)
    try:
        with time_machine.travel(at):
            with pytest.raises(RuntimeError):
                journey.client.get("/by-a-loop/?fail")
            assert stored()["refreshToken"] != old
            logto.forget_calls()
            assert journey.client.get("/by-a-loop/").status_code == 200
            assert logto.count(TOKEN) == 0
    finally:
        database["ATOMIC_REQUESTS"] = False


def test_a_logto_that_answers_late_is_not_asked_too_often(rotating, logto):
    """It takes the old token for three seconds more; who comes later loses all."""
    logto.forget_calls()
    logto.faults.put(TOKEN, Fault(delay=3.6, after=True))

    def ask(_):
        try:
            tab = rotating.beside()
            tab.client.cookies.update(rotating.client.cookies)
            return tab.ask().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert answers.count(200) >= 2
    assert logto.count(TOKEN) <= 2
    logto.faults.clear()
    assert logto.grants.is_alive(stored()["refreshToken"])
