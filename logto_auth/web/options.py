"""The sign-in parameters that sites and links may use, checked before they leave.

Logto drops *all* of its own parameters, silently, when one of them is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..conf import logto_settings
from ..errors import SignInOptionInvalid
from ..providers import DIRECT_SIGN_IN

FIRST_SCREENS = (
    "sign_in",
    "register",
    "reset_password",
    "identifier:sign_in",
    "identifier:register",
    "single_sign_on",
)
IDENTIFIERS = ("email", "phone", "username")

_LANGUAGE_TAG = r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"


def _one_of(*allowed: str) -> Callable[[str], bool]:
    return lambda value: value in allowed


def _words_of(*allowed: str) -> Callable[[str], bool]:
    return lambda value: bool(value) and set(value.split(" ")) <= set(allowed)


def _matching(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _is_prompt(value: str) -> bool:
    return value == "none" or _words_of("login", "consent")(value)


#: Goes straight to a provider.
DIRECT = "direct_sign_in"
# Every accepted parameter of the authorization request and what it may hold.
OPTIONS: Mapping[str, Callable[[str], bool]] = {
    "first_screen": _one_of(*FIRST_SCREENS),
    "identifier": _words_of(*IDENTIFIERS),
    DIRECT: _matching(DIRECT_SIGN_IN),
    "login_hint": _matching(r"[^\x00-\x1f\x7f-\x9f]{1,256}"),
    "prompt": _is_prompt,
    "max_age": _matching(r"[0-9]{1,9}"),
    "ui_locales": _matching(rf"{_LANGUAGE_TAG}( {_LANGUAGE_TAG}){{0,9}}"),
    "organization_id": _matching(r"[\w-]{1,128}"),
    "one_time_token": _matching(r"[\w.~-]{1,512}"),
}
_FORCES_PROMPT = ("first_screen", DIRECT)


def requested_options(*sources: Mapping[str, Any]) -> dict[str, str]:
    """Return the options that the sources name; later sources win.

    Args:
        sources: Query parameters, form fields or keyword arguments. Unknown names are
            left out; a list counts as its items joined by blanks.

    Raises:
        SignInOptionInvalid: A value is not one that Logto understands; ``reason`` is
            the parameter's name.
    """
    options: dict[str, str] = {}
    for source in sources:
        for name, is_valid in OPTIONS.items():
            if source.get(name) in (None, ""):
                continue
            value = option_text(source[name])
            if not is_valid(value):
                raise SignInOptionInvalid(reason=name)
            options[name] = value
    return options


def checked_options(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the options of a site's own call.

    Raises:
        TypeError: There is no such option.
        SignInOptionInvalid: See `requested_options`.
    """
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise TypeError(
            f"unknown sign-in options {', '.join(unknown)}; "
            f"there are {', '.join(OPTIONS)}"
        )
    return requested_options(options)


def authorization_parameters(options: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of the authorization request, with the prompt they need.

    While Logto's session lives, a prompt of ``consent`` shows no screen at all, so a
    wished first screen or provider forces ``login``. ``consent`` stays with it, or no
    refresh token would come.
    """
    parameters = dict(options)
    prompt = options.get("prompt")
    if prompt == "none":
        return parameters
    words = set((prompt or logto_settings.PROMPT).split())
    if prompt is None and any(name in options for name in _FORCES_PROMPT):
        words.add("login")
    words |= {"consent"} & set(logto_settings.PROMPT.split())
    parameters["prompt"] = " ".join(sorted(words, reverse=True))
    return parameters


def option_text(value: Any) -> str:
    """Return an option's value as it is sent: the items of a list joined by blanks."""
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return " ".join(map(str, value))
    return str(value)
