"""The project that the tests run in; not the demo site's settings."""

import os
import tempfile
from pathlib import Path

SECRET_KEY = "for-tests-only"
DEBUG = False
USE_TZ = True
ROOT_URLCONF = "tests.urls"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", ".example.com"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "logto_auth",
    "tests",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "logto_auth.middleware.LogtoMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

if os.environ.get("TEST_DATABASE") == "mariadb":
    import pymysql

    pymysql.install_as_MySQLdb()

# A database of tests need not outlive the machine: nothing waits for the disk.
SQLITE = {"timeout": 20, "init_command": "PRAGMA synchronous=OFF"}
DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
# For a run beside another one on the same server.
SUFFIX = os.environ.get("TEST_DATABASE_SUFFIX", "")
DATABASES = {
    "sqlite": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        # A file: threads that share a database in memory lock each other out at once.
        "TEST": {"NAME": Path(tempfile.mkdtemp(), "test.sqlite3")},
        "OPTIONS": SQLITE,
    },
    "postgresql": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "127.0.0.1",
        "PORT": 5432,
        "NAME": "postgres",
        "TEST": {"NAME": f"test_postgres{SUFFIX}"},
        "USER": "postgres",
        "OPTIONS": {"options": "-c synchronous_commit=off"},
    },
    "mariadb": {
        "ENGINE": "django.db.backends.mysql",
        "HOST": "127.0.0.1",
        "PORT": 3306,
        "NAME": "logto_auth",
        "TEST": {"NAME": f"test_logto_auth{SUFFIX}"},
        "USER": "root",
        "PASSWORD": "",
        "OPTIONS": {"charset": "utf8mb4"},
    },
}
DATABASES = {"default": DATABASES[DATABASE]}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "redis": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # A database for each of the processes that run tests side by side.
        "LOCATION": f"redis://127.0.0.1:6379/{8 + WORKER % 8}",
    },
}
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
STATIC_URL = "static/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

AUTH_USER_MODEL = os.environ.get("TEST_USER_MODEL", "auth.User")
LOGIN_URL = "logto_auth:sign_in"
AUTHENTICATION_BACKENDS = [
    "logto_auth.backends.LogtoBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGTO = {
    "ENDPOINT": "http://localhost:3001",
    "APP_ID": "demo-app",
    "APP_SECRET": "demo-secret",
}
