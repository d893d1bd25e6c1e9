"""Signals tell a site what happened, and cannot undo it."""

import re
from pathlib import Path

import pytest

from logto_auth.signals import sign_in_failed, signed_in

PAGE = Path(__file__).resolve().parents[2] / "docs" / "signals.md"

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What the two signals said, in order."""
    heard = []

    def listen(signal, **told):
        heard.append((signal, told))

    for signal in (signed_in, sign_in_failed):
        signal.connect(listen)
    yield heard
    for signal in (signed_in, sign_in_failed):
        signal.disconnect(listen)


@pytest.mark.parametrize("is_new", [True, False], ids=["newcomer", "returning"])
def test_a_sign_in_is_told_with_its_user_and_account(journey, heard, is_new):
    if not is_new:
        journey.sign_in()
        heard.clear()
    response = journey.sign_in()
    ((signal, told),) = heard
    assert signal is signed_in
    assert told["user"] == response.wsgi_request.user
    assert told["account"] == told["user"].logto_accounts.get()
    assert told["is_new"] is is_new


@pytest.mark.django_db(transaction=True)
async def test_a_sign_in_on_an_event_loop_is_told_too(journey_async, heard):
    await journey_async.sign_in()
    assert [signal for signal, _ in heard] == [signed_in]


def test_a_failed_sign_in_is_told_with_the_reference_of_the_page(journey, heard):
    page = journey.client.get("/logto/callback/", {"state": "unknown", "code": "x"})
    ((signal, told),) = heard
    assert signal is sign_in_failed
    assert told["error"].code == "state_unknown"
    assert told["reference"] in page.content.decode()


def test_a_refused_sign_out_is_no_failed_sign_in(journey, heard):
    journey.sign_in()
    journey.client.post("/logto/sign-out/")
    heard.clear()
    page = journey.client.get("/logto/signed-out/", {"state": "another"})
    assert page.status_code == 400
    assert heard == []


@pytest.mark.parametrize(("debug", "wrong"), [(True, "APP_ID"), (False, "SCOPES")])
def test_a_sign_out_that_fails_at_logto_is_no_failed_sign_in(
    journey, heard, settings, caplog, debug, wrong
):
    journey.sign_in()
    heard.clear()
    settings.DEBUG = debug
    settings.LOGTO = {**settings.LOGTO, wrong: "nobody"}
    response = journey.client.post("/logto/sign-out/")
    assert response.context["error"].code in ("client_refused", "configuration_invalid")
    assert response.context["retry_url"] == ""
    assert heard == []
    reference = response.context["reference"]
    (record,) = [r for r in caplog.records if reference in r.getMessage()]
    assert record.event == "sign_out_incomplete"


def test_a_broken_receiver_keeps_nobody_out(journey, heard):
    def break_down(**told):
        raise RuntimeError("the site's own mistake")

    signed_in.connect(break_down)
    try:
        response = journey.sign_in()
    finally:
        signed_in.disconnect(break_down)
    assert response.status_code == 302
    assert journey.client.get("/logto/user/").json()["isAuthenticated"]


def test_the_documented_receivers_work(journey, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    module = {}
    exec(code, module)
    try:
        journey.sign_in()
        journey.client.get("/logto/callback/", {"state": "unknown", "code": "x"})
    finally:
        signed_in.disconnect(module["welcome"])
        sign_in_failed.disconnect(module["count"])
    told = capsys.readouterr().out
    assert told.startswith("welcome, alice (")
    assert "state_unknown" in told
