"""What a person has to do and to mind at a provider."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..connectors import Connector


def provider_lines(
    connector: Connector, endpoint: str, connector_id: str
) -> Iterator[str]:
    """Yield the steps at the provider, and what people trip over.

    Args:
        endpoint: Of Logto.
        connector_id: Of the connector in Logto, or what stands for it.
    """
    callback_url = connector.callback_url(endpoint, connector_id)
    yield _("At the provider:")
    yield from (f"  - {step}" for step in connector.console_steps(callback_url))
    if connector.traps:
        yield _("Mind:")
        yield from (f"  - {trap}" for trap in connector.traps)
    yield _("More: %(page)s") % {"page": connector.documentation}
