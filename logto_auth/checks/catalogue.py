"""Everything that the checks can find; an id is never used for something else."""

from __future__ import annotations

from collections.abc import Iterator

from ..setting import SETTING_NAME
from .finding import Finding
from .lines import (
    ADMIN_SITE_BLOCK,
    AUTHENTICATION_MIDDLEWARE,
    BACKEND,
    BACKENDS_BLOCK,
    BASE_URL_BLOCK,
    DATABASE_SESSIONS_LINE,
    LOGIN_URL_LINE,
    MIDDLEWARE,
    MIDDLEWARE_BLOCK,
    SESSION_MIDDLEWARE,
    SETTINGS_BLOCK,
    SHARED_CACHE_BLOCK,
    URLS_BLOCK,
    setting_block,
)

SETTINGS_MISSING = Finding(
    "E001",
    f"{SETTING_NAME} lacks a required setting.",
    "Put this into the settings. Endpoint, App ID and App secret are in Logto's "
    "Console, Applications.",
    SETTINGS_BLOCK,
)
SETTING_WRONG = Finding(
    "E002",
    f"A setting in {SETTING_NAME} has a value that cannot be used.",
    "The message says what is expected.",
)
SETTING_UNKNOWN = Finding(
    "E003",
    f"{SETTING_NAME} has a key that is not a setting, often a misspelt one.",
    "Use one of the documented settings.",
)
MIDDLEWARE_MISSING = Finding(
    "E004",
    f"MIDDLEWARE lacks {MIDDLEWARE}.",
    "Add it after AuthenticationMiddleware.",
    MIDDLEWARE_BLOCK,
)
MIDDLEWARE_ORDER = Finding(
    "E005",
    f"{MIDDLEWARE} must come after {AUTHENTICATION_MIDDLEWARE}.",
    "Order them like this.",
    MIDDLEWARE_BLOCK,
)
BACKEND_MISSING = Finding(
    "E006",
    f"AUTHENTICATION_BACKENDS lacks {BACKEND}: a user would be forgotten after one "
    "request.",
    "Put this into the settings.",
    BACKENDS_BLOCK,
)
URLS_MISSING = Finding(
    "E007",
    "The URLs of logto_auth are not included.",
    "Include them in the root URLconf.",
    URLS_BLOCK,
)
USER_HAS_LOGTO = Finding(
    "E008",
    'The user model already has an attribute "logto".',
    "Rename it: request.user.logto holds the Logto claims.",
)
CACHE_UNKNOWN = Finding(
    "E009",
    f'{SETTING_NAME}["CACHE"] names a cache that is not in CACHES.',
    "Use the alias of a cache that is there, or leave the setting out.",
)
SESSIONS_APP_MISSING = Finding(
    "E010",
    "Sessions are kept in the database, but django.contrib.sessions is not in "
    "INSTALLED_APPS: there is no table for them.",
    "Add it, then run manage.py migrate.",
    'INSTALLED_APPS = [\n    # …\n    "django.contrib.sessions",\n    "logto_auth",\n]',
)
SESSION_MIDDLEWARE_MISSING = Finding(
    "E011",
    f"MIDDLEWARE lacks {SESSION_MIDDLEWARE}: nobody can be signed in.",
    "Add it above AuthenticationMiddleware.",
    MIDDLEWARE_BLOCK,
)
SESSION_MIDDLEWARE_ORDER = Finding(
    "E012",
    f"{SESSION_MIDDLEWARE} must come before {MIDDLEWARE}.",
    "Order them like this.",
    MIDDLEWARE_BLOCK,
)
TEMPLATES_MISSING = Finding(
    "E013",
    "The templates of logto_auth are not found: every error would be a 500.",
    "Let Django's template engine look into the installed apps.",
    "TEMPLATES = [\n"
    "    {\n"
    '        "BACKEND": "django.template.backends.django.DjangoTemplates",\n'
    '        "APP_DIRS": True,\n'
    "    },\n"
    "]",
)
URL_SETTING_DEAD = Finding(
    "E014",
    "LOGIN_URL, LOGIN_REDIRECT_URL or LOGOUT_REDIRECT_URL is no path, and no URL has "
    "that name.",
    "Use the name of a URL, with its namespace, or a path that begins with a slash.",
)
ID_IS_SECRET = Finding(
    "E015",
    f'{SETTING_NAME}["APP_ID"] and {SETTING_NAME}["APP_SECRET"] are the same.',
    "They are two values in Logto's Console, Applications. If the secret was pasted "
    "as the App ID, it has been in the addresses of sign-ins: replace it in Logto.",
)
SESSION_CACHE_DUMMY = Finding(
    "E016",
    "Sessions are kept in a cache that keeps nothing: nobody can be signed in.",
    "Name a real cache in SESSION_CACHE_ALIAS, or keep sessions in the database.",
    DATABASE_SESSIONS_LINE,
)
SIMULATOR_IN_PRODUCTION = Finding(
    "E017",
    f"{SETTING_NAME} names a Logto on this machine, or the simulator's demo "
    "application, while DEBUG is off.",
    "Use the endpoint, App ID and App secret of the real Logto. Visitors cannot reach "
    "a Logto at localhost, and the simulator checks no passwords.",
    deploy=True,
)
USER_FIELD_UNFIT = Finding(
    "E018",
    f'{SETTING_NAME}["USER_FIELDS"] names what no claim can fill: no field of the user '
    "model, one that leads to other rows, or one that says who somebody is or what "
    "they may do.",
    "Use update_user of your hooks for it, username for the name of new users.",
)
LOGIN_URL_DEFAULT = Finding(
    "W001",
    "LOGIN_URL is not set, and there is no page at Django's default: @login_required "
    "would send visitors to it.",
    "Put this into the settings.",
    LOGIN_URL_LINE,
)
ENDPOINT_NOT_HTTPS = Finding(
    "W002",
    f'{SETTING_NAME}["ENDPOINT"] is not https.',
    "Use https: the app secret and all tokens travel over this address.",
    deploy=True,
)
BASE_URL_NOT_HTTPS = Finding(
    "W003",
    f'{SETTING_NAME}["BASE_URL"] is not https.',
    "Use https: authorization codes come back to this address.",
    deploy=True,
)
PLACEHOLDER = Finding(
    "W004",
    f"A setting in {SETTING_NAME} still holds a placeholder.",
    "The value is in Logto's Console, Applications.",
)
SECRET_UNLIKELY = Finding(
    "W005",
    f'{SETTING_NAME}["APP_ID"] or {SETTING_NAME}["APP_SECRET"] does not look like one '
    "of Logto's: it has a blank in it, or the secret is cut off.",
    "Copy it again from Logto's Console, Applications, with the copy button.",
)
ANY_HOST = Finding(
    "W006",
    f'ALLOWED_HOSTS is "*" and {SETTING_NAME}["BASE_URL"] is not set: the redirect URI '
    "follows whatever Host header a request brings.",
    "Name the hosts of the site, or set its address.",
    BASE_URL_BLOCK,
    deploy=True,
)
BASE_URL_HOST = Finding(
    "W007",
    f'The host of {SETTING_NAME}["BASE_URL"] is not in ALLOWED_HOSTS: Django would '
    "refuse the visitors who come back from Logto.",
    "Add it to ALLOWED_HOSTS. Behind a proxy that replaces the Host header, name the "
    "address in CSRF_TRUSTED_ORIGINS instead.",
)
PROXY_SCHEME = Finding(
    "W008",
    "The site is for https only, but nothing tells Django when a proxy has taken the "
    "TLS off: the redirect URI would begin with http://.",
    "Set the site's address; where Django cannot tell http from https either, set "
    "SECURE_PROXY_SSL_HEADER as the proxy sets its header.",
    BASE_URL_BLOCK,
    deploy=True,
)
SESSION_CACHE_OWN = Finding(
    "W009",
    "Sessions are kept, or cached, in the memory of each process: the next request "
    "may reach a process that does not know that somebody signed in, or out.",
    "Use a cache that all processes share, or keep sessions in the database.",
    DATABASE_SESSIONS_LINE,
    deploy=True,
)
NO_CONSENT = Finding(
    "W010",
    f'{SETTING_NAME}["SCOPES"] has offline_access, but {SETTING_NAME}["PROMPT"] lacks '
    "consent: Logto then issues no refresh token, without a word.",
    "Ask for consent, which applications of your own grant by themselves; or leave "
    "offline_access out of SCOPES.",
    setting_block("PROMPT", '"login consent"'),
)
NEXT_HOST_UNUSABLE = Finding(
    "W011",
    f'{SETTING_NAME}["ALLOWED_NEXT_HOSTS"] holds what no host is ever equal to: an '
    "address, a path or a wildcard.",
    "Write hosts only, with the port if it is not the usual one.",
    setting_block("ALLOWED_NEXT_HOSTS", '["shop.example.com"]'),
)
ENDPOINT_IS_CONSOLE = Finding(
    "W012",
    f'{SETTING_NAME}["ENDPOINT"] is the address of Logto\'s Console.',
    "Use the endpoint that the Console shows for your application.",
    setting_block("ENDPOINT", '"https://your-tenant.logto.app"'),
)
SCOPE_MISSPELT = Finding(
    "W013",
    f'{SETTING_NAME}["SCOPES"] has a scope that is nearly one of Logto\'s; Logto '
    "ignores scopes that it does not know.",
    "Spell it as Logto does.",
)
URLS_TRANSLATED = Finding(
    "W014",
    "The URLs of logto_auth are inside i18n_patterns: the redirect URI is another one "
    "in each language, and Logto accepts those only that are registered.",
    "Include them outside i18n_patterns.",
    URLS_BLOCK,
)
ADMIN_SIGN_IN_UNUSED = Finding(
    "W015",
    f'{SETTING_NAME}["ADMIN_SIGN_IN"] is written down, but an admin does not do what '
    "it says: Django's admin is not there, or lacks this package's login page or form.",
    "Take the setting out, or give the admin's site the login_template and login_form "
    "of this package: an AdminSite of your own by the mixin.",
    ADMIN_SITE_BLOCK,
)
JOINS_NOBODY = Finding(
    "W016",
    f'{SETTING_NAME}["JOIN_BY_EMAIL"] is on, but joins nobody: the user model has no '
    f'e-mail field, or {SETTING_NAME}["SCOPES"] lacks email.',
    "Switch it off, or name the field in the user model's EMAIL_FIELD and ask for the "
    "scope.",
)
CLAIM_NEVER_TOLD = Finding(
    "W017",
    f'{SETTING_NAME}["REQUIRED_CLAIMS"] or {SETTING_NAME}["USER_FIELDS"] names a claim '
    f'that Logto tells only with a scope which {SETTING_NAME}["SCOPES"] lacks: nobody '
    "could sign in, or the field is never filled.",
    "Ask for the scope as well.",
)
RATE_CACHE_UNSHARED = Finding(
    "W018",
    f'{SETTING_NAME}["RATE_LIMITS"] is counted in a cache that keeps nothing, or that '
    "each process has for itself: nobody is limited, or each limit is as many times "
    "higher as there are processes.",
    "Use a cache that all processes share, such as Redis, Memcached or the "
    f'database\'s, and name it in {SETTING_NAME}["CACHE"] if it is not the default.',
    SHARED_CACHE_BLOCK,
    deploy=True,
)
CLIENT_ADDRESS_UNUSED = Finding(
    "W019",
    f'{SETTING_NAME}["CLIENT_ADDRESS"] is set, but {SETTING_NAME}["RATE_LIMITS"] is '
    "not: nothing is counted, and nobody limited.",
    "Set limits, or take CLIENT_ADDRESS out.",
    setting_block("RATE_LIMITS", '{"sign_in": "60/m", "callback": "30/m"}'),
    deploy=True,
)
CLIENT_ADDRESS_OF_PROXY = Finding(
    "W020",
    f'{SETTING_NAME}["RATE_LIMITS"] is set at a site behind a proxy, by '
    "SECURE_PROXY_SSL_HEADER or USE_X_FORWARDED_HOST, but "
    f'{SETTING_NAME}["CLIENT_ADDRESS"] is not: all visitors may look like one address, '
    "and be limited together.",
    "Name a function that knows the visitor's address. Nothing, if the server or a "
    "middleware puts that into REMOTE_ADDR.",
    setting_block("CLIENT_ADDRESS", '"mysite.addresses.client_address"'),
    deploy=True,
)
MACHINE_INCOMPLETE = Finding(
    "W021",
    f'{SETTING_NAME}["M2M_APP_ID"] is set without {SETTING_NAME}["M2M_APP_SECRET"], or '
    "the other way round: nothing can use Logto's Management API.",
    "Set both, as Logto's Console shows them for the machine-to-machine application, "
    "or neither.",
)
MACHINE_IS_APPLICATION = Finding(
    "W022",
    f'{SETTING_NAME}["M2M_APP_ID"] is {SETTING_NAME}["APP_ID"]: the application that '
    "signs visitors in cannot use Logto's Management API.",
    "Create a machine-to-machine application in Logto's Console, with the role "
    '"Logto Management API access", and set its id and secret.',
)
WEBHOOK_KEY_UNLIKELY = Finding(
    "W023",
    f'{SETTING_NAME}["WEBHOOK_SIGNING_KEYS"] holds a key that Logto has not made.',
    "Copy the signing key of the webhook from Logto's Console, or let manage.py "
    "logto_setup write it.",
)
RECHECK_IMPOSSIBLE = Finding(
    "W024",
    f'{SETTING_NAME}["RECHECK_SECONDS"] is set, but Logto issues no refresh token, '
    "without which it cannot be asked.",
    'Have "offline_access" in SCOPES and "consent" in PROMPT, or do without.',
)
COOKIE_SESSIONS = Finding(
    "I001",
    "Sessions are kept in signed cookies. Tokens stay in the database, but visitors "
    "can read their claims, and each page that asks who is signed in costs a query: "
    "nothing else could end such a session from outside.",
    "Nothing, if that is meant; else keep sessions in the database.",
    DATABASE_SESSIONS_LINE,
    deploy=True,
)


def findings() -> Iterator[Finding]:
    """Yield every finding, in order of declaration."""
    for value in globals().values():
        if isinstance(value, Finding):
            yield value
