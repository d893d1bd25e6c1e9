"""Every examination, in the order of the lines, and what each of them needs."""

from __future__ import annotations

from typing import Final

from . import catalogue as topics
from .account_center import look_at_account_center
from .application import look_at_application_type, look_at_back_channel_logout
from .cache import look_at_cache
from .checks import look_at_checks, look_at_deployment_checks
from .clock import look_at_clock
from .connectors import look_at_connectors
from .credentials import look_at_credentials
from .database import look_at_database, look_at_migrations, look_at_writes
from .examination import Examination
from .management import (
    look_at_management_api,
    look_at_management_permission,
    look_at_management_settings,
)
from .providers import look_at_providers
from .registered_uris import look_at_redirect_uri, look_at_sign_out_uri
from .scopes import look_at_refresh_tokens, look_at_resources, look_at_scopes
from .server import look_at_connection, look_at_encryption, look_at_issuer
from .sessions import look_at_sessions
from .sign_in_page import look_at_sign_in
from .signing import look_at_algorithms, look_at_keys
from .site_address import look_at_site_address
from .webhook import look_at_webhook

_SERVER = (topics.ISSUER,)
_MANAGED = (topics.MANAGEMENT_PERMISSION,)
_PLACED = (topics.SITE_ADDRESS, topics.ISSUER)

EXAMINATIONS: Final = (
    Examination(topics.CHECKS, look_at_checks),
    Examination(topics.DEPLOYMENT_CHECKS, look_at_deployment_checks),
    Examination(topics.SITE_ADDRESS, look_at_site_address),
    Examination(topics.CONNECTION, look_at_connection),
    Examination(topics.ENCRYPTION, look_at_encryption, (topics.CONNECTION,)),
    Examination(topics.ISSUER, look_at_issuer, (topics.CONNECTION,)),
    Examination(topics.CLOCK, look_at_clock, (topics.CONNECTION,)),
    Examination(topics.ALGORITHMS, look_at_algorithms, _SERVER),
    Examination(topics.KEYS, look_at_keys, _SERVER),
    Examination(topics.MANAGEMENT_SETTINGS, look_at_management_settings),
    Examination(
        topics.MANAGEMENT_API,
        look_at_management_api,
        (topics.MANAGEMENT_SETTINGS, topics.ISSUER),
    ),
    Examination(
        topics.MANAGEMENT_PERMISSION,
        look_at_management_permission,
        (topics.MANAGEMENT_API,),
    ),
    Examination(topics.CREDENTIALS, look_at_credentials, _SERVER),
    Examination(topics.APPLICATION_TYPE, look_at_application_type, _MANAGED),
    Examination(topics.REDIRECT_URI, look_at_redirect_uri, _PLACED),
    Examination(topics.SIGN_OUT_URI, look_at_sign_out_uri, _PLACED),
    Examination(topics.RESOURCES, look_at_resources, (topics.REDIRECT_URI,)),
    Examination(topics.SCOPES, look_at_scopes, (topics.REDIRECT_URI,)),
    Examination(topics.REFRESH_TOKENS, look_at_refresh_tokens, _SERVER),
    Examination(topics.SIGN_IN, look_at_sign_in, _MANAGED),
    Examination(topics.CONNECTORS, look_at_connectors, _MANAGED),
    Examination(topics.PROVIDERS, look_at_providers, _MANAGED),
    Examination(topics.ACCOUNT_CENTER, look_at_account_center, _MANAGED),
    Examination(topics.WEBHOOK, look_at_webhook, (topics.SITE_ADDRESS, *_MANAGED)),
    Examination(
        topics.BACK_CHANNEL_LOGOUT,
        look_at_back_channel_logout,
        (topics.SITE_ADDRESS, *_MANAGED),
    ),
    Examination(topics.DATABASE, look_at_database),
    Examination(topics.MIGRATIONS, look_at_migrations, (topics.DATABASE,)),
    Examination(topics.DATABASE_WRITES, look_at_writes, (topics.MIGRATIONS,)),
    Examination(topics.SESSIONS, look_at_sessions),
    Examination(topics.CACHE, look_at_cache),
)
