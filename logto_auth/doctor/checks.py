"""What Django's checks find about this package: a line for each finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, WARNING, CheckMessage
from django.utils.translation import gettext_lazy as _

from ..checks import CHECKS as ALWAYS
from ..checks import DEPLOYMENT_CHECKS as DEPLOYED
from ..checks.catalogue import findings
from .catalogue import CHECKS, DEPLOYMENT_CHECKS
from .context import Context
from .line import Line, Status
from .topic import Topic

_WAIT = _(
    "DEBUG is on. With --deploy they are run all the same, for a server whose DEBUG "
    "is off."
)

Check = Callable[..., list[CheckMessage]]


def look_at_checks(context: Context) -> Iterator[Line]:
    """Yield what is found in settings, middleware, URLs, templates and user model."""
    yield from _lines(CHECKS, ALWAYS)


def look_at_deployment_checks(context: Context) -> Iterator[Line]:
    """Yield what is found of that which matters on a server."""
    if settings.DEBUG and not context.deploy:
        yield DEPLOYMENT_CHECKS.skipped(_WAIT)
    else:
        yield from _lines(DEPLOYMENT_CHECKS, DEPLOYED)


def _lines(topic: Topic, checks: Iterable[Check]) -> Iterator[Line]:
    found = [message for check in checks for message in check(None)]
    told = [message for message in found if not message.is_silenced()]
    if not told:
        yield topic.ok(_("Nothing is found."))
    documented = {finding.id: finding.documentation for finding in findings()}
    for message in told:
        yield Line(
            id=str(message.id),
            section=topic.section,
            title=topic.title,
            status=_status(message.level),
            found=message.msg,
            fix=_fix(message.hint),
            documentation=documented[str(message.id)],
        )


def _status(level: int) -> Status:
    if level >= ERROR:
        return Status.FAILURE
    return Status.WARNING if level >= WARNING else Status.OK


def _fix(hint: Any) -> str:
    """Return a hint without its last lines, which name the documentation."""
    return str(hint or "").rpartition("\n\nSee ")[0]
