"""What has failed when a request to Logto has, as one of this package's errors."""

from __future__ import annotations

import socket
import ssl

import httpx2

from ..errors import (
    ProviderError,
    ProviderResponseInvalid,
    ProviderTimeout,
    ProviderUnreachable,
)

# The first that fits decides.
_FAILURES: tuple[tuple[type[Exception], type[ProviderError], str], ...] = (
    (httpx2.TimeoutException, ProviderTimeout, ""),
    (TimeoutError, ProviderTimeout, ""),
    (httpx2.ProxyError, ProviderUnreachable, "proxy"),
    (httpx2.RemoteProtocolError, ProviderUnreachable, "protocol"),
    (socket.gaierror, ProviderUnreachable, "dns"),
    (ConnectionRefusedError, ProviderUnreachable, "refused"),
    (httpx2.NetworkError, ProviderUnreachable, "connection"),
    (OSError, ProviderUnreachable, "connection"),
    (httpx2.DecodingError, ProviderResponseInvalid, "content_encoding"),
)


# OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH.
_OTHER_NAME = {62, 64}


def failure_of(error: Exception) -> ProviderError:
    """Return the error to raise, without the frames and causes that hold secrets."""
    if isinstance(error, ProviderError):
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)
    detail = type(error).__name__
    root = _root(error) if isinstance(error, httpx2.NetworkError) else error
    if isinstance(root, OSError) and root.strerror:
        detail += f": {root.strerror}"
    if isinstance(root, ssl.SSLError):
        return ProviderUnreachable(detail, reason=_tls_reason(root))
    for kind, failure, reason in _FAILURES:
        if isinstance(root, kind) or isinstance(error, kind):
            return failure(detail, reason=reason)
    return ProviderUnreachable(detail, reason="request")


def _root(error: BaseException) -> BaseException:
    """Return what failed first: the system's error, whose text is never a secret."""
    if isinstance(error, BaseExceptionGroup):
        return _root(error.exceptions[0])
    cause = error.__cause__
    if cause is None and not isinstance(error, OSError):
        cause = error.__context__  # of an OSError it is the caller's own affair
    return error if cause is None else _root(cause)


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "tls_host" if error.verify_code in _OTHER_NAME else "tls"
    return "tls_absent" if error.reason == "WRONG_VERSION_NUMBER" else "tls_handshake"
