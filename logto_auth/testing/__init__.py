"""Test your own site: a Logto simulator and a visitor who signs in at it."""

from __future__ import annotations

from .simulator.application import Application
from .simulator.faults import Fault
from .simulator.listener import PortInUse
from .simulator.people import PEOPLE
from .simulator.person import Identity, Organization, Person, SsoIdentity
from .simulator.server import Simulator
from .simulator.traffic import Call
from .visitor import Page, SignInStopped, Visitor

__all__ = [
    "PEOPLE",
    "Application",
    "Call",
    "Fault",
    "Identity",
    "Organization",
    "Page",
    "Person",
    "PortInUse",
    "SignInStopped",
    "Simulator",
    "SsoIdentity",
    "Visitor",
]
