"""Settings of the site; what differs between machines is read from the environment.

A file ``.env`` beside ``manage.py`` does as well; ``.env.example`` lists what can be
in it. With nothing set, the site works with the simulator that ``manage.py demo``
starts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=True)


def port(variable: str, value: str, default: int) -> int:
    """Return a port; an empty value is as good as none."""
    if value and not value.isdecimal():
        raise SystemExit(f"{variable} has to be a number, not {value!r}.")
    return int(value or default)


SITE_PORT = port("SITE_PORT", env.str("SITE_PORT", default=""), 8000)
LOGTO_PORT = port("LOGTO_PORT", env.str("LOGTO_PORT", default=""), 3001)

# Logto: a real one when LOGTO_ENDPOINT is set, else the simulator.
_given = {
    "ENDPOINT": env.str("LOGTO_ENDPOINT", default=""),
    "APP_ID": env.str("LOGTO_APP_ID", default=""),
    "APP_SECRET": env.str("LOGTO_APP_SECRET", default=""),
    # For manage.py logto_setup and logto_doctor; without them the site works too.
    "M2M_APP_ID": env.str("LOGTO_M2M_APP_ID", default=""),
    "M2M_APP_SECRET": env.str("LOGTO_M2M_APP_SECRET", default=""),
    "M2M_RESOURCE": env.str("LOGTO_M2M_RESOURCE", default=""),
}
USES_SIMULATOR = DEBUG and not _given["ENDPOINT"]
if USES_SIMULATOR and any(_given.values()):
    raise SystemExit("An application is set, but not its Logto: LOGTO_ENDPOINT.")
LOGTO: dict[str, Any]
if USES_SIMULATOR:
    LOGTO = {
        "ENDPOINT": f"http://localhost:{LOGTO_PORT}",
        "APP_ID": "demo-app",
        "APP_SECRET": "demo-secret",
        "M2M_APP_ID": "demo-machine",
        "M2M_APP_SECRET": "demo-machine-secret",
        "CONSOLE_URL": f"http://localhost:{LOGTO_PORT}/console",
        # Of the webhook by which the simulator tells of its people.
        "WEBHOOK_SIGNING_KEYS": ["for-the-simulator-of-the-demo-only"],
        # Who has the role "admin" there administers this site.
        "HOOKS": "site_project.hooks.DemoHooks",
    }
else:
    # What is empty is left out, so that the check names all that is missing.
    LOGTO = {name: value for name, value in _given.items() if value}
if console := env.str("LOGTO_CONSOLE_URL", default=""):
    LOGTO["CONSOLE_URL"] = console
# What manage.py logto_setup writes; several with commas, while one is replaced.
if keys := env.list("LOGTO_WEBHOOK_SIGNING_KEY", default=[]):
    LOGTO["WEBHOOK_SIGNING_KEYS"] = keys
# The address that is registered in Logto, also for who comes by way of 127.0.0.1.
LOGTO["BASE_URL"] = env.str(
    "LOGTO_BASE_URL", default=f"http://localhost:{SITE_PORT}" if DEBUG else ""
)
# The buttons of the home page: connectors by their target in Logto.
LOGTO["PROVIDERS"] = {
    "huggingface": "Hugging Face",
    "facebook": "Facebook",
    "naver": "Naver",
    "my-oidc": "My OIDC",
}
AUTHENTICATION_BACKENDS = [
    "logto_auth.backends.LogtoBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "logto_auth:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

if DEBUG:
    SECRET_KEY = env.str("SECRET_KEY", default="only-for-development-" + "0" * 40)
else:
    SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "logto_auth",
    "site_project",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "site_project.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "logto_auth.middleware.LogtoMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "site_project.urls"
WSGI_APPLICATION = "site_project.wsgi.application"
ASGI_APPLICATION = "site_project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "logto_auth.context_processors.logto",
            ]
        },
    }
]
DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
