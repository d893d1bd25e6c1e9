"""What becomes of a webhook: kept first, then handled, once, and again if that failed.

Logto sends a webhook once, whatever is answered. So it is committed before anything is
done with it, and tried again from here: with the webhooks that come later, by
``manage.py logto_webhooks``, and by an administrator.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

from django.db import DatabaseError, IntegrityError, router, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ..accounts.convergence import converge
from ..engine.token_claims import is_identifier
from ..errors import LogtoError, WebhookInvalid
from ..log import Event, log
from ..models import WebhookDelivery, on_primary
from ..moment import stored
from ..signals import webhook_received
from ..webhook_events import WebhookEvent
from .parsing import stored_event

#: Seconds after which somebody who handles a delivery is taken for dead.
LEASE_SECONDS = 60
#: The pauses before the attempts after the first; after the last it is given up.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (10, 60, 300, 1800, 2 * 3600, 6 * 3600, 24 * 3600)
)
MOST_ATTEMPTS = len(PAUSES) + 1
State = WebhookDelivery.State


def receive(event: WebhookEvent, body: bytes) -> State:
    """Keep a webhook and handle it; return what has become of it.

    One that was here before is handled again only where that has failed.
    """
    delivery = _kept(event, body)
    return handle(delivery) if _is_due(delivery) else State(delivery.state)


def handle(delivery: WebhookDelivery) -> State:
    """Handle a delivery unless somebody else is just doing so."""
    if not _take(delivery):
        return State.WAITING
    failure = ""
    try:
        event = stored_event(bytes(delivery.body))
        outcome = converge(event)
        failure = _tell(event)
    except Exception as error:  # noqa: BLE001 - its text may hold anything
        failure = type(error).__name__
        if isinstance(error, LogtoError):
            failure = ": ".join(filter(None, (error.code, error.reason)))
    if failure:
        _note_failure(delivery, failure)
        return State.FAILED
    _note(delivery, state=State.HANDLED, handled_at=timezone.now(), failure="")
    log(Event.WEBHOOK_RECEIVED, webhook=event.name, outcome=outcome)
    return State.HANDLED


def handle_again(delivery: WebhookDelivery) -> State:
    """Handle a delivery once more, whatever has become of it before.

    One that a former release knew nothing of is handled if this one does.
    """
    try:
        is_known = stored_event(bytes(delivery.body)).is_known
    except WebhookInvalid:
        is_known = False
    if not is_known:
        return State(delivery.state)
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    rows.exclude(state=State.WAITING).update(state=State.WAITING)
    return handle(delivery)


def due() -> QuerySet[WebhookDelivery]:
    """Return the deliveries that are to be tried again by now, oldest first."""
    now = timezone.now()
    failed = Q(state=State.FAILED, next_attempt_at__lte=now)
    # Whoever had these has died; they are left alone while they are being handled.
    left = Q(
        state=State.WAITING,
        received_at__lte=now - timedelta(seconds=LEASE_SECONDS),
        lease_until__lt=time.time(),
        attempts__lt=MOST_ATTEMPTS,
    )
    return on_primary(WebhookDelivery).filter(failed | left).order_by("received_at")


def given_up() -> QuerySet[WebhookDelivery]:
    """Return the deliveries that nobody tries again by himself."""
    failed = Q(state=State.FAILED, next_attempt_at=None)
    # Whoever handled it has died, time after time.
    deadly = Q(
        state=State.WAITING,
        attempts__gte=MOST_ATTEMPTS,
        lease_until__lt=time.time(),
    )
    return on_primary(WebhookDelivery).filter(failed | deadly).order_by("received_at")


def handle_due(*, most: int) -> None:
    """Try some that are due, beside one that has come and is done."""
    try:
        for delivery in due()[:most]:
            handle(delivery)
    except DatabaseError as error:
        log(Event.WEBHOOK_FAILED, cause=type(error).__name__)


def _is_due(delivery: WebhookDelivery) -> bool:
    if delivery.state == State.FAILED:
        again = delivery.next_attempt_at
        return again is not None and again <= timezone.now()
    return bool(delivery.state == State.WAITING)


def _kept(event: WebhookEvent, body: bytes) -> WebhookDelivery:
    delivery = WebhookDelivery(
        digest=hashlib.sha256(body).hexdigest(),
        hook_id=event.hook_id,
        event=event.name,
        subject=event.subject if is_identifier(event.subject) else "",
        body=body,
        created_at=stored(event.created_at),
        state=State.WAITING if event.is_known else State.IGNORED,
    )
    try:
        with transaction.atomic(using=router.db_for_write(WebhookDelivery)):
            delivery.save(force_insert=True)
    except IntegrityError:
        return on_primary(WebhookDelivery).get(digest=delivery.digest)
    return delivery


def _take(delivery: WebhookDelivery) -> bool:
    """Become the one who handles it: one UPDATE, whoever else wants to."""
    now = time.time()
    until = round(now + LEASE_SECONDS, 3)
    taken = WebhookDelivery.objects.filter(
        pk=delivery.pk,
        state__in=(State.WAITING, State.FAILED),
        lease_until__lt=now,
    ).update(lease_until=until, attempts=F("attempts") + 1)
    if taken:
        delivery.lease_until = until
        delivery.attempts += 1
    return bool(taken)


def _tell(event: WebhookEvent) -> str:
    """Tell the site's receivers; return what the first that failed has raised."""
    answers = webhook_received.send_robust(WebhookDelivery, event=event)
    errors = (answer for _, answer in answers if isinstance(answer, Exception))
    first = next(errors, None)
    return "" if first is None else f"receiver: {type(first).__name__}"


def _note_failure(delivery: WebhookDelivery, failure: str) -> None:
    pause = dict(enumerate(PAUSES, 1)).get(delivery.attempts)
    again = None if pause is None else timezone.now() + pause
    _note(delivery, state=State.FAILED, failure=failure[:200], next_attempt_at=again)
    log(
        Event.WEBHOOK_FAILED,
        webhook=delivery.event,
        cause=failure,
        attempts=delivery.attempts,
        gives_up=again is None,
    )


def _note(delivery: WebhookDelivery, **fields: object) -> None:
    fields = {"next_attempt_at": None, **fields, "lease_until": 0}
    mine = WebhookDelivery.objects.filter(
        pk=delivery.pk, lease_until=delivery.lease_until
    )
    mine.update(**fields)
    for name, value in fields.items():
        setattr(delivery, name, value)
