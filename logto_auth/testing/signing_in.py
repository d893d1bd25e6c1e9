"""``logto_sign_in``: a test client whose visitor has signed in with Logto."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, overload

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from django.urls import reverse
from django.utils.module_loading import import_string

from ..checks.installation import is_middleware
from ..checks.lines import AUTHENTICATION_MIDDLEWARE, MIDDLEWARE, SESSION_MIDDLEWARE
from ..web.origin import CALLBACK, redirect_uri
from .offline import offline_grant
from .simulator.listener import refuse_production
from .simulator.person import Person

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


NEEDED_MIDDLEWARE = (
    SESSION_MIDDLEWARE,
    AUTHENTICATION_MIDDLEWARE,
    "django.contrib.messages.middleware.MessageMiddleware",
    MIDDLEWARE,
)


class SignIn(Protocol):
    """The type of `logto_sign_in`, for tests that get it as a fixture."""

    @overload
    def __call__(
        self, client: Client, person: Person | str | None = None, /, **claims: Any
    ) -> AbstractBaseUser: ...

    @overload
    def __call__(
        self, client: AsyncClient, person: Person | str | None = None, /, **claims: Any
    ) -> Awaitable[AbstractBaseUser]: ...


@overload
def logto_sign_in(
    client: Client, person: Person | str | None = None, /, **claims: Any
) -> AbstractBaseUser: ...


@overload
def logto_sign_in(
    client: AsyncClient, person: Person | str | None = None, /, **claims: Any
) -> Awaitable[AbstractBaseUser]: ...


def logto_sign_in(
    client: Client | AsyncClient,
    person: Person | str | None = None,
    /,
    **claims: Any,
) -> AbstractBaseUser | Awaitable[AbstractBaseUser]:
    """Sign a test client's visitor in with Logto, without a network.

    The account, its user, the session with its tokens and the signals are those of a
    sign-in through the callback. Who is signed in already is replaced.

    Args:
        client: Django's test client. For an `AsyncClient` the result is to be awaited.
        person: Somebody in particular: a `Person`, or the username of one of the
            simulator's people, such as ``alice``.
        claims: What Logto tells about the visitor, by claim: ``username``, ``email``,
            ``roles``, ``identities``, …. They go where Logto sends them: some only to
            userinfo. The same username is the same visitor, unless ``sub`` says
            otherwise. Of the ID token itself there are ``auth_time``, ``sid``, ``iat``
            and ``exp``, in seconds.

    Returns:
        The user, with ``user.logto``.

    Raises:
        AccountInactive: The user has ``is_active=False``.
        AccountNotCreated: The user model refuses the new user.
        AccountNotUpdated: The database refuses what the site's hooks set.
        ConfigurationError: ``LOGTO`` or ``AUTHENTICATION_BACKENDS`` is not complete, or
            this is no test and ``DEBUG`` is off.
        LookupError: There is no person with this username.
        SignInNotAllowed: The site's hooks say no.
        TokenInvalid: An ID token with these claims is refused.
        TypeError: ``client`` is no test client, or ``person`` no person.
        ValueError: Logto sends no such claim, not with the scopes of the site, or
            never with such a value.
    """
    if not isinstance(client, Client | AsyncClient):
        raise TypeError(f"not a test client of Django's: {client!r}")
    if isinstance(client, AsyncClient):
        return sync_to_async(_sign_in)(client, person, claims)
    return _sign_in(client, person, claims)


def _sign_in(
    client: Client | AsyncClient, person: Person | str | None, claims: Mapping[str, Any]
) -> AbstractBaseUser:
    refuse_production()
    factory = RequestFactory(**client.defaults)
    factory.cookies = client.cookies
    request = factory.get(reverse(CALLBACK))

    def view(request: HttpRequest) -> HttpResponse:
        from ..web.completion import complete_sign_in

        uri = redirect_uri(request)
        complete_sign_in(request, offline_grant(person, claims, redirect_uri=uri))
        return HttpResponse()

    response = _through_middleware(view)(request)
    client.cookies.update(response.cookies)
    user: AbstractBaseUser = request.user  # type: ignore[assignment]
    return user


def _through_middleware(
    view: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view below those of the site's middleware that a sign-in needs.

    Others may redirect, refuse or count.
    """
    handler: Any = view
    for path in reversed(settings.MIDDLEWARE):
        if any(is_middleware(path, needed) for needed in NEEDED_MIDDLEWARE):
            handler = import_string(path)(handler)
    through: Callable[[HttpRequest], HttpResponse] = handler
    return through
