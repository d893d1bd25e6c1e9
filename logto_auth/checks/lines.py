"""Lines of Python that mend a site, ready to be pasted."""

from __future__ import annotations

from ..setting import SETTING_NAME

AUTHENTICATION_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"
SESSION_MIDDLEWARE = "django.contrib.sessions.middleware.SessionMiddleware"
MIDDLEWARE = "logto_auth.middleware.LogtoMiddleware"
BACKEND = "logto_auth.backends.LogtoBackend"

BACKENDS_BLOCK = f"""\
AUTHENTICATION_BACKENDS = [
    "{BACKEND}",
    "django.contrib.auth.backends.ModelBackend",
]"""
LOGIN_URL_LINE = 'LOGIN_URL = "logto_auth:sign_in"'
SETTINGS_BLOCK = f"""\
{SETTING_NAME} = {{
    "ENDPOINT": "https://your-tenant.logto.app",
    "APP_ID": "…",
    "APP_SECRET": "…",
}}
{BACKENDS_BLOCK}
{LOGIN_URL_LINE}"""
MIDDLEWARE_BLOCK = f"""\
MIDDLEWARE = [
    # …
    "{SESSION_MIDDLEWARE}",
    # …
    "{AUTHENTICATION_MIDDLEWARE}",
    "{MIDDLEWARE}",
    # …
]"""
URLS_BLOCK = """\
from django.urls import include, path

urlpatterns = [
    # …
    path("logto/", include("logto_auth.urls")),
]"""
ADMIN_SITE_BLOCK = """\
from django.contrib.admin import AdminSite
from logto_auth.admin_site import LogtoAdminSiteMixin


class SiteAdmin(LogtoAdminSiteMixin, AdminSite):
    pass"""
SHARED_CACHE_BLOCK = """\
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:6379",
    },
}"""
DATABASE_SESSIONS_LINE = 'SESSION_ENGINE = "django.contrib.sessions.backends.db"'


def setting_block(name: str, value: str) -> str:
    """Return ``LOGTO`` with one setting; ``value`` is Python."""
    return f'{SETTING_NAME} = {{\n    # …\n    "{name}": {value},\n}}'


BASE_URL_BLOCK = setting_block("BASE_URL", '"https://www.example.com"')
