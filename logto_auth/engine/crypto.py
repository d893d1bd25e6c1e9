"""Authenticated encryption of what leaves the process: cookies and stored tokens.

A sealed value opens only for the purpose and context that it was sealed for, with
``SECRET_KEY`` or one of ``SECRET_KEY_FALLBACKS``.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes
from django.views.decorators.debug import sensitive_variables

from ..errors import SealBroken

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
#: Bytes that sealing adds: version, nonce and authentication tag.
OVERHEAD: Final = len(_VERSION) + _NONCE_BYTES + _TAG_BYTES


@sensitive_variables()
def seal(plaintext: bytes, *, purpose: str, context: bytes = b"") -> bytes:
    """Encrypt with AES-256-GCM under a key of this purpose.

    Args:
        plaintext: Any bytes.
        purpose: A constant word for each kind of value; each has its own key.
        context: What the value belongs to (a cookie's name, a row's id); it is not
            stored, and the same has to be given to `unseal`.

    Returns:
        ``OVERHEAD`` bytes more than the plaintext.
    """
    nonce = os.urandom(_NONCE_BYTES)
    cipher = _cipher(force_bytes(settings.SECRET_KEY), purpose)
    return _VERSION + nonce + cipher.encrypt(nonce, plaintext, _VERSION + context)


@sensitive_variables()
def unseal(sealed: bytes, *, purpose: str, context: bytes = b"") -> bytes:
    """Return the plaintext of a sealed value.

    Raises:
        SealBroken: It was altered, is of another purpose or context, or its key is
            neither ``SECRET_KEY`` nor one of ``SECRET_KEY_FALLBACKS``.
    """
    if len(sealed) < OVERHEAD or not sealed.startswith(_VERSION):
        raise SealBroken
    nonce, box = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        cipher = _cipher(force_bytes(secret), purpose)
        try:
            return cipher.decrypt(nonce, box, _VERSION + context)
        except InvalidTag:
            continue
    raise SealBroken


@sensitive_variables()
def resealed(sealed: bytes, *, purpose: str, context: bytes = b"") -> bytes | None:
    """Return the value sealed with ``SECRET_KEY``, None when it is so already.

    Raises:
        SealBroken: See unseal().
    """
    plaintext = unseal(sealed, purpose=purpose, context=context)
    nonce, box = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        newest = _cipher(force_bytes(settings.SECRET_KEY), purpose)
        newest.decrypt(nonce, box, _VERSION + context)
    except InvalidTag:
        return seal(plaintext, purpose=purpose, context=context)
    return None


@lru_cache(maxsize=16)
def _cipher(secret: bytes, purpose: str) -> AESGCM:
    info = f"logto_auth:{purpose}".encode()
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=info).derive(secret))
