"""Whether the social connectors of the tenant are complete, and what is unwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from ..conf import logto_settings
from ..connectors import OtherConnector, Problem
from ..connectors.other import SOCIAL
from ..errors import Text
from ..management_api import Connector
from .catalogue import CONNECTORS
from .connector_values import connector_of
from .context import Context
from .line import Line

_NONE = _("Logto has no social connector.")
_ON_PAGE = _("It is on the sign-in page.")
_LINKING_ONLY = _("It is not on the sign-in page: for connecting accounts only.")
_INCOMPLETE = _("Logto cannot use it: %(problems)s")
_UNWISE = _("It may not work as it is meant: %(problems)s")
_CALLBACK = _("Compare with the provider's callback URL: %(url)s")
_CHANGE = _(
    "Correct it in Logto's Console, Connectors > Social connectors, or with manage.py "
    "logto_setup."
)
_GONE = _("The sign-in page names it, and there is no such connector.")


def look_at_connectors(context: Context) -> Iterator[Line]:
    """Yield a line for each social connector, and each one that is not there."""
    found = social_connectors(context)
    if not found:
        yield CONNECTORS.ok(_NONE)
    forms: dict[str, OtherConnector] = {}
    for connector in found:
        kind = connector.factory_id
        if kind not in forms:
            factory = context.api.get_connector_factory(kind)
            forms[kind] = OtherConnector(factory_id=kind).with_factory(factory)
        yield _line(context, connector, forms[kind])
    there = {connector.target for connector in found}
    for target in context.experience.social_targets:
        if target not in there:
            yield CONNECTORS.warning(_GONE, _CHANGE, title=target)


def social_connectors(context: Context) -> list[Connector]:
    """Return the connectors that sign people in."""
    return [item for item in context.connectors if item.type == SOCIAL]


def _line(context: Context, connector: Connector, form: OtherConnector) -> Line:
    is_on_page = connector.target in context.experience.social_targets
    filled = replace(form, target=connector.target, values=connector.config)
    url = filled.callback_url(logto_settings.ENDPOINT, connector.id)
    place: Text = _ON_PAGE if is_on_page else _LINKING_ONLY
    told: list[Text] = [place, _CALLBACK % {"url": url}]
    title = f"{connector.name.get('en', '')} ({connector.target})".strip()
    incomplete = filled.problems()
    if incomplete:
        found = [_INCOMPLETE % {"problems": _named(incomplete)}, *told]
        return CONNECTORS.failure(_text(found), _CHANGE, title=title)
    typed = connector_of(connector)
    unwise = [*typed.problems(), *typed.warnings()] if typed else filled.warnings()
    if unwise:
        found = [_UNWISE % {"problems": _named(unwise)}, *told]
        return CONNECTORS.warning(_text(found), _CHANGE, title=title)
    return CONNECTORS.ok(_text(told), title=title)


def _named(problems: Iterable[Problem]) -> str:
    return " ".join(map(str, problems))


def _text(sentences: Iterable[Text]) -> str:
    return "\n".join(map(str, sentences))
