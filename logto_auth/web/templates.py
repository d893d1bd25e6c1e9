"""The package's templates: when each is shown and what it is given.

Sites override them, so names, blocks and variables are an interface. The tables in
``docs/templates.md`` derive from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FOLDER = "logto_auth"


@dataclass(frozen=True)
class Template:
    """One template: when it is shown, and its variables with what they hold.

    Where ``is_page`` is false it is a part of a page, rendered with the page's context.
    """

    shown: str
    variables: Mapping[str, str]
    is_page: bool


#: Variables of every page; `pages.page` gives them.
PAGE_VARIABLES: Mapping[str, str] = {"home_url": "the site's start page"}

BLOCKS: Mapping[str, str] = {
    "refresh": "in the head; where the page moves on by itself, the tag that does it",
    "title": "the text of the browser's tab",
    "heading": "the text of the `h1`",
    "content": "everything below the heading",
}

TEMPLATES: dict[str, Template] = {}


def _page(name: str, shown: str, **variables: str) -> str:
    path = f"{FOLDER}/{name}"
    TEMPLATES[path] = Template(shown, variables, is_page=True)
    return path


def _part(name: str, shown: str, **variables: str) -> str:
    path = f"{FOLDER}/includes/{name}"
    TEMPLATES[path] = Template(shown, variables, is_page=False)
    return path


BASE_TEMPLATE = _page("base.html", "never alone; all other pages extend it")
ERROR_TEMPLATE = _page(
    "error.html",
    "something went wrong, see [errors](errors.md)",
    title="what happened, in a few words",
    message="what it means for the visitor",
    error="the error, whose `error.code` is stable",
    reference="what the log line of the same event carries",
    retry_url="where to try again, or empty",
    wait="how long to wait before, as a sentence, or empty",
    explanation="for developers, None without `DEBUG`: `cause`, `fix`, `console`, "
    "`value`, `documentation` and `detail`",
)
NOT_FINISHED_TEMPLATE = _page(
    "not_finished.html", "the visitor came back without an answer of Logto's"
)
LEAVE_TEMPLATE = _page(
    "leave.html",
    "the page itself takes the visitor on, so keep the `refresh` block",
    url="where to",
)
CONTINUE_TEMPLATE = _page(
    "continue.html",
    "a frame or a prefetch asked for a sign-in",
    url="starts the sign-in, in the whole window",
)
WAITING_TEMPLATE = _page(
    "waiting.html",
    "another tab is signing in; looks again by itself, by a header",
    url="starts the sign-in here, without waiting",
    looks_again="whether it does; after ten minutes it does not any more",
)
SIGN_IN_TEMPLATE = _page(
    "sign_in.html",
    "the site's own [sign-in page](sign-in-page.md)",
    providers="as in `provider_buttons.html`, which it includes",
    sign_in_url="starts a sign-in at Logto's own page, for all other ways",
    sign_up_url="the same where an account is made; empty when Logto makes none",
)
CONNECT_TEMPLATE = _page(
    "connect.html",
    "before a Logto account is connected; must POST to `connect_url` with the CSRF "
    "token",
    username="as whom the visitor is signed in",
    is_connected="whether they have a Logto account already; this would be another",
    connect_url="the form's target",
    next="where to go afterwards, or empty",
)
SIGN_OUT_TEMPLATE = _page(
    "sign_out.html",
    "before a sign-out; must POST to `logto_auth:sign_out` with the CSRF token",
    next="where to go afterwards, or empty: a hidden field of the form",
    is_under_way="they are signed out here, but perhaps not at Logto yet",
    has_account="they signed in with Logto: a field `everywhere` of the form signs out "
    "all their browsers",
)
SIGNED_OUT_TEMPLATE = _page(
    "signed_out.html",
    "after a sign-out, when there is nowhere to go",
    is_signed_in="somebody is, all the same",
    is_under_way="they are signed out here, but perhaps not at Logto yet",
)
PROVIDER_BUTTONS_TEMPLATE = _part(
    "provider_buttons.html",
    "by `{% logto_provider_buttons %}`, and in `sign_in.html`",
    providers="in their order, each with `target` (as a key of `PROVIDERS`), `name`, "
    "`icon` (a static file, or empty), `logo` and `logo_dark` (Logto's, or empty), "
    "`url` and `is_last_used`",
)
PROVIDER_LOGO_TEMPLATE = _part(
    "provider_logo.html",
    "in each of the buttons: Logto's logo above the icon or, where there is none, the "
    "initial",
    provider="one of `providers`",
)
SIGN_OUT_BUTTON_TEMPLATE = _part(
    "sign_out_button.html",
    "by `{% logto_sign_out_button %}`; must POST to `sign_out_url` with the CSRF token",
    sign_out_url="the form's target",
    next="where to go afterwards, or empty: a hidden field of the form",
)
