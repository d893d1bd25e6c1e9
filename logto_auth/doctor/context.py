"""What is looked at: the settings, this site's address, Logto and what it has."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property

from ..conf import logto_settings
from ..engine.document import document_of
from ..engine.issuer import issuer_of
from ..engine.mode import BLOCKING, run_blocking
from ..engine.provider import DISCOVERY_PATH, Metadata
from ..engine.transport import DEFAULT_SECONDS, Request, Response
from ..errors import ConfigurationError, LogtoError
from ..management_api import (
    Application,
    Connector,
    ManagementApi,
    SignInExperience,
)
from ..web.site_addresses import SiteAddresses


@dataclass(frozen=True, slots=True)
class Answer:
    """What Logto answered, and between which moments of this machine's clock."""

    response: Response = field(repr=False)
    asked_at: float
    answered_at: float


class Context:
    """What examinations look at; each thing is fetched once.

    Args:
        site: Scheme and host of this site, where the settings do not say.
        deploy: Look at what matters on a server, even with ``DEBUG`` on.

    Its properties raise errors of this package where there is nothing to return. What
    an examination reads has to be right by what it needs.
    """

    def __init__(self, site: str = "", *, deploy: bool = False) -> None:
        self.site = site
        self.deploy = deploy

    @property
    def seconds(self) -> float:
        """How long one examination may ask Logto."""
        try:
            return logto_settings.TIMEOUT
        except ConfigurationError:
            return DEFAULT_SECONDS

    @property
    def origin(self) -> str:
        """Scheme and host of this site, empty when nobody says."""
        return self.site or logto_settings.BASE_URL or ""

    @cached_property
    def addresses(self) -> SiteAddresses:
        """What this site has registered in Logto, if all is right.

        Raises:
            ConfigurationError: The URLs of this package are not included.
        """
        return SiteAddresses.at(self.origin)

    @cached_property
    def discovery(self) -> Answer:
        """What Logto answers where its metadata is: fetched, never a copy."""
        asked_at = time.time()
        response = self.get(self._discovery_url)
        return Answer(response, asked_at, time.time())

    @cached_property
    def metadata(self) -> Metadata:
        """Logto's metadata, checked."""
        document = document_of(self.discovery.response, self._discovery_url)
        return Metadata.parse(document, issuer=issuer_of(logto_settings.ENDPOINT))

    @cached_property
    def api(self) -> ManagementApi:
        """Logto's Management API, with the site's credentials."""
        return ManagementApi()

    @cached_property
    def application(self) -> Application:
        """The application that signs people in."""
        return self.api.get_application(logto_settings.APP_ID)

    @cached_property
    def known_application(self) -> Application | None:
        """The same, None where the Management API does not tell."""
        try:
            return self.application
        except LogtoError:
            return None

    @cached_property
    def experience(self) -> SignInExperience:
        """How people sign in and up on Logto's pages."""
        return self.api.get_sign_in_experience()

    @cached_property
    def connectors(self) -> list[Connector]:
        """Every connector of the tenant."""
        return self.api.list_connectors()

    @property
    def _discovery_url(self) -> str:
        return issuer_of(logto_settings.ENDPOINT) + DISCOVERY_PATH

    def get(self, url: str) -> Response:
        """Return what there is at an address of Logto's."""
        headers = {"Accept": "application/json"}
        return run_blocking(BLOCKING.send(Request("GET", url, headers=headers)))
