"""The test kit as typed tests use it; checked by mypy, never run."""

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpResponse
from django.test import AsyncClient, Client, LiveServerTestCase, TestCase

from logto_auth.testing import (
    LogtoSimulatorMixin,
    LogtoTestMixin,
    Page,
    Person,
    SignIn,
    Simulator,
    Visitor,
    logto_sign_in,
)


def sign_in(client: Client) -> AbstractBaseUser:
    logto_sign_in(client, Person(username="zoe"))
    return logto_sign_in(client, "alice", roles=["editor"])


async def asign_in(client: AsyncClient) -> AbstractBaseUser:
    return await logto_sign_in(client, username="alice")


def from_fixture(client: Client, logto_sign_in: SignIn) -> AbstractBaseUser:
    return logto_sign_in(client, "alice", roles=["editor"])


async def afrom_fixture(client: AsyncClient, sign_in: SignIn) -> AbstractBaseUser:
    return await sign_in(client)


given: SignIn = logto_sign_in


def enter(client: Client, visitor: Visitor) -> HttpResponse:
    page: Page = visitor.enter("http://localhost:8000", "/members/")
    page.form(identifier="")
    visitor.leave(client, data={"next": "/"})
    return visitor.enter(client, "/members/", "alice")


async def aenter(client: AsyncClient, visitor: Visitor) -> HttpResponse:
    await visitor.enter(client, "/logto/sign-in/", data={"next": "/members/"})
    return await visitor.leave(client)


class Members(LogtoTestMixin, TestCase):
    async def members(self) -> list[AbstractBaseUser]:
        return [self.logto_sign_in(), await self.alogto_sign_in("alice")]


class LiveSite(LogtoSimulatorMixin, LiveServerTestCase):
    def simulator(self) -> Simulator:
        return self.logto_visitor.simulator
