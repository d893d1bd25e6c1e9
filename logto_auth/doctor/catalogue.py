"""Everything that the doctor looks at; an id is never used for something else."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..engine.token_claims import LEEWAY
from .topic import Topic

#: Seconds by which clocks may differ without a word.
CLOCK_SECONDS = 5

_SETTINGS = _("Settings")
_LOGTO = _("Logto")
_MANAGEMENT = _("Management API")
_APPLICATION = _("Application")
_SIGN_IN = _("Signing in")
_EVENTS = _("What Logto tells this site")
_SITE = _("This site")

_COMPARE_APPLICATION = _(
    "Compare LOGTO with what Logto's Console shows for your application."
)
_RUN_SETUP = _("Run manage.py logto_setup, or change it in Logto's Console.")

CHECKS = Topic(
    "checks",
    _SETTINGS,
    _("System checks"),
    _(
        "What `manage.py check` finds about this package. Each finding is a line with "
        "the id of the check."
    ),
    _("Run manage.py check."),
)
DEPLOYMENT_CHECKS = Topic(
    "deployment_checks",
    _SETTINGS,
    _("Checks for deployment"),
    _(
        "The same of `manage.py check --deploy`, where `DEBUG` is off or `--deploy` is "
        "given."
    ),
    _("Run manage.py check --deploy."),
)
SITE_ADDRESS = Topic(
    "site_address",
    _SETTINGS,
    _("Address of this site"),
    _(
        "Scheme and host by which visitors and Logto know the site: `BASE_URL`, or "
        "`--site`. Without them nothing that Logto has registered can be compared. "
        "Where it is https, that the site builds it behind a proxy too, which takes "
        "`BASE_URL` or Django's `SECURE_PROXY_SSL_HEADER`."
    ),
    _(
        'Set LOGTO["BASE_URL"], or give the address with --site https://… Behind a '
        "proxy that takes the TLS off, a site without BASE_URL also needs "
        "SECURE_PROXY_SSL_HEADER."
    ),
)
CONNECTION = Topic(
    "connection",
    _LOGTO,
    _("Connection"),
    _(
        "That the host name of `ENDPOINT` is known, something listens there, and its "
        "certificate is trusted."
    ),
    _COMPARE_APPLICATION,
)
ENCRYPTION = Topic(
    "encryption",
    _LOGTO,
    _("TLS"),
    _("That `ENDPOINT` is https, unless it is on this machine."),
    _("Use https: the app secret and all tokens travel over this address."),
)
ISSUER = Topic(
    "issuer",
    _LOGTO,
    _("Issuer"),
    _(
        "That Logto's metadata is there, names `ENDPOINT` as its issuer, and endpoints "
        "below that only."
    ),
    _COMPARE_APPLICATION,
)
CLOCK = Topic(
    "clock",
    _LOGTO,
    _("Clock"),
    format_lazy(
        _(
            "How far this machine's clock is from Logto's: over {seconds} seconds is a "
            "warning, more than the {leeway} that tokens may be off is a failure."
        ),
        seconds=CLOCK_SECONDS,
        leeway=LEEWAY,
    ),
    _("Synchronize the clocks of both machines (NTP)."),
)
ALGORITHMS = Topic(
    "algorithms",
    _LOGTO,
    _("Algorithms"),
    _("That Logto signs ID tokens with an algorithm that this package accepts."),
    _("Rotate Logto's signing key to an elliptic curve: Console, Signing keys."),
)
KEYS = Topic(
    "keys",
    _LOGTO,
    _("Keys"),
    _("That Logto publishes keys with which its ID tokens can be verified."),
    _("Look at what stands between this site and Logto."),
)
MANAGEMENT_SETTINGS = Topic(
    "management_settings",
    _MANAGEMENT,
    _("Credentials"),
    _(
        "That `M2M_APP_ID` and `M2M_APP_SECRET` are set. Without them the site works, "
        "and a warning names what is not looked at."
    ),
    _("Set M2M_APP_ID and M2M_APP_SECRET."),
)
MANAGEMENT_API = Topic(
    "management_api",
    _MANAGEMENT,
    _("Token"),
    _("That Logto takes them, and gives a token for its Management API."),
    _("Compare M2M_APP_ID and M2M_APP_SECRET with Logto's Console."),
)
MANAGEMENT_PERMISSION = Topic(
    "management_permission",
    _MANAGEMENT,
    _("Permission"),
    _("That the machine-to-machine application may use the Management API."),
    _("Give the machine-to-machine application its role."),
)
CREDENTIALS = Topic(
    "credentials",
    _APPLICATION,
    _("App ID and secret"),
    _("That Logto takes `APP_ID` and `APP_SECRET`, by a made-up code that it refuses."),
    _COMPARE_APPLICATION,
)
APPLICATION_TYPE = Topic(
    "application_type",
    _APPLICATION,
    _("Type"),
    _("That the application is a traditional web application."),
    _("Create a traditional web application in Logto, and use its App ID and secret."),
)
REDIRECT_URI = Topic(
    "redirect_uri",
    _APPLICATION,
    _("Redirect URI"),
    _(
        "That Logto has registered the site's callback, letter by letter as the site "
        "builds it, in each language where the path begins with one."
    ),
    _RUN_SETUP,
)
SIGN_OUT_URI = Topic(
    "sign_out_uri",
    _APPLICATION,
    _("Post sign-out redirect URI"),
    _("The same of the page that visitors come back to after a sign-out."),
    _RUN_SETUP,
)
RESOURCES = Topic(
    "resources",
    _APPLICATION,
    _("API resources"),
    _("That Logto knows each API of `RESOURCES`."),
    _("Create the resource in Logto with exactly this identifier, or leave it out."),
)
SCOPES = Topic(
    "scopes",
    _APPLICATION,
    _("Scopes"),
    _(
        "That Logto drops none of `SCOPES`, and the application may ask for them. "
        "Permissions of APIs depend on the person and show at a sign-in only."
    ),
    _('Correct LOGTO["SCOPES"].'),
)
REFRESH_TOKENS = Topic(
    "refresh_tokens",
    _APPLICATION,
    _("Refresh tokens"),
    _(
        "That they will come where `SCOPES` asks for them: `PROMPT` has consent, or "
        "the application always gets one."
    ),
    _('Ask for consent: LOGTO["PROMPT"] = "consent".'),
)
SIGN_IN = Topic(
    "sign_in",
    _SIGN_IN,
    _("Sign-in page"),
    _(
        "That Logto's sign-in page has a way to sign in, and what that way needs: "
        "connectors for codes by e-mail and SMS. And whether Logto links accounts "
        "that have the same address by itself."
    ),
    _("Change it in Logto's Console: Sign-in & account > Sign-up and sign-in."),
)
CONNECTORS = Topic(
    "connectors",
    _SIGN_IN,
    _("Connectors"),
    _(
        "That each social connector is complete, what is unwise about it, whether it "
        "is on the sign-in page, and its callback URL to compare with the provider's."
    ),
    _("Complete it in Logto's Console: Connectors > Social connectors."),
)
PROVIDERS = Topic(
    "providers",
    _SIGN_IN,
    _("Buttons of this site"),
    _("That each provider of `PROVIDERS` has a connector in Logto."),
    _('Create the connector, or take it out of LOGTO["PROVIDERS"].'),
)
ACCOUNT_CENTER = Topic(
    "account_center",
    _SIGN_IN,
    _("Account center"),
    _(
        "That it is on, and which fields people may see and change. Without it nobody "
        "can link another account to their own on this site."
    ),
    _(
        "Declare [account_center] in logto.toml, with enabled = true and fields = "
        '{ social = "Edit" }, and run manage.py logto_setup. Or change it in Logto\'s '
        "Console: Sign-in & account > Account center."
    ),
)
WEBHOOK = Topic(
    "webhook",
    _EVENTS,
    _("Webhook"),
    _("That Logto sends one to this site, where the site has a view for it."),
    _(
        "Declare [webhook] in logto.toml, and run manage.py logto_setup. Or change it "
        "in Logto's Console: Webhooks."
    ),
)
BACK_CHANNEL_LOGOUT = Topic(
    "back_channel_logout",
    _EVENTS,
    _("Back-channel logout"),
    _(
        "That Logto tells this site which session has ended, where the site has a view "
        "for it."
    ),
    _RUN_SETUP,
)
DATABASE = Topic(
    "database",
    _SITE,
    _("Database"),
    _("That the database of this package's tables can be reached."),
    _("Compare DATABASES with the database server."),
)
MIGRATIONS = Topic(
    "migrations",
    _SITE,
    _("Migrations"),
    _("That it has the tables of this package, of users and of sessions."),
    _("Run manage.py migrate."),
)
DATABASE_WRITES = Topic(
    "database_writes",
    _SITE,
    _("Writing to the database"),
    _("That a row can be written; it is taken back at once."),
    _("Let the database's user write: a sign-in begins with it."),
)
SESSIONS = Topic(
    "sessions",
    _SITE,
    _("Sessions"),
    _("That a session can be written, read and deleted."),
    _("Correct SESSION_ENGINE, and what it keeps sessions in."),
)
CACHE = Topic(
    "cache",
    _SITE,
    _("Cache"),
    _(
        "That the cache of `CACHE` keeps what it is given. Without one every process "
        "asks Logto for metadata and keys itself."
    ),
    _('Correct CACHES, or name another cache in LOGTO["CACHE"].'),
)


def topics() -> Iterator[Topic]:
    """Yield every topic, in order of declaration."""
    for value in globals().values():
        if isinstance(value, Topic):
            yield value
