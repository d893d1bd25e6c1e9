"""Django's administration works under the site's policy."""

import pytest

from tests.browser.tour.guide import Guide
from tests.browser.tour.site import serve_site

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https: data: {logto}; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "script-src 'self'; connect-src 'self'"
)


@pytest.fixture(scope="module")
def site(shared_simulator, tmp_path_factory):
    with serve_site(shared_simulator, tmp_path_factory.mktemp("admin")) as site:
        yield site


@pytest.fixture
def page(visit, site, shared_simulator):
    """A page of somebody who may do everything."""
    page = visit(site.address)
    Guide(page, site, shared_simulator).become_administrator()
    return page


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/auth/user/",
        "/admin/auth/user/1/change/",
        "/admin/auth/user/add/",
    ],
)
def test_its_pages_load_all_that_they_need(page, site, shared_simulator, path):
    response = page.goto(path, wait_until="networkidle")
    assert response.url == site.address + path
    policy = response.headers["content-security-policy"]
    assert policy == POLICY.format(logto=shared_simulator.endpoint)


def test_its_scripts_run(page):
    page.goto("/admin/auth/user/1/change/")
    page.locator(".selector-available").first.wait_for()
    page.locator(".datetimeshortcuts a").first.click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()


def test_it_has_the_sites_icon(page):
    answer = page.request.get("/favicon.ico")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
