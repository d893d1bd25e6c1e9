"""Sign-in attempts: one sealed cookie each, so that a start costs no query.

The five newest live at once, 3 kB in all, one hour each, as long as Logto's
interaction. The name of the cookie derives from ``state``, and the seal covers name,
time and ``state``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import IntegrityError, router, transaction
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.debug import sensitive_variables

from ..engine.crypto import seal, unseal
from ..errors import AttemptExpired, SealBroken, StateUnknown
from ..models import UsedAttempt

LIFETIME_SECONDS = 3600
MAX_ATTEMPTS = 5
MAX_BYTES = 3000
MAX_EVICTIONS = 20

_PURPOSE = "attempt"
_NAME = "logto_attempt_"
_SECURE_NAME = "__Host-" + _NAME
_IS_OURS = re.compile(rf"({_SECURE_NAME}|{_NAME})[0-9a-f]{{16}}")
_RESTARTED, _COMPLETED = 1, 2
_NO_MAX_AGE = 0xFFFFFFFF
_HEADER = struct.Struct(">BI")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in between its start and its callback.

    ``next_url`` is where the visitor goes afterwards; ``started_at`` is in seconds
    since the epoch; ``max_age`` is what was asked of Logto, in seconds; ``owner_id`` is
    the primary key of a local user who connects a Logto account, else empty;
    ``provider`` is the ``direct_sign_in`` that was asked of Logto, or empty.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)
    redirect_uri: str
    next_url: str
    started_at: int
    max_age: int | None = None
    is_restart: bool = False
    is_completed: bool = False
    owner_id: str = ""
    provider: str = ""

    @property
    def is_secure(self) -> bool:
        return self.redirect_uri.startswith("https:")

    @property
    def cookie_name(self) -> str:
        return (_SECURE_NAME if self.is_secure else _NAME) + _digest(self.state)[:16]

    @property
    def oldest_authentication(self) -> int | None:
        """Seconds ago that the visitor may have authenticated, None for any.

        Who connects an account may take their time at Logto, but must have
        authenticated there since they asked.
        """
        if self.owner_id:
            return max(0, int(time.time()) - self.started_at)
        return self.max_age

    def completed(self) -> Attempt:
        """Return what is left of it once it was used: where its visitor went."""
        return replace(self, nonce="", code_verifier="", provider="", is_completed=True)


@sensitive_variables()
def open_attempt(cookies: Mapping[str, str], state: str) -> Attempt:
    """Return the attempt of this browser that ``state`` belongs to.

    Raises:
        StateUnknown: There is none, or it was altered.
        AttemptExpired: It is older than an hour.
    """
    for prefix in (_SECURE_NAME, _NAME):
        name = prefix + _digest(state)[:16]
        if name in cookies:
            attempt = _unpack(name, cookies[name], state)
            if time.time() - attempt.started_at > LIFETIME_SECONDS:
                raise AttemptExpired()
            return attempt
    raise StateUnknown()


def store_attempt(
    request: HttpRequest, response: HttpResponseBase, attempt: Attempt
) -> None:
    """Set the attempt's cookie and evict the oldest ones above the limits."""
    value = _pack(attempt)
    room = MAX_BYTES - len(attempt.cookie_name) - len(value)
    others = [
        (_started_at(cookie), name, len(name) + len(cookie))
        for name, cookie in request.COOKIES.items()
        if _IS_OURS.fullmatch(name) and name != attempt.cookie_name
    ]
    others.sort(reverse=True)
    # Whoever plants thousands shall not make the answer too large for a proxy.
    del others[MAX_ATTEMPTS + MAX_EVICTIONS :]
    for position, (started_at, name, size) in enumerate(others):
        room -= size
        if position >= MAX_ATTEMPTS - 1 or room < 0 or not started_at:
            response.delete_cookie(name, samesite="Lax")
    response.set_cookie(
        attempt.cookie_name,
        value,
        max_age=LIFETIME_SECONDS,
        secure=attempt.is_secure,
        httponly=True,
        samesite="Lax",
    )


def claim_attempt(attempt: Attempt) -> bool:
    """Take the attempt for this request; False when any process took it before.

    The unique row is committed before the code is sent, because Logto revokes the
    whole grant when a code arrives twice. One INSERT.
    """
    row = UsedAttempt(digest=_digest(attempt.state))
    try:
        with transaction.atomic(using=router.db_for_write(UsedAttempt)):
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()


def _context(name: str, started: bytes, state: str) -> bytes:
    return b"\n".join((name.encode(), started, state.encode("utf-8", "surrogatepass")))


@sensitive_variables()
def _pack(attempt: Attempt) -> str:
    flags = attempt.is_restart * _RESTARTED | attempt.is_completed * _COMPLETED
    max_age = _NO_MAX_AGE if attempt.max_age is None else attempt.max_age
    texts = (
        attempt.nonce,
        attempt.code_verifier,
        attempt.redirect_uri,
        attempt.next_url,
        # Only where there is one: processes of an older release read the others.
        *_up_to_last((attempt.owner_id, attempt.provider)),
    )
    packed = _HEADER.pack(flags, max_age) + b"\0".join(map(str.encode, texts))
    started = struct.pack(">I", attempt.started_at)
    context = _context(attempt.cookie_name, started, attempt.state)
    sealed = seal(packed, purpose=_PURPOSE, context=context)
    return base64.urlsafe_b64encode(started + sealed).rstrip(b"=").decode()


def _up_to_last(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``texts`` without the empty ones at their end."""
    while texts and not texts[-1]:
        texts = texts[:-1]
    return texts


@sensitive_variables()
def _unpack(name: str, cookie: str, state: str) -> Attempt:
    raw = _decode(cookie)
    started = raw[:4]
    try:
        packed = unseal(
            raw[4:], purpose=_PURPOSE, context=_context(name, started, state)
        )
    except SealBroken:
        raise StateUnknown(reason="unreadable") from None
    flags, max_age = _HEADER.unpack_from(packed)
    nonce, verifier, redirect_uri, next_url, owner_id, provider, *_ = (
        *packed[_HEADER.size :].decode().split("\0", 5),
        "",
        "",
    )
    return Attempt(
        state=state,
        nonce=nonce,
        code_verifier=verifier,
        redirect_uri=redirect_uri,
        next_url=next_url,
        started_at=_started_at(cookie),
        max_age=None if max_age == _NO_MAX_AGE else max_age,
        is_restart=bool(flags & _RESTARTED),
        is_completed=bool(flags & _COMPLETED),
        owner_id=owner_id,
        provider=provider,
    )


def _started_at(cookie: str) -> int:
    return int.from_bytes(_decode(cookie)[:4], "big")


def _decode(cookie: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
    except (binascii.Error, ValueError):
        return b""
