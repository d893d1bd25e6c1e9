"""A sign-in over real servers: gunicorn without an event loop, uvicorn with one."""

import pytest

from tests.edge.served import (
    GUNICORN,
    UVICORN,
    new_browser,
    serve_tests_site,
    sign_in,
)

SERVERS = {
    "gunicorn": [*GUNICORN, "--workers=2", "--threads=2"],
    "gunicorn-gevent": [*GUNICORN, "--worker-class=gevent"],
    "uvicorn": UVICORN,
}


@pytest.fixture(params=SERVERS)
def site(request, simulator, tmp_path):
    """Run the tests' project in a server of its own; yield its address."""
    with serve_tests_site(simulator, tmp_path, SERVERS[request.param]) as address:
        yield address


def test_a_visitor_signs_in_and_out(site, simulator, request):
    uses_gevent = "gevent" in request.node.callspec.id
    with new_browser(site) as browser:
        assert sign_in(browser, simulator, "/protected/", "alice").json()["user"] == (
            "alice"
        )
        if not uses_gevent:  # which cannot run a site's async views
            assert browser.get("/aprotected/").json()["same"] is True
        assert browser.get("/logto/user/").json()["isAuthenticated"] is True
        page = browser.get("/logto/sign-out/").text
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        leave = browser.post("/logto/sign-out/", data={"csrfmiddlewaretoken": token})
        assert leave.status_code == 200
        assert browser.get("/logto/user/").json()["isAuthenticated"] is False
