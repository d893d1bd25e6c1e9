"""Connectors that nothing is wrong with, for tests to change one thing of."""

from logto_auth.connectors import (
    FacebookConnector,
    HuggingFaceConnector,
    IdTokenVerification,
    NaverConnector,
    OidcConnector,
)

SECRET = "a-very-secret-value-of-a-client"
CLIENT = {"client_id": "a-client", "client_secret": SECRET}
ISSUER = "https://id.example.com"
DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "token_endpoint_auth_methods_supported": [
        "private_key_jwt",
        "client_secret_post",
        "client_secret_basic",
    ],
}


def hugging_face(**changes):
    return HuggingFaceConnector(**{**CLIENT, **changes})


def facebook(**changes):
    return FacebookConnector(**{**CLIENT, **changes})


def naver(**changes):
    return NaverConnector(**{**CLIENT, **changes})


def oidc(**changes):
    values = {
        **CLIENT,
        "target": "example",
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "token_endpoint_auth_method": "client_secret_basic",
        "id_token_verification": IdTokenVerification(
            jwks_uri=f"{ISSUER}/keys", issuer=ISSUER
        ),
    }
    return OidcConnector(**{**values, **changes})


def names(problems):
    """Return the names of what is wrong, in order."""
    return [problem.name for problem in problems]
