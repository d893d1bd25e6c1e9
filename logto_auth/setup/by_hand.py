"""What to click and paste in Logto's Console, where no command may do it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ..connectors import Options, Place
from ..connectors.option import is_given
from ..web.site_addresses import SiteAddresses
from .declaration import Declaration
from .declared_connector import DeclaredConnector
from .provider_side import provider_lines
from .sign_in_page import SignInPageSetup
from .step import SECRET

_TARGET = "target"
# What the Console calls members of a connector.
_LABELS = {
    "syncProfile": _lazy("Sync profile information, at each sign-in"),
    "enableTokenStorage": _lazy("Store tokens for persistent API access"),
}
_METADATA_LABELS = {
    _TARGET: _lazy("Identity provider name"),
    "name": _lazy("Name for social sign-in button"),
    "logo": _lazy("Logo URL for social sign-in button"),
    "logoDark": _lazy("Logo URL for social sign-in button, dark"),
}
_ABBREVIATIONS = ("id", "jwt")


def console_lines(
    declaration: Declaration, site: SiteAddresses, *, endpoint: str
) -> Iterator[str]:
    """Yield the lines of instructions for a person in Logto's Console."""
    yield from _application(declaration, site)
    yield from _webhook(declaration, site)
    for connector in declaration.connectors or ():
        yield from _connector(connector, endpoint)
    yield from _sign_in_page(declaration)
    yield from _account_center(declaration)
    yield from _credentials()


def _heading(text: str) -> Iterator[str]:
    yield ""
    yield text


def _pasted(name: str, *values: str) -> Iterator[str]:
    yield f"  {name}"
    yield from (f"      {value}" for value in values)


def _application(declaration: Declaration, site: SiteAddresses) -> Iterator[str]:
    section = declaration.application
    yield from _heading(
        _("Applications > Create application > Traditional web (or your own one)")
    )
    yield from _pasted(_("Application name"), section.name or site.host)
    yield from _pasted(_("Redirect URIs"), *site.redirect_uris, *section.redirect_uris)
    yield from _pasted(
        _("Post sign-out redirect URIs"),
        *site.post_sign_out_redirect_uris,
        *section.post_sign_out_redirect_uris,
    )
    uri = section.back_channel_logout_uri or site.back_channel_logout_uri
    if uri:
        yield from _pasted(_("Backchannel logout > Backchannel logout URI"), uri)
        yield "  " + _("and switch on: Is session required?")


def _webhook(declaration: Declaration, site: SiteAddresses) -> Iterator[str]:
    url = declaration.webhook_url(site)
    if declaration.webhook is None or url is None:
        return
    yield from _heading(_("Webhooks > Create webhook"))
    yield from _pasted(_("Name"), declaration.webhook.name or site.host)
    yield from _pasted(_("Events"), *declaration.webhook.first_events)
    yield from _pasted(_("Endpoint URL"), url)


def _connector(declared: DeclaredConnector, endpoint: str) -> Iterator[str]:
    connector = declared.connector
    yield from _heading(
        _("Connectors > Social connectors > Add social connector > %(title)s")
        % {"title": connector.title or connector.factory_id}
    )
    body = connector.body()
    for name, label in _LABELS.items():
        if name in body:
            yield from _pasted(str(label), _("on") if body[name] else _("off"))
    for name, label in _METADATA_LABELS.items():
        if name in connector.metadata():
            yield from _pasted(str(label), _shown(connector.metadata()[name]))
    for name, value in connector.config().items():
        is_secret = f"config.{name}" in declared.secret
        yield from _pasted(_label(name), str(SECRET) if is_secret else _shown(value))
    for name in _missing(connector):
        if name == _TARGET and not connector.is_standard:
            continue  # Logto's own
        yield from _pasted(_label(name), _("<as the provider shows it>"))
    shown = _("<the id that the Console shows>")
    yield from (f"  {line}" for line in provider_lines(connector, endpoint, shown))


def _label(key: str) -> str:
    """Return what the Console calls a value: the words of its key."""
    words = re.findall(r"[A-Z]?[a-z]+", key.replace("Config", " Config"))
    return " ".join(
        word.upper() if word.lower() in _ABBREVIATIONS else word.title()
        for word in words
    )


def _missing(options: Options) -> Iterator[str]:
    """Yield the keys of what Logto needs and nobody has declared."""
    for option in options.options().values():
        value = getattr(options, option.attribute, None)
        if isinstance(value, Options):
            lacks = any(_missing(value))
        else:
            lacks = option.is_required and not is_given(value)
        if lacks and option.place is not Place.NOWHERE:
            yield option.key


def _sign_in_page(declaration: Declaration) -> Iterator[str]:
    section = declaration.sign_in
    page = SignInPageSetup.of(declaration, prune=False)
    on_page = [target for target in page.targets(()) if target]
    # Those whose targets only Logto knows.
    on_page += [
        item.name
        for item in declaration.connectors or ()
        if not item.target and not item.connector.linking_only
    ]
    if not on_page and not section.sign_up_identifier:
        return
    yield from _heading(_("Sign-in & account > Sign-up and sign-in"))
    if section.sign_up_identifier:
        yield from _pasted(_("Sign-up identifiers"), section.sign_up_identifier)
    if on_page:
        yield from _pasted(_("Social sign-in, in this order"), *on_page)


def _account_center(declaration: Declaration) -> Iterator[str]:
    section = declaration.account_center
    if section is None:
        return
    yield from _heading(_("Sign-in & account > Account center"))
    if section.enabled is not None:
        yield "  " + (_("Switch it on.") if section.enabled else _("Switch it off."))
    for name, access in (section.fields or {}).items():
        yield from _pasted(name, access)


def _credentials() -> Iterator[str]:
    yield from _heading(_("To let this command do it"))
    for step in (
        _("Applications > Create application > Machine-to-machine."),
        _('Give it the role "Logto Management API access".'),
        _(
            "Set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET, or whatever your settings "
            'read LOGTO["M2M_APP_ID"] and LOGTO["M2M_APP_SECRET"] from; then run '
            "manage.py logto_setup again."
        ),
    ):
        yield f"  - {step}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
