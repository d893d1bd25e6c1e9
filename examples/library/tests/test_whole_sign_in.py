"""From a page to Logto and back, at a simulator of Logto."""

from logto_auth.testing import Fault


def test_a_member_signs_in_and_comes_back_to_the_page(client, logto_visitor):
    response = logto_visitor.enter(client, "/members/", "alice")
    assert response.request["PATH_INFO"] == "/members/"
    assert "Welcome, Alice Liddell" in response.text


def test_a_role_that_was_given_at_logto_counts(client, logto, logto_visitor):
    logto.people["noel"].roles = ["librarian"]
    assert logto_visitor.enter(client, "/desk/", "noel").status_code == 200


def test_what_one_test_changed_is_gone_in_the_next(client, logto, logto_visitor):
    assert logto.people["noel"].roles == ()
    assert logto_visitor.enter(client, "/desk/", "noel").status_code == 403


def test_a_logto_that_fails_is_a_page_and_not_a_crash(client, logto, logto_visitor):
    logto.faults.put("/oidc/token", Fault(status=503))
    response = logto_visitor.enter(client, "/members/")
    assert response.status_code == 502
    assert response.context["error"].code == "provider_busy"


def test_a_site_that_listens_is_entered_over_http(live_server, logto_visitor):
    page = logto_visitor.enter(live_server.url, "/members/", "alice")
    assert "Welcome, Alice Liddell" in page.text
