"""The test kit for Django's own ``TestCase`` classes; needs no pytest.

Example::

    class MembersTest(LogtoTestMixin, TestCase):
        def test_members_see_the_page(self):
            self.logto_sign_in(username="alice")
            self.assertContains(self.client.get("/members/"), "Welcome")
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, ClassVar
from unittest import TestCase, mock

from django.test import override_settings

from ..setting import SETTING_NAME
from .signing_in import logto_sign_in
from .simulator.person import Person
from .simulator.server import Simulator
from .visitor import Visitor
from .wiring import CLIENT_SITES, connect, offline_settings

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.test import SimpleTestCase as _Case
else:
    _Case = object


# Where Django keeps what the `override_settings` of a class state.
_STATED = "_overridden_settings"


class LogtoTestMixin(_Case):
    """For ``TestCase`` and ``TransactionTestCase``, which comes after it.

    ``settings.LOGTO`` names a Logto that is not there, in ``setUpTestData`` too: no
    test leaves the machine.

    Raises:
        TypeError: It comes after the test case, which would pass over it.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        order = cls.__mro__
        if TestCase in order and order.index(TestCase) < order.index(LogtoTestMixin):
            raise TypeError(
                f"{cls.__qualname__}: name Logto's mixin before the test case, as in "
                f"class {cls.__name__}(LogtoTestMixin, TestCase)"
            )

    @classmethod
    def setUpClass(cls) -> None:
        # What a class states counts from here until after setUpTestData, and nothing
        # can come between: Logto has to be among it. A class that inherits it, or is
        # set up again, must not find it there.
        stated = getattr(cls, _STATED, None) or {}
        basis = {name: stated[name] for name in stated if name == SETTING_NAME}
        with override_settings(**basis):
            offline = {**stated, SETTING_NAME: cls._logto_settings()}
        cls.enterClassContext(mock.patch.object(cls, _STATED, offline, create=True))
        super().setUpClass()
        # For a class that has set it by other means meanwhile.
        cls.enterClassContext(override_settings(LOGTO=cls._logto_settings()))

    @classmethod
    def _logto_settings(cls) -> dict[str, Any]:
        return offline_settings()

    def logto_sign_in(
        self, person: Person | str | None = None, /, **claims: Any
    ) -> AbstractBaseUser:
        """Sign ``self.client`` in; see `logto_auth.testing.logto_sign_in`."""
        return logto_sign_in(self.client, person, **claims)

    def alogto_sign_in(
        self, person: Person | str | None = None, /, **claims: Any
    ) -> Awaitable[AbstractBaseUser]:
        """Sign ``self.async_client`` in; see `logto_auth.testing.logto_sign_in`."""
        return logto_sign_in(self.async_client, person, **claims)


class LogtoSimulatorMixin(LogtoTestMixin):
    """The same, and a simulator: also for ``LiveServerTestCase``.

    Attributes:
        logto: The simulator that ``settings.LOGTO`` names, new for each test.
        logto_visitor: Somebody with a browser, to go through a whole sign-in there.
        logto_sites: The addresses, scheme and host, under which the test client meets
            the site. A live server's is known without being named.
    """

    logto: ClassVar[Simulator]
    logto_sites: ClassVar[tuple[str, ...]] = CLIENT_SITES
    logto_visitor: Visitor

    @classmethod
    def setUpClass(cls) -> None:
        cls.logto = Simulator()
        cls.addClassCleanup(cls.logto.stop)
        cls.logto.start()
        super().setUpClass()

    @classmethod
    def _logto_settings(cls) -> dict[str, Any]:
        # An account of setUpTestData is one of the Logto that the tests then have.
        return {**super()._logto_settings(), "ENDPOINT": cls.logto.endpoint}

    def setUp(self) -> None:
        super().setUp()
        live_server_url = getattr(self, "live_server_url", None)
        own = () if live_server_url is None else (live_server_url,)
        connected = connect(self.logto, (*self.logto_sites, *own))
        self.enterContext(override_settings(LOGTO=connected))
        self.logto_visitor = Visitor(self.logto)
