"""The social connectors of Logto as typed Python.

::

    okta = OidcConnector(
        target="okta",
        name="Okta",
        issuer="https://example.okta.com",
        client_id="…",
        client_secret=os.environ["OKTA_CLIENT_SECRET"],
        store_tokens=True,
        scope="openid profile email offline_access",
    )
    okta = okta.discovered(document)  # of okta.discovery_url
    okta.check()
    okta.body()  # what Logto's Management API takes

Nothing here talks to anybody.
"""

from __future__ import annotations

from .authorization_request import AuthorizationRequestOptions
from .connector import ClientConnector, Connector, StandardConnector
from .facebook import FacebookConnector
from .hugging_face import HuggingFaceConnector
from .id_token_verification import IdTokenVerification
from .naver import NaverConnector
from .oidc import OidcConnector
from .option import Option, Place
from .options import Options
from .other import Factory, OtherConnector
from .problem import Problem
from .registry import CONNECTORS, collisions, connector_from, secrets_in
from .table import values_from

__all__ = [
    "CONNECTORS",
    "AuthorizationRequestOptions",
    "ClientConnector",
    "Connector",
    "FacebookConnector",
    "Factory",
    "HuggingFaceConnector",
    "IdTokenVerification",
    "NaverConnector",
    "OidcConnector",
    "Option",
    "Options",
    "OtherConnector",
    "Place",
    "Problem",
    "StandardConnector",
    "collisions",
    "connector_from",
    "secrets_in",
    "values_from",
]
