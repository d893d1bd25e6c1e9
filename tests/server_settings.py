"""Settings of the tests' project in a server process of its own."""

import os

from tests import settings as of_tests
from tests.settings import *  # noqa: F403

ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
SESSION_COOKIE_SAMESITE = os.environ.get("SERVER_SAMESITE", "Lax")
SESSION_COOKIE_DOMAIN = os.environ.get("SERVER_COOKIE_DOMAIN")
if "SERVER_TEST_DATABASE" in os.environ:
    database = of_tests.DATABASES["default"]
    DATABASES = {"default": {**database, "NAME": os.environ["SERVER_TEST_DATABASE"]}}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["SERVER_DATABASE"],
            "OPTIONS": of_tests.SQLITE,
        }
    }
DATABASES["default"]["ATOMIC_REQUESTS"] = "SERVER_ATOMIC_REQUESTS" in os.environ
if "SERVER_CACHE" in os.environ:
    CACHES = {"default": of_tests.CACHES[os.environ["SERVER_CACHE"]]}
    SESSION_ENGINE = "django.contrib.sessions.backends.cache"
LOGTO = {
    "ENDPOINT": os.environ["SERVER_ENDPOINT"],
    "APP_ID": os.environ["SERVER_APP_ID"],
    "APP_SECRET": "server-secret",
    "RESOURCES": os.environ.get("SERVER_RESOURCES", "").split(),
    "TIMEOUT": float(os.environ.get("SERVER_TIMEOUT", "5")),
    "WEBHOOK_SIGNING_KEYS": os.environ.get("SERVER_WEBHOOK_KEYS", "").split(),
}
