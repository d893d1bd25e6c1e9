"""What a set-up is to do, from settings, declaration and options."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..management_api import Credentials
from ..web.site_addresses import SiteAddresses
from .declaration import Declaration


@dataclass(slots=True)
class Wishes:
    """What is wished of which Logto.

    Args:
        app_id: Of the application that signs visitors in; empty where there is none.
        app_secret: The same.
        credentials: None where the Management API cannot be used.
        variables: Secrets that a person has typed, by the variables that hold them.
        is_sketch: Of the connectors only the kinds are known.
    """

    endpoint: str
    app_id: str
    app_secret: str = field(repr=False)
    credentials: Credentials | None
    site: SiteAddresses
    declaration: Declaration
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    is_sketch: bool = False
