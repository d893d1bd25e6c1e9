"""Test your own site: signed-in test clients, a Logto simulator, and visitors of both.

With pytest the same comes as fixtures, see ``logto_auth.pytest_plugin``.
"""

from __future__ import annotations

from .browser import Page
from .cases import LogtoSimulatorMixin, LogtoTestMixin
from .signing_in import SignIn, logto_sign_in
from .simulator.application import Application, machine_application
from .simulator.clock import Clock
from .simulator.connector import Connector
from .simulator.delivery import Delivery
from .simulator.faults import Fault
from .simulator.hook import Hook
from .simulator.listener import PortInUse
from .simulator.people import PEOPLE
from .simulator.person import Identity, Organization, Person, SsoIdentity
from .simulator.resource import Resource
from .simulator.server import Simulator
from .simulator.traffic import Call
from .visitor import SignInStopped, Visitor

__all__ = [
    "PEOPLE",
    "Application",
    "Call",
    "Clock",
    "Connector",
    "Delivery",
    "Fault",
    "Hook",
    "Identity",
    "LogtoSimulatorMixin",
    "LogtoTestMixin",
    "Organization",
    "Page",
    "Person",
    "PortInUse",
    "Resource",
    "SignIn",
    "SignInStopped",
    "Simulator",
    "SsoIdentity",
    "Visitor",
    "logto_sign_in",
    "machine_application",
]
