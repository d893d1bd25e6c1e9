"""Signing out at the simulator."""

from urllib.parse import quote

import pytest

from logto_auth.testing import SignInStopped

from .simulator_client import parameters_of


def sign_out_page(client, visitor):
    return visitor.open(f"{client.simulator.endpoint}/oidc/session/end")


def test_the_visitor_comes_back_with_the_state(client, visitor, simulator):
    visitor.sign_in(client.url(), "alice")
    back = simulator.application.post_logout_redirect_uris[0]
    address = visitor.sign_out(
        f"{simulator.endpoint}/oidc/session/end?client_id=demo-app&state=s"
        f"&post_logout_redirect_uri={quote(back)}"
    )
    assert address == f"{back}?state=s"
    assert visitor.open(client.url()).path == "/sign-in"


def test_a_refused_sign_out_shows_why(client, visitor, simulator):
    with pytest.raises(SignInStopped) as caught:
        visitor.sign_out(f"{simulator.endpoint}/oidc/session/end?client_id=nosuch")
    assert "invalid client nosuch" in caught.value.page.text


def test_a_forged_confirmation_is_refused(client, visitor):
    visitor.sign_in(client.url(), "alice")
    page = sign_out_page(client, visitor)
    refused = visitor.submit(page, page.form(xsrf=""), xsrf="guessed")
    assert "xsrf token invalid" in refused.text
    assert "code" in parameters_of(visitor.open(client.url()))


def test_a_confirmation_out_of_the_blue_is_refused(client, visitor):
    page = sign_out_page(client, visitor)
    visitor.cookies.clear()
    refused = visitor.submit(page, page.form(xsrf=""))
    assert "could not find logout details" in refused.text


def test_a_hint_with_a_bad_signature_is_refused(client, visitor, simulator):
    token = client.tokens(visitor)["id_token"]
    forged = token[:-8] + ("AAAAAAAA" if token[-8:] != "AAAAAAAA" else "BBBBBBBB")
    page = visitor.open(f"{simulator.endpoint}/oidc/session/end?id_token_hint={forged}")
    assert "could not validate id_token_hint" in page.text
