"""Any other connector, from the form that the Logto server itself describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol, Self

from django.utils.translation import gettext_lazy as _

from ..errors import Text
from . import kinds
from .connector import StandardConnector
from .form import Form
from .option import Place, option
from .problem import FIXED, Problem

SOCIAL = "Social"
_SAML = "saml"
_NO_FACTORY = Problem(
    "factory", _("is not the id of a connector factory that this Logto has.")
)
_NOT_SOCIAL = _("cannot be given: this connector signs nobody in.")


class Factory(Protocol):
    """What Logto tells about a kind of connector; the Management API returns it."""

    @property
    def id(self) -> str: ...

    @property
    def target(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def is_standard(self) -> bool: ...

    @property
    def is_token_storage_supported(self) -> bool: ...

    @property
    def form_items(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, kw_only=True)
class OtherConnector(StandardConnector):
    """A connector of which only the Logto server knows what it needs.

    `with_factory` tells it; until then `problems` has that the factory is not known.
    """

    steps: ClassVar[tuple[Text, ...]] = (
        _("Register an application. Redirect or callback URI: %(callback_url)s"),
        _("What it gives you goes into config, with the names of Logto's form."),
    )

    factory_id: str = option(
        kinds.identifier,
        _("Logto's id of the connector's kind, such as github-universal."),
        place=Place.NOWHERE,
        name="factory",
        required=True,
    )
    values: Mapping[str, Any] | None = option(
        kinds.table,
        _("What Logto's form asks for, with the names that Logto uses."),
        default=None,
        place=Place.NOWHERE,
        name="config",
        shown=False,
    )
    #: The name of the table that declares it: the target where one can be chosen.
    declared_as: str = field(default="", repr=False)
    factory: Factory | None = field(default=None, repr=False)

    @property
    def is_standard(self) -> bool:
        """Tell whether Logto can have many of these, each with a target and name."""
        return self.factory is not None and self.factory.is_standard

    @property
    def supports_token_storage(self) -> bool:
        """Tell whether Logto can keep the provider's tokens."""
        return self.factory is None or self.factory.is_token_storage_supported

    def with_factory(self, factory: Factory) -> Self:
        """Return the connector with what Logto tells about its kind."""
        own = self.declared_as if factory.is_standard else factory.target
        return replace(self, factory=factory, target=self.target or own)

    def as_in(self, config: Mapping[str, Any]) -> Self:
        """Return the connector with what Logto has of that which is only a default.

        Args:
            config: The connector's in Logto.
        """
        given = self._values()
        defaults = self._form().filled(given).keys() - given.keys()
        kept = {name: config[name] for name in defaults if name in config}
        return replace(self, values={**given, **kept})

    def config(self) -> dict[str, Any]:
        """Return Logto's ``config``, with what its Console would enter."""
        return self._form().filled(self._values())

    def metadata(self) -> dict[str, Any]:
        """Return Logto's ``metadata``: empty where Logto's own is not to be changed."""
        return super().metadata() if self.is_standard else {}

    def callback_url(self, endpoint: str, connector_id: str) -> str:
        """Return what has to be registered at the provider."""
        if self.factory_id == _SAML:
            return f"{endpoint.rstrip('/')}/api/authn/saml/{connector_id}"
        return super().callback_url(endpoint, connector_id)

    def problems(self) -> list[Problem]:
        """Return every value that is missing or wrong, all at once."""
        found = super().problems()
        if self.factory is None:
            known = [problem for problem in found if problem.name != "target"]
            return [*known, _NO_FACTORY] if self.factory_id else known
        if self.factory.type != SOCIAL and self.sync_profile is not None:
            found.append(Problem("sync_profile", _NOT_SOCIAL))
        if not self.factory.is_standard:
            found += (Problem(name, FIXED) for name in self._chosen(self.factory))
        wrong = self._form().problems(self._values())
        return [*found, *(problem.inside("config") for problem in wrong)]

    def problems_so_far(self) -> list[Problem]:
        """Return what is wrong already, without the form of the factory."""
        return [problem for problem in self.problems() if problem != _NO_FACTORY]

    def warnings(self) -> list[Problem]:
        """Return what Logto takes and people regret."""
        strange = self._form().strangers(self._values()) if self.factory else ()
        inside = (problem.inside("config") for problem in strange)
        return [*super().warnings(), *inside]

    def _form(self) -> Form:
        return Form.of(self.factory.form_items if self.factory else ())

    def _values(self) -> Mapping[str, Any]:
        return self.values if isinstance(self.values, Mapping) else {}

    def _chosen(self, factory: Factory) -> Iterator[str]:
        """Yield what is given of that which only standard connectors have."""
        if self.target != factory.target:
            yield "target"
        yield from (
            name for name in ("name", "logo", "logo_dark") if getattr(self, name)
        )
