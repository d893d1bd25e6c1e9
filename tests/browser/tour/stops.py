"""Every page by a name, and the way there."""

from .guide import Guide


def at(path, *, signed_in=False):
    """Return the way to a page of the site."""

    def go(guide):
        if signed_in:
            guide.sign_in()
        guide.open(path)

    return go


def home_of(username):
    return lambda guide: guide.sign_in(username)


def logto(path):
    return lambda guide: guide.open_logto(path)


def asked(**changes):
    return lambda guide: guide.ask_logto(**changes)


PEOPLE = ("alice", "sofia", "olivia", "emmy", "ada", "jiwoo", "noel")

# The package's pages, in the site's clothes or in their own.
PACKAGE = {
    "sign-out": at("/logto/sign-out/", signed_in=True),
    "signed-out": at("/logto/signed-out/"),
    "still-signed-in": at("/logto/signed-out/", signed_in=True),
    "almost-signed-out": Guide.leave_logto_too_early,
    "connect": Guide.ask_to_connect,
    "connect-another": at("/logto/connect/", signed_in=True),
    "not-finished": at("/logto/callback/"),
    "error-400-option": at("/logto/sign-in/?prompt=nonsense"),
    "error-400-state": at("/logto/callback/?code=x&state=y"),
    "error-403-inactive": Guide.be_refused,
    "error-502-unreachable": Guide.find_logto_broken,
    "leave": Guide.leave,
    "waiting": Guide.wait_for_another_tab,
    "continue": Guide.be_refused_a_prefetch,
}
SITE = {
    "home": at("/"),
    **{f"home-{name}": home_of(name) for name in PEOPLE},
    "home-with-a-password": Guide.sign_in_with_a_password,
    "home-connected": Guide.connect,
    "home-without-a-scope": Guide.sign_in_without_a_scope,
    "sign-in-page": Guide.choose_how_to_sign_in,
    "members-only": at("/protected/", signed_in=True),
    "client-side": at("/client-side/"),
    "client-side-signed-in": at("/client-side/", signed_in=True),
    "django-400": at("/fails/400/"),
    "django-403": at("/fails/403/"),
    "django-404": at("/nothing/"),
    "django-500": at("/fails/500/"),
    "django-csrf": at("/fails/csrf/"),
}
SIMULATOR = {
    "logto-start": logto("/"),
    "logto-user": logto("/console/users/sofia0000002"),
    "logto-sign-in": asked(),
    "logto-cancelled": Guide.cancel_at_the_provider,
    "logto-wrong-password": Guide.send_a_wrong_password,
    "logto-register": asked(first_screen="register"),
    "logto-register-refused": Guide.register_a_name_that_is_taken,
    **{
        f"logto-{target}": asked(direct_sign_in=f"social:{target}")
        for target in ("huggingface", "facebook", "naver", "my-oidc")
    },
    "logto-single-sign-on": asked(first_screen="single_sign_on"),
    "logto-enterprise": asked(direct_sign_in="sso:enterprise-1"),
    "logto-consent": Guide.be_asked_for_consent,
    "logto-access-denied": Guide.be_denied_access,
    "logto-session-not-found": logto("/sign-in?app_id=nobody"),
    "logto-signing-out": Guide.stop_at_the_page_that_posts_itself,
    "logto-signed-out": logto("/oidc/session/end/success"),
}
EVERY_STOP = SITE | PACKAGE | SIMULATOR
