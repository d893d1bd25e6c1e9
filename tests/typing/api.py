"""The public interface as a typed site uses it; checked by mypy, never run."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

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


def start(request: SiteRequest) -> HttpResponseBase:
    return sign_in_redirect(request, next="home", first_screen="register", max_age=60)


async def astart(request: SiteRequest) -> HttpResponseBase:
    return await asign_in_redirect(request, direct_sign_in="social:naver")


urlpatterns = [
    path("naver/", SignInView.as_view(sign_in_options={"prompt": "login"})),
]
