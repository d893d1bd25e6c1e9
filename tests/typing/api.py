"""The public interface as a typed site uses it; checked by mypy, never run."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from logto_auth.connectors import (
    Connector,
    IdTokenVerification,
    OidcConnector,
    Problem,
    connector_from,
)
from logto_auth.errors import (
    SignInNotAllowed,
    SignInRequired,
    TokenRequestRefused,
)
from logto_auth.hooks import Hooks
from logto_auth.management_api import (
    Application,
    AsyncManagementApi,
    Credentials,
    ManagementApi,
)
from logto_auth.management_api import Connector as ManagedConnector
from logto_auth.models import LogtoAccount
from logto_auth.shortcuts import asign_in_redirect, sign_in_redirect
from logto_auth.web.request import RequestLogto
from logto_auth.web.views import SignInView


class SiteRequest(HttpRequest):
    logto: RequestLogto


def page(request: SiteRequest) -> HttpResponse:
    name: object = request.logto.claims.get("name")
    roles: list[str] = request.logto.roles
    account: LogtoAccount | None = request.logto.account
    return HttpResponse(f"{name} {roles} {account} {request.logto.is_authenticated}")


async def apage(request: SiteRequest) -> HttpResponse:
    claims = await request.logto.aclaims()
    organizations: list[str] = await request.logto.aorganizations()
    return HttpResponse(f"{claims.get('name')} {organizations}")


def call(request: SiteRequest) -> str:
    try:
        token: str = request.logto.get_access_token("https://api.example.com", "org")
    except TokenRequestRefused as error:
        return error.reason
    except SignInRequired:
        request.logto.clear_access_tokens()
        raise
    return token + request.logto.get_organization_token("org")


async def acall(request: SiteRequest) -> object:
    token: str = await request.logto.aget_access_token(resource="https://api.example")
    token += await request.logto.aget_organization_token("org")
    await request.logto.aclear_access_tokens()
    document: Mapping[str, object] = await request.logto.afetch_userinfo()
    return document.get(token, request.logto.fetch_userinfo())


def start(request: SiteRequest) -> HttpResponseBase:
    return sign_in_redirect(request, next="home", first_screen="register", max_age=60)


async def astart(request: SiteRequest) -> HttpResponseBase:
    return await asign_in_redirect(request, direct_sign_in="social:naver")


class SiteHooks(Hooks):
    def may_sign_in(self, user: User | None) -> bool:
        if user is None:
            raise SignInNotAllowed("why, for the log", message="Members only.")
        return self.claims.get("email") == user.email

    def username(self) -> str:
        return str(self.claims["sub"])

    def update_user(self, user: User, *, is_new: bool) -> None:
        user.first_name = self.request.path

    def after_sign_in(
        self, user: User, account: LogtoAccount, *, is_new: bool, next_url: str
    ) -> str | None:
        return "/welcome/" if is_new else None


urlpatterns = [
    path("naver/", SignInView.as_view(sign_in_options={"prompt": "login"})),
]


def declare(secret: str, document: object) -> list[str]:
    okta = OidcConnector(
        target="okta",
        name={"en": "Okta"},
        issuer="https://example.okta.com",
        client_id="a-client",
        client_secret=secret,
        token_endpoint_auth_method="client_secret_basic",
        id_token_verification=IdTokenVerification(
            clock_tolerance=5, algorithms=["RS256"]
        ),
        store_tokens=True,
    ).discovered(document)
    declared: Connector | list[Problem] = connector_from("naver", {"client_id": "a"})
    problems = declared if isinstance(declared, list) else declared.problems()
    return [str(problem) for problem in (*problems, *okta.warnings())]


def rename(app_id: str) -> tuple[str, ...]:
    api = ManagementApi()
    application: Application = api.get_application(app_id)
    connectors: list[ManagedConnector] = api.list_connectors()
    api.update_application(app_id, {"name": f"{application.name} 2"})
    return (*application.redirect_uris, *(item.target for item in connectors))


async def rename_on_a_loop(app_id: str) -> tuple[str, ...]:
    api = AsyncManagementApi(Credentials("https://x.logto.app", "id", "secret"))
    application: Application = await api.get_application(app_id)
    await api.delete_hook("an-id")
    return application.redirect_uris
