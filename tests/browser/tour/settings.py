"""The demo site, in another language or without templates of its own."""

import os
from pathlib import Path

from site_project.settings import *  # noqa: F403
from site_project.settings import LOGTO, MIDDLEWARE, TEMPLATES

LANGUAGE_CODE = os.environ.get("TOUR_LANGUAGE", "en")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
ROOT_URLCONF = "tests.browser.tour.urls"
LOGTO = {
    **LOGTO,
    # As in the demo, where who has the role "admin" is the administrator.
    "HOOKS": "site_project.hooks.DemoHooks",
    "ADMIN_SIGN_IN": os.environ.get("TOUR_ADMIN_SIGN_IN", "beside"),
}
if "TOUR_POLICY" in os.environ:
    # The package's own pages, under what docs/templates.md says that they need.
    TEMPLATES = [{**TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]
    MIDDLEWARE = ["tests.browser.tour.urls.with_policy", *MIDDLEWARE]
