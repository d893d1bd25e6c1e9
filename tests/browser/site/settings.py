"""The tests' project in a server, with pages for a browser."""

from pathlib import Path

from tests.server_settings import *  # noqa: F403
from tests.server_settings import INSTALLED_APPS, LOGTO, MIDDLEWARE, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "django_htmx"]
MIDDLEWARE = [
    "tests.browser.site.middleware.content_security_policy",
    *MIDDLEWARE,
]
ROOT_URLCONF = "tests.browser.site.urls"
TEMPLATES = [{**TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]
# Tests hold answers back, on machines that are busy as well.
LOGTO = {**LOGTO, "TIMEOUT": 30}
