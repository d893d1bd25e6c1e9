"""The tables of a declaration, besides those of connectors; every key is an option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..account_fields import ACCESS, ACCOUNT_FIELDS
from ..connectors import kinds
from ..connectors.option import Place, option
from ..connectors.options import Options
from ..errors import Text
from ..webhook_events import EVENTS, TAKEN_EVENTS
from .sign_up import SIGN_UP_IDENTIFIERS

_ADDRESSES = _("must be a list of addresses such as https://example.com/callback/.")
_EVENTS = _("must be a list of Logto's events, such as User.Created.")
_FIELDS = _(
    "must be a table of fields, each Off, ReadOnly or Edit. Fields: %(fields)s."
)


def addresses(value: Any) -> Text:
    """A list of addresses."""
    is_list = not kinds.texts(value)
    return kinds.FINE if is_list and not any(map(kinds.address, value)) else _ADDRESSES


def events(value: Any) -> Text:
    """A list of Logto's events."""
    is_list = not kinds.texts(value)
    return kinds.FINE if is_list and set(value) <= set(EVENTS) else _EVENTS


def account_fields(value: Any) -> Text:
    """A table of what people may do with each field."""
    is_table = isinstance(value, Mapping)
    if is_table and all(
        name in ACCOUNT_FIELDS and access in ACCESS for name, access in value.items()
    ):
        return kinds.FINE
    return str(_FIELDS) % {"fields": ", ".join(ACCOUNT_FIELDS)}


@dataclass(frozen=True, kw_only=True)
class ApplicationSection(Options):
    """``[application]``: the one that signs visitors in.

    The addresses that this site builds itself are always registered.
    """

    name: str = option(
        kinds.text,
        _("What it is called in Logto; the host of the site for a new one."),
        place=Place.NOWHERE,
    )
    redirect_uris: Sequence[str] = option(
        addresses,
        _("Redirect URIs besides those of this site, of a staging site for example."),
        default=(),
        place=Place.NOWHERE,
    )
    post_sign_out_redirect_uris: Sequence[str] = option(
        addresses,
        _("Post sign-out redirect URIs besides those of this site."),
        default=(),
        place=Place.NOWHERE,
    )
    back_channel_logout_uri: str = option(
        kinds.address,
        _(
            "Where Logto tells that a session has ended. By default the address that "
            "this site has for it, unless another is in Logto already."
        ),
        place=Place.NOWHERE,
    )


@dataclass(frozen=True, kw_only=True)
class WebhookSection(Options):
    """``[webhook]``: how Logto tells this site of its users."""

    url: str = option(
        kinds.address,
        _("Where it is sent; by default the address that this site has for it."),
        place=Place.NOWHERE,
    )
    name: str = option(
        kinds.text,
        _("What it is called in Logto; the host of the site for a new one."),
        place=Place.NOWHERE,
    )
    events: Sequence[str] = option(
        events,
        _(
            "What it is sent for; by default all that changes users and their "
            "organizations, or what is in Logto already."
        ),
        default=(),
        place=Place.NOWHERE,
    )

    @property
    def first_events(self) -> list[str]:
        """What a new one is sent for."""
        return list(self.events or TAKEN_EVENTS)


@dataclass(frozen=True, kw_only=True)
class SignInSection(Options):
    """``[sign_in]``: Logto's sign-in page."""

    social: Sequence[str] | None = option(
        kinds.texts,
        _(
            "Targets of connectors in the order of their buttons. By default the order "
            "stays, and declared connectors come in the end."
        ),
        default=None,
        place=Place.NOWHERE,
    )
    sign_up_identifier: str = option(
        kinds.one_of(*SIGN_UP_IDENTIFIERS),
        _(
            "What people register with: none (providers only), username, email, phone "
            "or email_or_phone."
        ),
        place=Place.NOWHERE,
    )


@dataclass(frozen=True, kw_only=True)
class AccountCenterSection(Options):
    """``[account_center]``: what people see and change of themselves."""

    enabled: bool | None = option(
        kinds.switch,
        _("Whether there is one; linking accounts on this site needs it."),
        default=None,
        place=Place.NOWHERE,
    )
    fields: Mapping[str, str] | None = option(
        account_fields,
        _('Fields and what people may do with each, such as { social = "Edit" }.'),
        default=None,
        place=Place.NOWHERE,
    )
