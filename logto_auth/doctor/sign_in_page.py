"""Whether anybody can sign in, and sign up, on Logto's sign-in page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..setup.sign_up import SENT_BY
from .catalogue import SIGN_IN
from .connectors import social_connectors
from .context import Context
from .line import Line

REGISTER_ONLY = "Register"

_WAYS = _("People can sign in with: %(ways)s.")
_NOBODY = _("Nobody can sign in: the page offers nothing.")
_ONLY_REGISTERS = _("Nobody can sign in: the page only registers people.")
_NO_CODES = _("Codes are to be sent by %(kinds)s, and there is no connector for that.")
_ADD_CONNECTOR = _("Add it in Logto's Console: Connectors > Email and SMS connectors.")
_LINKS_ALONE = _(
    "Logto links whoever comes from a provider to the account with the same address, "
    "without asking. Hugging Face, Facebook and Naver do not tell whether somebody "
    "has proved an address."
)
_DO_NOT_LINK = _(
    "Switch it off in Logto's Console: Sign-in & account > Sign-up and sign-in > "
    "Social sign-in > Automatic account linking."
)
_ENTERPRISE = _("enterprise SSO")


def look_at_sign_in(context: Context) -> Iterator[Line]:
    """Yield whether there is a way in, and whether each way has what it needs."""
    experience = context.experience
    methods = _methods(experience.sign_in)
    lacking = _lacking(context, [*methods, *_verified(experience.sign_up)])
    ways = [str(way["identifier"]) for way in methods if _is_usable(way, lacking)]
    there = {connector.target for connector in social_connectors(context)}
    ways += [target for target in experience.social_targets if target in there]
    if experience.document.get("singleSignOnEnabled") is True:
        ways.append(str(_ENTERPRISE))
    if experience.sign_in_mode == REGISTER_ONLY:
        yield SIGN_IN.failure(_ONLY_REGISTERS)
    elif not ways:
        yield SIGN_IN.failure(_NOBODY)
    else:
        yield SIGN_IN.ok(_WAYS % {"ways": ", ".join(ways)})
    if lacking:
        found = _NO_CODES % {"kinds": ", ".join(lacking)}
        yield SIGN_IN.warning(found, _ADD_CONNECTOR)
    social = experience.document.get("socialSignIn")
    if isinstance(social, Mapping) and social.get("automaticAccountLinking") is True:
        yield SIGN_IN.warning(_LINKS_ALONE, _DO_NOT_LINK)


def _methods(sign_in: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = sign_in.get("methods")
    items = given if isinstance(given, Sequence) else ()
    return [
        item
        for item in items
        if isinstance(item, Mapping) and isinstance(item.get("identifier"), str)
    ]


def _verified(sign_up: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what new people have to prove to have, as if it were a way to sign in."""
    identifiers = sign_up.get("identifiers")
    if sign_up.get("verify") is True and isinstance(identifiers, Sequence):
        for identifier in identifiers:
            yield {"identifier": identifier, "verificationCode": True}


def _lacking(context: Context, methods: list[Mapping[str, Any]]) -> list[str]:
    """Return the identifiers to which nothing brings the codes, each once."""
    there = {connector.type for connector in context.connectors}
    wanted = (
        method["identifier"] for method in methods if method.get("verificationCode")
    )
    return [
        identifier
        for identifier in dict.fromkeys(wanted)
        if identifier in SENT_BY and SENT_BY[identifier] not in there
    ]


def _is_usable(method: Mapping[str, Any], lacking: list[str]) -> bool:
    by_code = method.get("verificationCode") is True
    can_have_code = by_code and method["identifier"] not in lacking
    return method.get("password") is True or can_have_code
