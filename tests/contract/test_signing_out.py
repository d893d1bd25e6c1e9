"""Signing out at Logto, and what outlives it."""

import pytest

from .server_under_test import callback_parameters

recording = pytest.mark.recording


@recording("440", "441", "442", "443", "444")
def test_the_page_confirms_itself_and_sends_the_browser_back(server, same):
    tokens = server.tokens(scope="openid offline_access profile", prompt="consent")
    page = server.end_session(
        client_id=server.mine.app_id,
        post_logout_redirect_uri=server.post_logout_redirect_uri,
        state="lo",
    )
    same("440", page)
    same("441", page)
    answer = server.confirm(page)
    same("442", answer)
    assert callback_parameters(answer) == {"state": "lo"}
    same("443", server.userinfo(tokens["access_token"]))
    same("444", server.refresh(tokens["refresh_token"]))


@recording("445", "446", "447")
def test_a_hint_is_as_good_as_the_application_id(server, same):
    tokens = server.tokens()
    page = server.end_session(
        id_token_hint=tokens["id_token"],
        post_logout_redirect_uri=server.post_logout_redirect_uri,
    )
    same("445", page)
    same("446", server.confirm(page))
    same("447", server.userinfo(tokens["access_token"]))


@recording("448")
def test_an_address_that_is_not_registered_is_refused(server, same):
    server.sign_in()
    page = server.end_session(
        client_id=server.mine.app_id,
        post_logout_redirect_uri="http://localhost:8000/other",
    )
    same("448", page)


@recording("449", "449b")
def test_without_parameters_it_ends_at_logto(server, same):
    server.sign_in()
    page = server.end_session()
    same("449", page)
    same("449b", server.confirm(page))


@recording("449c")
def test_without_a_session_the_page_looks_the_same(server, same):
    server.client.cookies.clear()
    page = server.end_session(
        client_id=server.mine.app_id,
        post_logout_redirect_uri=server.post_logout_redirect_uri,
    )
    same("449c", page)
    location = server.confirm(page).headers["Location"]
    assert location.startswith(server.post_logout_redirect_uri)


@recording("449d")
def test_without_an_application_the_address_is_ignored(server, same):
    server.client.cookies.clear()
    page = server.end_session(post_logout_redirect_uri=server.post_logout_redirect_uri)
    same("449d", page)
    location = server.confirm(page).headers["Location"]
    assert location == f"{server.endpoint}/oidc/session/end/success"


@recording("449e")
def test_a_hint_that_is_no_token_is_refused(server, same):
    server.client.cookies.clear()
    same("449e", server.end_session(id_token_hint="garbage"))
