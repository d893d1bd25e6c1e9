"""Everything that can go wrong, each with a stable code.

::

    LogtoError
    ├── BadRequest                       what the visitor's browser sent
    │   ├── SignInOptionInvalid          sign_in_option_invalid
    │   ├── StateUnknown                 state_unknown
    │   ├── AttemptExpired               attempt_expired
    │   ├── AttemptUsed                  attempt_used
    │   ├── SessionNotKept               session_not_kept
    │   ├── ConnectingUserChanged        connecting_user_changed
    │   ├── AuthorizationResponseInvalid authorization_response_invalid
    │   ├── TooManySignIns               too_many_sign_ins
    │   └── SignOutStateInvalid          sign_out_state_invalid
    ├── AuthorizationError               Logto answered the sign-in with an error
    │   ├── SignInCancelled              access_denied
    │   └── AuthorizationRefused         authorization_refused
    ├── ProviderError                    Logto did not do its part
    │   ├── ProviderUnreachable          provider_unreachable
    │   ├── ProviderTimeout              provider_timeout
    │   ├── ProviderBusy                 provider_busy
    │   ├── ProviderResponseInvalid      provider_response_invalid
    │   ├── TokenRequestRefused          token_request_refused
    │   ├── ClientRefused                client_refused
    │   ├── RedirectUriUnregistered      redirect_uri_unregistered
    │   ├── SignOutUriUnregistered       sign_out_uri_unregistered
    │   ├── TokenInvalid                 token_invalid
    │   │   └── SigningKeyUnknown        signing_key_unknown
    │   └── ManagementError              Logto's Management API refused a call
    │       ├── ManagementAccessDenied   management_access_denied
    │       ├── ManagementEntityNotFound management_entity_not_found
    │       ├── ManagementRequestInvalid management_request_invalid
    │       └── ManagementRequestRefused management_request_refused
    ├── AccountError                     the local account says no
    │   ├── AccountInactive              account_inactive
    │   ├── AccountNotCreated            account_not_created
    │   ├── UserFieldsMissing            user_fields_missing
    │   ├── AccountUnknown               account_unknown
    │   ├── AccountNotUpdated            account_not_updated
    │   ├── AccountConnectedElsewhere    account_connected_elsewhere
    │   ├── SignInNotAllowed             sign_in_not_allowed
    │   └── SignInLoop                   sign_in_loop
    ├── SignInRequired                   sign_in_required
    ├── LogoutTokenInvalid               logout_token_invalid
    ├── WebhookInvalid                   webhook_invalid
    ├── WebhookUnsigned                  webhook_unsigned
    ├── SealBroken                       seal_broken
    ├── SetupImpossible                  setup_impossible
    ├── SetupRefused                     setup_refused
    ├── DeclarationInvalid               declaration_invalid
    ├── ConfigurationError               configuration_invalid
    ├── ConnectorInvalid                 connector_invalid
    └── ManagementCredentialsMissing     management_credentials_missing

A ``code`` is never reused and never changes its meaning. ``str(error)`` goes to the
log and never holds a code, verifier, token or secret; ``title`` and ``message`` go to
the visitor. ``reason`` narrows the code for the log (``wrong_issuer``, for example).
"""

from __future__ import annotations

from .account import (
    AccountConnectedElsewhere,
    AccountError,
    AccountInactive,
    AccountNotCreated,
    AccountNotUpdated,
    AccountUnknown,
    SignInLoop,
    SignInNotAllowed,
    UserFieldsMissing,
)
from .authorization import (
    AuthorizationError,
    AuthorizationRefused,
    SignInCancelled,
)
from .base import (
    ConfigurationError,
    LogtoError,
    SealBroken,
    Text,
)
from .browser import (
    AttemptExpired,
    AttemptUsed,
    AuthorizationResponseInvalid,
    BadRequest,
    ConnectingUserChanged,
    SessionNotKept,
    SignInOptionInvalid,
    SignOutStateInvalid,
    StateUnknown,
    TooManySignIns,
)
from .connector import ConnectorInvalid
from .management import (
    ManagementAccessDenied,
    ManagementCredentialsMissing,
    ManagementEntityNotFound,
    ManagementError,
    ManagementRequestInvalid,
    ManagementRequestRefused,
)
from .provider import (
    ClientRefused,
    ProviderBusy,
    ProviderError,
    ProviderResponseInvalid,
    ProviderTimeout,
    ProviderUnreachable,
    RedirectUriUnregistered,
    SigningKeyUnknown,
    SignOutUriUnregistered,
    TokenInvalid,
    TokenRequestRefused,
)
from .session import SignInRequired
from .setup import DeclarationInvalid, SetupImpossible, SetupRefused
from .told import LogoutTokenInvalid, WebhookInvalid, WebhookUnsigned

__all__ = [
    "AccountConnectedElsewhere",
    "AccountError",
    "AccountInactive",
    "AccountNotCreated",
    "AccountNotUpdated",
    "AccountUnknown",
    "AttemptExpired",
    "AttemptUsed",
    "AuthorizationError",
    "AuthorizationRefused",
    "AuthorizationResponseInvalid",
    "BadRequest",
    "ClientRefused",
    "ConfigurationError",
    "ConnectingUserChanged",
    "ConnectorInvalid",
    "DeclarationInvalid",
    "LogoutTokenInvalid",
    "LogtoError",
    "ManagementAccessDenied",
    "ManagementCredentialsMissing",
    "ManagementEntityNotFound",
    "ManagementError",
    "ManagementRequestInvalid",
    "ManagementRequestRefused",
    "ProviderBusy",
    "ProviderError",
    "ProviderResponseInvalid",
    "ProviderTimeout",
    "ProviderUnreachable",
    "RedirectUriUnregistered",
    "SealBroken",
    "SessionNotKept",
    "SetupImpossible",
    "SetupRefused",
    "SignInCancelled",
    "SignInLoop",
    "SignInNotAllowed",
    "SignInOptionInvalid",
    "SignInRequired",
    "SignOutStateInvalid",
    "SignOutUriUnregistered",
    "SigningKeyUnknown",
    "StateUnknown",
    "Text",
    "TokenInvalid",
    "TokenRequestRefused",
    "TooManySignIns",
    "UserFieldsMissing",
    "WebhookInvalid",
    "WebhookUnsigned",
]
