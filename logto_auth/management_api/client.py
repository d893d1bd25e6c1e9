"""The clients: blocking, and for an event loop; every operation is declared once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from inspect import Signature, signature
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from django.views.decorators.debug import sensitive_variables

from ..engine.mode import BLOCKING, ON_LOOP, Mode, run_blocking
from . import entities
from .caller import Caller
from .credentials import Credentials
from .results import (
    AccountCenter,
    Application,
    ApplicationSecret,
    Connector,
    ConnectorFactory,
    Hook,
    Role,
    SignInExperience,
)

P = ParamSpec("P")
T = TypeVar("T")


class Operation(Generic[P, T]):
    """A method of both clients: one coroutine, run to its end or awaited."""

    def __init__(
        self, work: Callable[Concatenate[Caller, P], Coroutine[Any, Any, T]]
    ) -> None:
        self.work = work
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...

    @overload
    def __get__(self, client: ManagementApi, owner: type) -> Callable[P, T]: ...

    @overload
    def __get__(
        self, client: AsyncManagementApi, owner: type
    ) -> Callable[P, Coroutine[Any, Any, T]]: ...

    def __get__(self, client: _Operations | None, owner: type) -> Any:
        if client is None:
            return self

        @sensitive_variables()
        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.run(self.work(client.caller, *args, **kwargs))

        call.__name__ = self.name
        call.__doc__ = self.work.__doc__
        _caller, *parameters = signature(self.work).parameters.values()
        call.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        return call


class _Operations:
    """What can be asked of Logto.

    Raises:
        ManagementError: Logto refused it; ``reason`` is Logto's code.
        ProviderError: Logto could not be reached, failed or was too slow.
    """

    mode: Mode

    def __init__(
        self, credentials: Credentials | None = None, *, patience: float | None = None
    ) -> None:
        """Take the site's credentials, or others.

        Args:
            patience: Seconds that a call may take with all its attempts, where nobody
                waits for a page; ``TIMEOUT`` when it is not given.

        Raises:
            ManagementCredentialsMissing: The site has none.
        """
        self.credentials = credentials or Credentials.from_settings()
        self.caller = Caller(self.credentials, self.mode, patience)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Return what ``work`` returns, or what is to be awaited for it."""
        raise NotImplementedError

    list_applications = Operation(entities.listing("/applications", Application.parse))
    get_application = Operation(entities.reading("/applications/{}", Application.parse))
    create_application = Operation(
        entities.creating("/applications", Application.parse)
    )
    update_application = Operation(
        entities.changing("/applications/{}", Application.parse)
    )
    delete_application = Operation(entities.deleting("/applications/{}"))
    list_application_secrets = Operation(
        entities.listing_of("/applications/{}/secrets", ApplicationSecret.parse)
    )
    list_roles = Operation(entities.listing("/roles", Role.parse))

    list_connector_factories = Operation(
        entities.plain_listing("/connector-factories", ConnectorFactory.parse)
    )
    get_connector_factory = Operation(
        entities.reading("/connector-factories/{}", ConnectorFactory.parse)
    )
    list_connectors = Operation(entities.plain_listing("/connectors", Connector.parse))
    get_connector = Operation(entities.reading("/connectors/{}", Connector.parse))
    create_connector = Operation(entities.creating("/connectors", Connector.parse))
    update_connector = Operation(entities.changing("/connectors/{}", Connector.parse))
    delete_connector = Operation(entities.deleting("/connectors/{}"))

    get_sign_in_experience = Operation(
        entities.reading_one("/sign-in-exp", SignInExperience.parse)
    )
    update_sign_in_experience = Operation(
        entities.changing_one("/sign-in-exp", SignInExperience.parse)
    )
    get_account_center = Operation(
        entities.reading_one("/account-center", AccountCenter.parse)
    )
    update_account_center = Operation(
        entities.changing_one("/account-center", AccountCenter.parse)
    )

    list_hooks = Operation(entities.listing("/hooks", Hook.parse))
    create_hook = Operation(entities.creating("/hooks", Hook.parse))
    update_hook = Operation(entities.changing("/hooks/{}", Hook.parse))
    delete_hook = Operation(entities.deleting("/hooks/{}"))


class ManagementApi(_Operations):
    """The Management API where no event loop runs.

    Example::

        for connector in ManagementApi().list_connectors():
            print(connector.target)
    """

    mode = BLOCKING

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return run_blocking(work)


class AsyncManagementApi(_Operations):
    """The same on an event loop: every call is awaited. See ManagementApi."""

    mode = ON_LOOP

    def run(self, work: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        return work
