"""The ways in which a network, a proxy or an overloaded Logto can fail a request."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

DISCOVERY, KEYS = "/openid-configuration", "/oidc/jwks"
TOKEN, USERINFO = "/oidc/token", "/oidc/me"
REVOCATION, END_SESSION = "/oidc/token/revocation", "/oidc/session/end"
ENDPOINTS = (DISCOVERY, KEYS, TOKEN, USERINFO, REVOCATION, END_SESSION)

INVALID, UNREACHABLE = "provider_response_invalid", "provider_unreachable"
TIMED_OUT, BUSY, REFUSED = "provider_timeout", "provider_busy", "token_request_refused"
HTML = {"Content-Type": "text/html; charset=utf-8"}
LARGE_BYTES = 50_000_000


@cache
def large():
    return b" " * LARGE_BYTES


@cache
def bomb():
    return gzip.compress(large(), compresslevel=1)


@dataclass(frozen=True)
class Kind:
    """One kind of fault, and how the visitor's page and the log call it.

    ``elsewhere`` in a header is the address of another host. ``reason`` is the end of
    the error's; ``token_code`` is its code where it is another at the token endpoint.
    """

    name: str
    code: str
    reason: str = ""
    token_code: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self):
        return self.name

    @property
    def is_slow(self):
        return self.code == TIMED_OUT

    @property
    def status(self):
        """The status of the visitor's page."""
        return 504 if self.is_slow else 502

    def code_at(self, path):
        """Return the code of the page when an endpoint fails so."""
        return (path == TOKEN and self.token_code) or self.code

    def fault(self, elsewhere, **more):
        """Return it for `Faults.put`."""
        from logto_auth.testing import Fault

        fields = {name: v() if callable(v) else v for name, v in self.fields.items()}
        headers = {
            name: value.replace("elsewhere", elsewhere)
            for name, value in fields.pop("headers", {}).items()
        }
        return Fault(**fields, headers=headers, **more)


def answering(name, body, code=INVALID, reason="not_json", **fields):
    return Kind(name, code, reason, fields={"status": 200, "body": body, **fields})


def refusing(status, code=INVALID, token_code="", **fields):
    reason = f"status_{status}"
    return Kind(
        f"status {status}", code, reason, token_code, {"status": status, **fields}
    )


def redirecting(status):
    return refusing(status, headers={"Location": "elsewhere"})


HANGING = Kind("hanging", TIMED_OUT, fields={"hang": True})
DRIPPING = Kind("dripping", TIMED_OUT, fields={"drip": 0.02})
FIFTY_MEGABYTES = answering("50 MB", large, reason="too_large")
GZIP_BOMB = answering(
    "gzip bomb",
    bomb,
    reason="content_encoding",
    headers={"Content-Encoding": "gzip"},
)
RESET = Kind("reset", UNREACHABLE, fields={"reset": True})
TRUNCATED = Kind("truncated", UNREACHABLE, "protocol", fields={"cut": 20})
DOWN = refusing(503, BUSY)

#: Those that an event loop meets by other code than a blocking socket.
OF_CONNECTIONS = (HANGING, DRIPPING, FIFTY_MEGABYTES, GZIP_BOMB, RESET, TRUNCATED)
KINDS = (
    *OF_CONNECTIONS,
    Kind("closed", UNREACHABLE, "protocol", fields={"close": True}),
    refusing(400, token_code=REFUSED),
    refusing(401, token_code=REFUSED, body='{"error": "invalid_token"}'),
    refusing(403, token_code=REFUSED),
    refusing(404),
    refusing(429, BUSY, headers={"Retry-After": "120"}),
    refusing(500),
    refusing(502, body="<h1>Bad gateway</h1>", headers=HTML),
    DOWN,
    redirecting(302),
    redirecting(307),
    answering("HTML", "<!doctype html><title>Welcome</title>", headers=HTML),
    answering("HTML as JSON", "<!doctype html><title>Welcome</title>"),
    answering("empty", ""),
    answering("half a document", '{"issuer": "http'),
    Kind("another media type", INVALID, "not_json", fields={"headers": HTML}),
    *(
        answering(f"JSON {body}", body, reason="")
        for body in ("null", "7", '"text"', "[]", "[{}]", "{}")
    ),
)

every_kind = {"argvalues": KINDS, "ids": str}
kinds_of_connections = {"argvalues": OF_CONNECTIONS, "ids": str}
