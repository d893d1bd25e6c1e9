"""Whether a connector's configuration is what its factory's form asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..connector_factory import ConnectorFactory
from ..form_item import FormItem
from .body_guard import (
    Check,
    each,
    either,
    flag,
    list_of,
    literal,
    mapping,
    members,
    no_date,
    number,
    one_of,
    optional,
    refuse_if,
    text,
    texts,
)

_OIDC: Final[Mapping[str, Check]] = {
    "idTokenVerificationConfig": members(
        jwksUri=text,
        issuer=optional(either(text, list_of(text))),
        audience=optional(either(text, list_of(text))),
        algorithms=optional(list_of(text)),
        clockTolerance=optional(either(text, number)),
        crit=optional(each(flag)),
        currentDate=optional(no_date),
        maxTokenAge=optional(either(text, number)),
        subject=optional(text),
        typ=optional(text),
    ),
    "authRequestOptionalConfig": optional(
        members(
            responseMode=optional(text),
            display=optional(text),
            prompt=optional(text),
            maxAge=optional(text),
            uiLocales=optional(text),
            idTokenHint=optional(text),
            loginHint=optional(text),
            acrValues=optional(text),
        )
    ),
    "customConfig": optional(texts),
    "responseType": optional(literal("code")),
    "grantType": optional(literal("authorization_code")),
}
#: What a form does not say, by the factory's id.
_BEYOND_FORM: Final[Mapping[str, Mapping[str, Check]]] = {"oidc": _OIDC}


def check_config(factory: ConnectorFactory, config: Mapping[str, Any]) -> None:
    """Do nothing when ``config`` is complete; what Logto does not know is taken.

    Raises:
        Refused: Something is missing or of another type.
    """
    checks = {item.key: _check(item) for item in factory.form or ()}
    checks |= _BEYOND_FORM.get(factory.id, {})
    refuse_if(
        members(**checks)(dict(config), ()),
        "connector.invalid_config",
        "The connector's config is invalid.",
    )


def _check(item: FormItem) -> Check:
    check: Check = text
    if item.type == "Switch":
        check = flag
    elif item.type == "Json":
        check = mapping
    elif item.options:
        check = one_of(*item.options)
    return optional(check) if item.may_be_missing else check
