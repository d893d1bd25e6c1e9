"""One authorization request, checked in the order of the library inside Logto."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .application import Application
from .claims import SCOPES
from .experience import experience_parameters
from .oidc_error import OidcError, invalid_request, invalid_target
from .parameters import Parameters
from .pkce import check_pkce_format

if TYPE_CHECKING:
    from .tenant import Tenant

RESPONSE_MODES = ("query", "fragment", "form_post")
RESPONSE_TYPES = ("code id_token", "code", "id_token", "none")
PROMPTS = {"none", "login", "consent"}
_KNOWN = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "id_token_hint",
    "code_challenge",
    "code_challenge_method",
    "login_hint",
    "ui_locales",
    "first_screen",
    "interaction_mode",
    "direct_sign_in",
    "organization_id",
    "identifier",
    "one_time_token",
)
_NEEDS_OPENID = ("acr_values", "id_token_hint", "max_age", "nonce")
_SCOPE_SYNTAX = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*")


@dataclass(frozen=True)
class AuthorizationRequest:
    """What an application asks for, accepted.

    Args:
        scopes: Every scope that was asked for; ``oidc_scopes`` are those Logto knows.
        experience: Logto's own parameters.
    """

    app_id: str
    redirect_uri: str
    response_mode: str
    state: str | None
    scopes: tuple[str, ...]
    prompts: frozenset[str]
    nonce: str | None = field(repr=False)
    code_challenge: str | None = field(repr=False)
    max_age: int | None
    subject_hint: str | None
    resources: tuple[str, ...]
    experience: dict[str, str] = field(repr=False)

    @property
    def oidc_scopes(self) -> tuple[str, ...]:
        return tuple(scope for scope in self.scopes if scope in SCOPES)

    @property
    def wants_auth_time(self) -> bool:
        """Whether the ID token shall say when the person signed in."""
        return self.max_age is not None or "login" in self.prompts


def response_mode(parameters: Parameters) -> str:
    """Return how the answer travels; an unknown mode counts as none given."""
    mode = parameters.get("response_mode")
    if mode in RESPONSE_MODES:
        return mode
    is_front_channel = "token" in (parameters.get("response_type") or "")
    return "fragment" if is_front_channel else "query"


def checked_request(tenant: Tenant, parameters: Parameters) -> AuthorizationRequest:
    """Return the request.

    Raises:
        OidcError: It is not acceptable.
    """
    _reject_duplicates(parameters)
    for unsupported in ("request", "request_uri"):
        if parameters.get(unsupported) is not None:
            raise OidcError(f"{unsupported}_not_supported")
    parameters.require("client_id")
    application = tenant.application_of(parameters.get("client_id") or "")
    _check_response(parameters)
    parameters.require("redirect_uri")
    prompts = _prompts(parameters)
    scopes = _scopes(parameters, prompts)
    redirect_uri = _redirect_uri(application, parameters)
    _check_code_challenge(application, parameters)
    resources = _resources(tenant, parameters)
    max_age = _max_age(parameters)
    if max_age == 0:
        max_age, prompts = None, prompts | {"login"}
    return AuthorizationRequest(
        app_id=application.app_id,
        redirect_uri=redirect_uri,
        response_mode=response_mode(parameters),
        state=parameters.get("state"),
        scopes=scopes,
        prompts=prompts,
        nonce=parameters.get("nonce"),
        code_challenge=parameters.get("code_challenge"),
        max_age=max_age,
        subject_hint=_subject_hint(tenant, application, parameters),
        resources=resources,
        experience=experience_parameters(parameters),
    )


def _reject_duplicates(parameters: Parameters) -> None:
    unknown = [name for name in parameters.names() if name not in _KNOWN]
    parameters.reject_duplicates(unknown)


def _check_response(parameters: Parameters) -> None:
    mode = parameters.get("response_mode")
    if mode is not None and mode not in RESPONSE_MODES:
        raise OidcError(
            "unsupported_response_mode", "unsupported response_mode requested"
        )
    wanted = parameters.get("response_type") or ""
    if mode == "query" and "token" in wanted:
        raise invalid_request(
            "requested response_mode is not allowed for the requested response_type"
        )
    parameters.require("response_type")
    response_type = " ".join(sorted(set(wanted.split(" "))))
    if response_type not in RESPONSE_TYPES:
        raise OidcError(
            "unsupported_response_type", "unsupported response_type requested"
        )
    if response_type != "code":
        raise invalid_request("requested response_type is not allowed for this client")


def _prompts(parameters: Parameters) -> frozenset[str]:
    prompts = frozenset((parameters.get("prompt") or "").split())
    if prompts - PROMPTS:
        raise invalid_request("unsupported prompt value requested")
    if "none" in prompts and len(prompts) > 1:
        raise invalid_request("prompt none must only be used alone")
    return prompts


def _scopes(parameters: Parameters, prompts: frozenset[str]) -> tuple[str, ...]:
    wanted = parameters.get("scope") or ""
    if wanted and not _SCOPE_SYNTAX.fullmatch(wanted):
        raise OidcError("invalid_scope", "scope contains invalid characters")
    scopes = list(dict.fromkeys(wanted.split()))
    # OIDC Core, section 11: ignored without consent; Logto says nothing about it.
    if "offline_access" in scopes and "consent" not in prompts:
        scopes.remove("offline_access")
    if "openid" not in scopes:
        for name in _NEEDS_OPENID:
            if parameters.get(name) is not None:
                raise invalid_request(
                    f"openid scope must be requested when using the {name} parameter"
                )
    return tuple(scopes)


def _redirect_uri(application: Application, parameters: Parameters) -> str:
    redirect_uri = parameters.get("redirect_uri") or ""
    if redirect_uri not in application.redirect_uris:
        raise wrong_redirect_uri()
    return redirect_uri


def wrong_redirect_uri() -> OidcError:
    """Return the error that is never sent to the redirect URI."""
    return OidcError(
        "invalid_redirect_uri",
        "redirect_uri did not match any of the client's registered redirect_uris",
    )


def _check_code_challenge(application: Application, parameters: Parameters) -> None:
    challenge = parameters.get("code_challenge")
    method = parameters.get("code_challenge_method")
    if challenge is not None and method is None:
        raise invalid_request("code_challenge_method must be provided")
    if method is not None and method != "S256":
        raise invalid_request("not supported value of code_challenge_method")
    if method is not None and challenge is None:
        raise invalid_request(
            "code_challenge must be provided with code_challenge_method"
        )
    if challenge is not None:
        check_pkce_format(challenge, "code_challenge")
    elif application.is_public:
        raise invalid_request(
            "Authorization Server policy requires PKCE to be used for this request"
        )


def _resources(tenant: Tenant, parameters: Parameters) -> tuple[str, ...]:
    resources = tuple(
        resource
        for value in parameters.all("resource")
        for resource in value.split(",")
    )
    if not tenant.resources.keys() >= set(resources):
        raise invalid_target()
    return resources


def _max_age(parameters: Parameters) -> int | None:
    text = parameters.get("max_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise invalid_request("invalid max_age parameter value")
    return int(text)


def _subject_hint(
    tenant: Tenant, application: Application, parameters: Parameters
) -> str | None:
    hint = parameters.get("id_token_hint")
    if hint is None:
        return None
    claims = tenant.issued_claims(hint)
    if claims is None or claims.get("aud") != application.app_id:
        raise invalid_request("could not validate id_token_hint")
    return str(claims["sub"])
