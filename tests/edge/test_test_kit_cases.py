"""The mixins of the test kit, in Django's own test cases."""

import pytest
from django.conf import settings
from django.test import (
    Client,
    LiveServerTestCase,
    SimpleTestCase,
    TestCase,
    override_settings,
)

from logto_auth.models import LogtoAccount, LogtoSession
from logto_auth.testing import LogtoSimulatorMixin, LogtoTestMixin, Visitor
from logto_auth.testing import logto_sign_in as sign_in
from logto_auth.testing.wiring import NOWHERE

OF_THE_SITE = {
    "ENDPOINT": "https://logto.example.com",
    "APP_ID": "real",
    "APP_SECRET": "real",
    "SCOPES": ["phone"],
}


@pytest.mark.parametrize("mixin", [LogtoTestMixin, LogtoSimulatorMixin])
def test_a_mixin_after_the_test_case_is_told(mixin):
    with pytest.raises(TypeError, match="Members: name Logto's mixin before"):
        type("Members", (TestCase, mixin), {})


class TestMixin(LogtoTestMixin, TestCase):
    def test_the_client_is_signed_in(self):
        self.logto_sign_in(username="alice")
        assert self.client.get("/protected/").json()["user"] == "alice"

    async def test_the_async_client_is_signed_in(self):
        await self.alogto_sign_in("ada")
        page = await self.async_client.get("/aprotected/")
        assert page.json()["user"] == "ada"
        assert await LogtoSession.objects.acount() == 1


class TestSimulatorMixin(LogtoSimulatorMixin, TestCase):
    def test_the_client_goes_through_logto(self):
        page = self.logto_visitor.enter(self.client, "/protected/", "alice")
        assert page.json()["user"] == "alice"

    def test_nothing_is_sent_to_sign_in(self):
        self.logto_sign_in(username="alice")
        assert self.client.get("/protected/").json()["user"] == "alice"
        assert self.logto.calls == []


class TestLiveSite(LogtoSimulatorMixin, LiveServerTestCase):
    def test_a_browser_and_the_client_go_through_logto(self):
        page = self.logto_visitor.enter(self.live_server_url, "/protected/", "alice")
        assert '"user": "alice"' in page.text
        page = Visitor(self.logto).enter(Client(), "/protected/", "ada")
        assert page.json()["user"] == "ada"


class WithData(TestCase):
    """Somebody signs in before the first test, as in many a suite."""

    @classmethod
    def setUpTestData(cls):
        cls.logto_then = settings.LOGTO
        cls.alice = sign_in(Client(), "alice")


class TestData(LogtoTestMixin, WithData):
    def test_who_signed_in_for_all_tests_is_the_same_in_each(self):
        assert self.logto_then["ENDPOINT"] == NOWHERE
        assert self.logto_sign_in("alice") == self.alice
        assert LogtoAccount.objects.count() == 1


class TestDataWithASimulator(LogtoSimulatorMixin, WithData):
    def test_who_signed_in_for_all_tests_is_the_same_in_each(self):
        page = self.logto_visitor.enter(self.client, "/protected/", "alice")
        assert page.json()["user"] == self.alice.get_username()
        assert LogtoAccount.objects.count() == 1


@override_settings(LOGTO=OF_THE_SITE, USE_THOUSAND_SEPARATOR=True)
class TestStatedSettings(LogtoTestMixin, WithData):
    def test_they_count_but_for_where_logto_is(self):
        for logto in (self.logto_then, settings.LOGTO):
            assert logto["ENDPOINT"] == NOWHERE
            assert logto["SCOPES"] == ["phone"]
        assert settings.USE_THOUSAND_SEPARATOR


class TestInheritedSettings(TestStatedSettings):
    """What a parent states is the child's too."""


@override_settings(LOGTO={**OF_THE_SITE, "SCOPES": ["email"]})
class TestReplacedSettings(TestStatedSettings):
    def test_they_count_but_for_where_logto_is(self):
        for logto in (self.logto_then, settings.LOGTO):
            assert logto["ENDPOINT"] == NOWHERE
            assert logto["SCOPES"] == ["email"]
        assert settings.USE_THOUSAND_SEPARATOR


class LateSettings(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(override_settings(LOGTO=OF_THE_SITE))


class TestLateSettings(LogtoTestMixin, LateSettings):
    def test_they_count_but_for_where_logto_is(self):
        assert settings.LOGTO["ENDPOINT"] == NOWHERE
        assert settings.LOGTO["SCOPES"] == ["phone"]


@pytest.mark.parametrize("mixin", [LogtoTestMixin, LogtoSimulatorMixin])
def test_nothing_stays_of_a_class(mixin):
    parent = override_settings(LOGTO=OF_THE_SITE)(
        type("Parent", (mixin, SimpleTestCase), {})
    )
    child = type("Child", (parent,), {})
    before, stated = settings.LOGTO, parent._overridden_settings
    for case in (child, parent):
        case.setUpClass()
        assert settings.LOGTO["ENDPOINT"].startswith("http://localhost:")
        case.tearDownClass()
        case.doClassCleanups()
        assert settings.LOGTO is before
        assert case._overridden_settings is stated
