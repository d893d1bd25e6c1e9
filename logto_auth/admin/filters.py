"""The filters beside the administrators' list of accounts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db import connections
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..branding import provider_name
from ..models import LinkedIdentity, LogtoAccount
from ..storable import storable
from .matching import having
from .profile import short

Choices = Sequence[tuple[str, Any]]
State = LinkedIdentity.TokenState

#: More would not be read beside the list; others are found by search.
MOST_PROVIDERS = 100
NEVER = "never"


class ChoiceFilter(admin.SimpleListFilter):
    """A filter whose unknown values are no filter."""

    def value(self) -> str | None:
        """Return the chosen value, None when it is none of the choices."""
        value = super().value()
        known = {choice for choice, _label in self.lookup_choices}
        return value if value in known else None


class ProviderFilter(admin.SimpleListFilter):
    """Accounts with an identity that is linked at a provider now."""

    title = _("provider")
    parameter_name = "provider"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Choices:
        """Return the providers of the identities that there are, by name."""
        targets = _targets(model_admin.get_queryset(request).db)
        choices = [(target, short(provider_name(target))) for target in targets]
        return sorted(choices, key=lambda choice: choice[1].casefold())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LogtoAccount]
    ) -> QuerySet[LogtoAccount]:
        """Return the accounts linked at the chosen provider."""
        target = self.value()
        return _linked(queryset, _at(target)) if target else queryset


class TokenStateFilter(ChoiceFilter):
    """Accounts with a linked identity whose provider token is in a state."""

    title = _("provider token")
    parameter_name = "token"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Choices:
        """Return the states that there are."""
        return State.choices

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LogtoAccount]
    ) -> QuerySet[LogtoAccount]:
        """Return the accounts with an identity in the chosen state."""
        if (state := self.value()) is None:
            return queryset
        # With both filters, one identity is meant: the one at the provider.
        target = request.GET.get(ProviderFilter.parameter_name)
        there = _at(target) if target else Q()
        return _linked(queryset, *(there & told for told in _in_state(State(state))))


class SuspendedFilter(ChoiceFilter):
    """Accounts that are suspended at Logto, or not."""

    title = _("suspended")
    parameter_name = "suspended"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Choices:
        """Return yes and no."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LogtoAccount]
    ) -> QuerySet[LogtoAccount]:
        """Return the accounts that are suspended, or those that are not."""
        if (answer := self.value()) is None:
            return queryset
        return queryset.filter(is_suspended=answer == "yes")


class LastSignInFilter(ChoiceFilter):
    """Accounts by when they last signed in, if ever."""

    title = _("last sign-in")
    parameter_name = "last_sign_in"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Choices:
        """Return the spans of time, latest first."""
        return [
            ("today", _("Today")),
            ("week", _("Past 7 days")),
            ("month", _("Past 30 days")),
            ("older", _("Longer ago")),
            (NEVER, _("Never")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LogtoAccount]
    ) -> QuerySet[LogtoAccount]:
        """Return the accounts that last signed in within the chosen span."""
        if (span := self.value()) is None:
            return queryset
        if span == NEVER:
            return queryset.filter(last_sign_in_at=None)
        if span == "older":
            return queryset.filter(last_sign_in_at__lt=_midnight(days_ago=30))
        days_ago = {"today": 0, "week": 7, "month": 30}[span]
        return queryset.filter(last_sign_in_at__gte=_midnight(days_ago))


def _midnight(days_ago: int) -> datetime.datetime:
    now = timezone.now()
    if timezone.is_aware(now):
        now = timezone.localtime(now)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return today - datetime.timedelta(days=days_ago)


def _at(target: str) -> Q:
    return Q(target=storable(target))


def _in_state(state: LinkedIdentity.TokenState) -> Iterator[Q]:
    """Yield what `LinkedIdentity.token_state` tells, as ranges of the index."""
    if state in (State.UNKNOWN, State.NONE):
        yield Q(has_token=None if state is State.UNKNOWN else False)
        return
    now = timezone.now()
    if state is State.VALID:
        for lasts in (Q(token_expires_at=None), Q(token_expires_at__gt=now)):
            yield Q(lasts, has_token=True, token_is_refreshable=True)
            yield Q(lasts, has_token=True, token_is_refreshable=False)
        return
    yield Q(
        has_token=True,
        token_is_refreshable=state is State.REFRESHABLE,
        token_expires_at__lte=now,
    )


def _linked(accounts: QuerySet[LogtoAccount], *conditions: Q) -> QuerySet[LogtoAccount]:
    """Return the accounts with a linked identity that meets one of the conditions."""
    linked = LinkedIdentity.objects.using(accounts.db).filter(unlinked_at=None)
    return having(accounts, *(linked.filter(condition) for condition in conditions))


def _targets(using: str) -> list[str]:
    """Return the providers that there are, read from one to the next in the index."""
    connection = connections[using]
    if connection.vendor == "mysql":
        # Its DISTINCT does just that; others read all the identities for it.
        targets = LinkedIdentity.objects.using(using).values_list("target", flat=True)
        return list(targets.order_by("target").distinct()[:MOST_PROVIDERS])
    table = connection.ops.quote_name(LinkedIdentity._meta.db_table)
    # Names of our own only; nothing from outside is in it.
    statement = f"""
        WITH RECURSIVE step (target, number) AS (
            SELECT MIN(target), 1 FROM {table}
            UNION ALL
            SELECT
                (SELECT MIN(target) FROM {table} WHERE target > step.target),
                number + 1
            FROM step WHERE target IS NOT NULL AND number < %s
        )
        SELECT target FROM step WHERE target IS NOT NULL
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [MOST_PROVIDERS])
        return [target for (target,) in cursor.fetchall()]
