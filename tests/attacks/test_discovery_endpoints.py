"""Every endpoint of a discovery document lies below the issuer, or nothing is sent."""

import pytest

from logto_auth.engine.provider import Metadata
from logto_auth.errors import ProviderResponseInvalid

from .forging import ENDPOINTS, LISTS, first_right_then, forge_document

ELSEWHERE = {
    "other host": lambda issuer, bait: bait,
    "plain http": lambda issuer, bait: "http://evil.example/oidc/token",
    "TLS": lambda issuer, bait: issuer.replace("http:", "https:") + "/token",
    "other port": lambda issuer, bait: "http://localhost:1/oidc/token",
    "no port": lambda issuer, bait: "http://localhost/oidc/token",
    "host as prefix": lambda issuer, bait: issuer[:-5] + ".evil.example/oidc/token",
    "host as user": lambda issuer, bait: issuer[:-5] + "@evil.example/oidc/token",
    "with a user": lambda issuer, bait: issuer.replace("//", "//u:p@") + "/token",
    "other case": lambda issuer, bait: issuer.upper() + "/token",
    "other name": lambda issuer, bait: issuer.replace("localhost", "127.0.0.1") + "/t",
    "cloud metadata": lambda issuer, bait: "http://169.254.169.254/latest/meta-data/",
    "private": lambda issuer, bait: "http://10.0.0.1/token",
    "IPv6": lambda issuer, bait: "http://[::1]:80/token",
    "broken IPv6": lambda issuer, bait: "http://[::1/token",
    "file": lambda issuer, bait: "file:///etc/passwd",
    "gopher": lambda issuer, bait: "gopher://localhost/",
    "script": lambda issuer, bait: "javascript:alert(1)",
    "no scheme": lambda issuer, bait: "//evil.example/token",
    "path": lambda issuer, bait: "/oidc/token",
    "empty": lambda issuer, bait: "",
    "beside the issuer": lambda issuer, bait: issuer[:-5] + "/token",
    "issuer itself": lambda issuer, bait: issuer,
    "out of the issuer": lambda issuer, bait: issuer + "/../api/token",
    "out, encoded": lambda issuer, bait: issuer + "/%2e%2e/api/token",
    "backslash": lambda issuer, bait: issuer + "\\..\\token",
    "two lines": lambda issuer, bait: issuer + "/token\r\nSet-Cookie: a=b",
    "newline at the end": lambda issuer, bait: issuer + "/token\n",
    "NUL": lambda issuer, bait: issuer + "/token\0",
    "fragment": lambda issuer, bait: issuer + "/token#",
    "query": lambda issuer, bait: issuer + "/token?redirect=//evil.example",
    "space": lambda issuer, bait: issuer + "/token ",
    "long": lambda issuer, bait: issuer + "/" + "a" * 20_000,
    "half a character": lambda issuer, bait: issuer + "/\ud800",
}
elsewhere = pytest.mark.parametrize("address", ELSEWHERE.values(), ids=[*ELSEWHERE])


@pytest.mark.catalogue(64)
@elsewhere
def test_a_token_endpoint_elsewhere_starts_nothing(trial, bait, address):
    forge_document(trial.logto, token_endpoint=address(trial.logto.issuer, bait))
    trial.refuses_start("provider_response_invalid", "discovery_endpoint")


@pytest.mark.catalogue(64)
@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize("kind", ["other host", "two lines", "out of the issuer"])
def test_any_endpoint_elsewhere_starts_nothing(trial, bait, name, kind):
    forge_document(trial.logto, **{name: ELSEWHERE[kind](trial.logto.issuer, bait)})
    trial.refuses_start("provider_response_invalid", "discovery_endpoint")


@pytest.mark.catalogue(64)
@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_callback_gives_no_code_to_a_logto_with_an_endpoint_elsewhere(
    trial, bait, name
):
    trial.logto.forge_discovery = first_right_then(**{name: bait})
    trial.refuses_cold_callback("provider_response_invalid", "discovery_endpoint")


@pytest.mark.catalogue(64)
def test_a_logto_with_tls_has_no_endpoint_without():
    issuer = "https://logto.example.com/oidc"
    document = {"issuer": issuer, **dict.fromkeys(ENDPOINTS, f"{issuer}/x")}
    document |= {name: [] for name in LISTS}
    assert Metadata.parse(document, issuer=issuer).token_endpoint == f"{issuer}/x"
    document["token_endpoint"] = "http://logto.example.com/oidc/x"
    with pytest.raises(ProviderResponseInvalid) as caught:
        Metadata.parse(document, issuer=issuer)
    assert caught.value.reason == "discovery_endpoint"
