"""Logto's Management API: users, applications, connectors, sign-in experience, hooks.

::

    from logto_auth.management_api import AsyncManagementApi, ManagementApi

    connectors = ManagementApi().list_connectors()
    connectors = await AsyncManagementApi().list_connectors()

It needs the settings ``M2M_APP_ID`` and ``M2M_APP_SECRET``; nothing else of the package
does.
"""

from __future__ import annotations

from .client import AsyncManagementApi, ManagementApi
from .credentials import Credentials, resource_of
from .results import (
    TRADITIONAL,
    AccountCenter,
    Application,
    ApplicationSecret,
    Connector,
    ConnectorFactory,
    Hook,
    Page,
    Role,
    SignInExperience,
)

__all__ = [
    "TRADITIONAL",
    "AccountCenter",
    "Application",
    "ApplicationSecret",
    "AsyncManagementApi",
    "Connector",
    "ConnectorFactory",
    "Credentials",
    "Hook",
    "ManagementApi",
    "Page",
    "Role",
    "SignInExperience",
    "resource_of",
]
