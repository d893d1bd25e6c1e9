"""A sign-out ends where it began, whatever comes back."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.mutations import Mutation, any_text, several_mutations
from tests.properties.profiles import examples
from tests.properties.test_attempt_cookies import cookies_in, is_equivalent
from tests.properties.world import protected

pytestmark = [pytest.mark.once, pytest.mark.django_db]

COOKIE = "logto_sign_out"
NEXT = "/a/?b=c"


def signed_out(visit):
    """Sign in and out; return the state that Logto is told, and the cookie."""
    visit.accepted(visit.sign_in())
    response = visit.client.post("/logto/sign-out/", {"next": NEXT})
    url = response.context["url"]
    return parse_qs(urlsplit(url).query)["state"][0], visit.client.cookies[COOKIE].value


@pytest.mark.conformance("oidcc-client-test-rp-init-logout-other-state")
@given(in_state=several_mutations, in_cookie=st.none() | several_mutations)
@example(Mutation("same"), None)
@example(Mutation("same"), Mutation("append", 0, "="))
@example(Mutation("same"), Mutation("flip", 0.5))
@example(Mutation("same"), Mutation("repeat"))
@example(Mutation("append", 0, "\0/evil"), None)
@example(Mutation("replace"), None)
@examples(40)
def test_only_the_state_that_was_sent_leads_on(world, in_state, in_cookie):
    with world.example() as visit:
        state, cookie = signed_out(visit)
        told = in_state(state).encode(errors="replace").decode()
        kept = in_cookie(cookie) if in_cookie else cookie
        header = f"{COOKIE}={kept}".encode(errors="surrogatepass").decode("latin-1")
        read = cookies_in(header).get(COOKIE)
        with_state = {"state": told}
        response = visit.client.get(
            "/logto/signed-out/", with_state, HTTP_COOKIE=header
        )
        protected(response)
        assert response.status_code in (200, 302, 400)
        is_same = read == cookie or (read and is_equivalent(read, cookie))
        if response.status_code == 302:
            assert told == state and is_same
            assert response["Location"] == NEXT
        elif response.status_code == 400:
            assert response.context["error"].code == "sign_out_state_invalid"
            assert told != state or read != cookie
        else:
            assert read is None, "there is nothing to go on with"


@given(query=st.binary(max_size=60).map(lambda data: data.decode("latin-1")))
@example("state=%ff&state=%00")
@examples(60)
def test_no_query_breaks_the_page_after_a_sign_out(world, query):
    with world.example() as visit:
        response = visit.client.get("/logto/signed-out/", QUERY_STRING=query)
        assert response.status_code == 200
        protected(response)
        visit.unchanged()


@given(body=st.binary(max_size=80), kind=any_text)
@example(b"next=/a", "application/x-www-form-urlencoded; charset=utf-7")
@example(b"--x", "multipart/form-data; boundary=x")
@example(b"{}", "application/json")
@examples(60)
def test_no_form_breaks_a_sign_out(world, body, kind):
    with world.example() as visit:
        plain = "".join(char for char in kind if 31 < ord(char) < 127) or "text/plain"
        response = visit.client.post("/logto/sign-out/", body, content_type=plain)
        assert response.status_code in (200, 302, 400)
        assert not visit.is_signed_in
