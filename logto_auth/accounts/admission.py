"""Who may sign in: the claims that the site requires, and what its hooks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..claim_rules import claim_value
from ..conf import logto_settings
from ..errors import SignInNotAllowed

if TYPE_CHECKING:
    from ..hooks import Hooks


def require_claims(claims: Mapping[str, Any]) -> None:
    """Refuse a person who lacks one of the site's ``REQUIRED_CLAIMS``.

    Raises:
        SignInNotAllowed: ``reason`` is the name of the claim.
    """
    for path, accepted in logto_settings.REQUIRED_CLAIMS.items():
        if not _is_accepted(claim_value(claims, path), accepted):
            raise SignInNotAllowed(reason=path)


def may_join(hooks: Hooks, user: object) -> bool:
    """Ask the site's hooks whether a new Logto account may be this local user's.

    Raises:
        TypeError: They said neither yes nor no.
    """
    return _said("may_join", hooks.may_join(user))


def ask_site(hooks: Hooks, user: object) -> None:
    """Ask the site's hooks whether this person may sign in.

    Raises:
        SignInNotAllowed: They said no.
        TypeError: They said neither yes nor no.
    """
    if not _said("may_sign_in", hooks.may_sign_in(user)):
        raise SignInNotAllowed()


def _said(hook: str, answer: object) -> bool:
    # `object`, because what a site's method returns is the site's affair.
    if not isinstance(answer, bool):
        raise TypeError(f"{hook}() must return True or False, not {answer!r}")
    return answer


def _is_accepted(told: object, accepted: Sequence[object]) -> bool:
    # Types are compared, because True equals 1.
    told_values = [told, *told] if isinstance(told, list) else [told]
    return any(
        type(value) is type(wanted) and value == wanted
        for value in told_values
        for wanted in accepted
    )
