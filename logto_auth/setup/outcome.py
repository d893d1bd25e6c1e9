"""What a set-up has learnt of Logto, for the site's settings and for its people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

#: What begins the names of variables; what follows is the key in ``LOGTO``.
VARIABLE_PREFIX = "LOGTO_"


@dataclass(slots=True)
class Outcome:
    """Ids and secrets, as far as they are known.

    Args:
        connector_ids: By the names of their tables.
    """

    endpoint: str
    app_id: str = ""
    app_secret: str = field(default="", repr=False)
    m2m_app_id: str = ""
    m2m_app_secret: str = field(default="", repr=False)
    signing_key: str = field(default="", repr=False)
    connector_ids: dict[str, str] = field(default_factory=dict)

    def variables(self) -> Iterator[tuple[str, str, bool]]:
        """Yield variables of the environment: name, value, and whether it is secret."""
        for name, value, is_secret in (
            ("ENDPOINT", self.endpoint, False),
            ("APP_ID", self.app_id, False),
            ("APP_SECRET", self.app_secret, True),
            ("M2M_APP_ID", self.m2m_app_id, False),
            ("M2M_APP_SECRET", self.m2m_app_secret, True),
            ("WEBHOOK_SIGNING_KEY", self.signing_key, True),
        ):
            if value:
                yield VARIABLE_PREFIX + name, value, is_secret
