"""A social connector of Logto, as a site declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from ..conf import DOCUMENTATION
from ..errors import ConnectorInvalid, Text
from . import kinds
from .option import Place, option
from .options import Options
from .problem import Problem
from .secret_names import config_keys, secret_names

_NO_TOKEN_STORAGE = _("must not be true: this connector of Logto's stores no tokens.")


@dataclass(frozen=True, kw_only=True)
class Connector(Options):
    """What all connectors have. Making one raises nothing: `problems` tells all.

    None, and text that is empty, stand for what is not given: a connector that is in
    Logto already keeps there what somebody chose in the Console.

    What the class itself tells: ``factory_id``, Logto's name for this kind of
    connector; ``title``, the provider's name; ``target``, Logto's name for the
    identities (a field where sites choose it); ``default_scope``, Logto's, and
    ``suggested_scope``, which tells more of people; ``asked``, what a person who sets
    it up is asked for; ``is_standard``
    and ``supports_token_storage``, as Logto has them; ``page`` of the documentation;
    ``traps``, what people trip over; ``steps`` at the provider.
    """

    factory_id = ""
    title = ""
    target = ""
    default_scope: ClassVar[str] = ""
    suggested_scope: ClassVar[str] = ""
    asked: ClassVar[tuple[str, ...]] = ()
    standard: ClassVar[bool] = False
    token_storage: ClassVar[bool] = False
    page: ClassVar[str] = "other"
    traps: ClassVar[tuple[Text, ...]] = ()
    steps: ClassVar[tuple[Text, ...]] = ()

    id: str = option(
        kinds.identifier,
        _(
            "The id of the connector in Logto, the end of its callback URL. Logto "
            "makes one up for a new connector when it is left out."
        ),
        place=Place.BODY,
    )
    sync_profile: bool | None = option(
        kinds.switch,
        _(
            "Whether name and picture follow the provider at each sign-in, not only at "
            "the first. E-mail address and phone number never do."
        ),
        default=None,
        place=Place.BODY,
    )
    store_tokens: bool | None = option(
        kinds.switch,
        _(
            "Whether Logto keeps the provider's tokens, so that the site can call the "
            "provider for a user. Setting it to false deletes those that are kept."
        ),
        default=None,
        place=Place.BODY,
        key="enableTokenStorage",
    )
    linking_only: bool = option(
        kinds.switch,
        _("Whether it is left off the sign-in page: for connecting accounts only."),
        default=False,
        place=Place.NOWHERE,
    )

    @property
    def is_standard(self) -> bool:
        """Tell whether Logto can have many of these, each with a target and name."""
        return self.standard

    @property
    def supports_token_storage(self) -> bool:
        """Tell whether Logto can keep the provider's tokens."""
        return self.token_storage

    @property
    def documentation(self) -> str:
        """Return where the documentation tells about this connector."""
        return f"{DOCUMENTATION}connectors/{self.page}.md"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return what is asked of the provider, by Logto's default if not given."""
        given = getattr(self, "scope", "")
        text = given if isinstance(given, str) and given else self.default_scope
        return tuple(text.replace(",", " ").split())

    def secret_keys(self) -> tuple[str, ...]:
        """Return what is secret in `config`, with dots before names inside others."""
        return tuple(secret_names(self.config(), type(self), config_keys))

    def metadata(self) -> dict[str, Any]:
        """Return Logto's ``metadata``: empty where Logto's own is not to be changed."""
        return {}

    def settled(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return a whole ``config`` of Logto without what does not go with the rest."""
        return dict(config)

    def body(self) -> dict[str, Any]:
        """Return the body that creates the connector (``POST /api/connectors``)."""
        metadata = self.metadata()
        return {
            **self._at(Place.BODY),
            "connectorId": self.factory_id,
            "config": self.config(),
            **({"metadata": metadata} if metadata else {}),
        }

    def callback_url(self, endpoint: str, connector_id: str) -> str:
        """Return what has to be registered at the provider.

        Args:
            endpoint: Of Logto.
            connector_id: Of the connector in Logto.
        """
        return f"{endpoint.rstrip('/')}/callback/{connector_id}"

    def console_steps(self, callback_url: str) -> list[str]:
        """Return what to do at the provider, step by step, and what to paste where."""
        parts = urlsplit(callback_url)
        facts = {
            "callback_url": callback_url,
            "service_url": f"{parts.scheme}://{parts.netloc}",
            "scopes": ", ".join(self.scopes),
        }
        return [str(step) % facts for step in self.steps]

    def problems(self) -> list[Problem]:
        """Return every value that is missing or wrong, all at once."""
        found = super().problems()
        if self.store_tokens is True and not self.supports_token_storage:
            found.append(Problem("store_tokens", _NO_TOKEN_STORAGE))
        return found

    def problems_so_far(self) -> list[Problem]:
        """Return what no server has to be asked for, as far as this can be told.

        What `OidcConnector.discovered` and `OtherConnector.with_factory` may still
        mend is left out.
        """
        return self.problems()

    def warnings(self) -> list[Problem]:
        """Return what Logto takes and people regret."""
        return []

    def check(self) -> None:
        """Make sure that Logto can be told about it.

        Raises:
            ConnectorInvalid: Something is missing or wrong; names all of it.
        """
        found = self.problems()
        if found:
            raise ConnectorInvalid.listing(self.target or self.factory_id, found)


@dataclass(frozen=True, kw_only=True)
class ClientConnector(Connector):
    """A connector that is a client of an OAuth 2.0 provider."""

    asked: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")

    client_id: str = option(
        kinds.text, _("The client ID that the provider shows."), required=True
    )
    client_secret: str = option(
        kinds.text,
        _("The client secret that the provider shows."),
        required=True,
        secret=True,
    )


@dataclass(frozen=True, kw_only=True)
class StandardConnector(Connector):
    """A connector of which Logto can have many, told apart by their targets."""

    target: str = option(
        kinds.identifier,
        _(
            "Logto's name for the identities that this provider gives. It tells them "
            "apart from others', and cannot be changed later."
        ),
        place=Place.METADATA,
        required=True,
    )
    name: str | Mapping[str, str] = option(
        kinds.name,
        _("What the button says: text, or a table of texts by language."),
        place=Place.METADATA,
    )
    logo: str = option(
        kinds.image,
        _("The address of the picture on the button."),
        place=Place.METADATA,
    )
    logo_dark: str = option(
        kinds.image,
        _("The address of the picture for dark pages."),
        place=Place.METADATA,
    )

    def metadata(self) -> dict[str, Any]:
        """Return Logto's ``metadata``; a name in one language is the English one."""
        found = self._at(Place.METADATA)
        if isinstance(found.get("name"), str):
            found["name"] = {"en": found["name"]}
        return found
