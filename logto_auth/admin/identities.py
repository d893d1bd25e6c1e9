"""Linked identities on the page of their account, or of the site's user."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import F, Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm, modelformset_factory
from django.http import HttpRequest
from django.utils.safestring import SafeString

from ..branding import provider_icon, provider_name
from ..models import LinkedIdentity, LogtoAccount
from .details import Row, rows
from .portraits import portrait
from .profile import Profile, short
from .view_only import ViewOnly

if TYPE_CHECKING:
    FormSet = BaseModelFormSet[LinkedIdentity, ModelForm[LinkedIdentity]]
    Inline = InlineModelAdmin[LinkedIdentity, Model]
else:
    FormSet, Inline = BaseModelFormSet, InlineModelAdmin


class ShownIdentity:
    """A linked identity as a page shows it."""

    def __init__(self, identity: LinkedIdentity) -> None:
        self.identity = identity
        self.provider = short(provider_name(identity.target))
        self.icon = provider_icon(identity.target)
        self.is_social = identity.kind == LinkedIdentity.Kind.SOCIAL
        self.token_state = LinkedIdentity.TokenState(identity.token_state)
        self.token_scopes = identity.token_scope.split()

    @property
    def name(self) -> str:
        """What the person is called there, not longer than a line."""
        of = self.identity
        return short(of.name or of.email or of.provider_user_id)

    @property
    def portrait(self) -> SafeString:
        return portrait(self.name, self.identity.avatar)

    @property
    def details(self) -> Iterator[Row]:
        """Yield all that the provider told."""
        told = self.identity.details
        return rows(told if isinstance(told, dict) else {"": told} if told else {})


@dataclass(frozen=True, slots=True)
class IdentityGroup:
    """The identities of one account, those that are linked now first.

    ``profile`` is None on the page of the account itself, which tells of it above.
    """

    profile: Profile | None
    identities: list[ShownIdentity]


class IdentityFormSet(FormSet):
    """The identities of an account, or of all accounts of a user.

    Nothing posted is read, and nothing is saved: a page may be posted with or without
    its management form.
    """

    #: Whether the accounts' own pages can be linked to; set by the inline.
    links_accounts = False

    def __init__(
        self,
        *,
        instance: Model,
        queryset: QuerySet[LinkedIdentity],
        prefix: str | None = None,
        **posted: Any,
    ) -> None:
        self.owner = instance
        #: Whether the owner is yet to be added, and so has nothing to show.
        self.is_adding = instance._state.adding
        if self.is_adding:
            queryset = queryset.none()
        elif isinstance(instance, LogtoAccount):
            queryset = queryset.filter(account=instance)
        else:
            queryset = queryset.filter(account__user_id=instance.pk)
        super().__init__(queryset=queryset, prefix=prefix)
        # What the admin looks at after saving.
        self.new_objects, self.changed_objects = [], []
        self.deleted_objects = []

    @classmethod
    def get_default_prefix(cls) -> str:
        """Return a prefix that no inline of the site has."""
        return "logto_identities"

    @cached_property
    def groups(self) -> list[IdentityGroup]:
        """What the page shows, by account."""
        shown = defaultdict[int, list[ShownIdentity]](list)
        for identity in self.get_queryset():
            shown[identity.account_id].append(ShownIdentity(identity))
        if isinstance(self.owner, LogtoAccount):
            return [IdentityGroup(None, shown[self.owner.pk])]
        accounts = LogtoAccount.objects.filter(user_id=self.owner.pk).order_by("pk")
        return [
            IdentityGroup(Profile(account), shown[account.pk]) for account in accounts
        ]

    def is_valid(self) -> bool:
        """Tell that nothing was posted that could be wrong."""
        return True

    def save(self, commit: bool = True) -> list[LinkedIdentity]:
        """Save nothing."""
        return []

    def save_m2m(self) -> None:
        """Save nothing; views that save without committing call it."""


class LinkedIdentityInlineChecks(InlineModelAdminChecks):
    """Django's, without those of a foreign key to the parent: a user has none."""

    def _check_exclude_of_parent_model(self, obj: Any, parent_model: Any) -> list[Any]:
        return []

    def _check_relation(self, obj: Any, parent_model: Any) -> list[Any]:
        return []


class LinkedIdentityInline(ViewOnly, Inline):
    """The identities linked to an account, or to a user by way of its accounts.

    Those see it who may view linked identities, or Logto accounts, which their
    identities are a part of.
    """

    model = LinkedIdentity
    formset = IdentityFormSet  # type: ignore[assignment]  # no FK to the parent is needed
    template = "logto_auth/admin/identities.html"
    checks_class = LinkedIdentityInlineChecks
    extra = 0
    max_num = 0
    can_delete = False

    class Media:
        css = {"all": ("logto_auth/admin.css",)}

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Tell whether the viewer may see the identities."""
        return super().has_view_permission(request, obj) or may_view_accounts(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LinkedIdentity]:
        """Return the identities in the order in which they are shown."""
        linked_first = F("unlinked_at").desc(nulls_first=True)
        return super().get_queryset(request).order_by(linked_first, "target", "pk")

    def get_formset(
        self, request: HttpRequest, obj: Model | None = None, **kwargs: Any
    ) -> Any:
        """Return the formset, which has no field: nothing is edited."""
        made: Any = modelformset_factory(
            self.model, fields=(), formset=self.formset, extra=0, max_num=0
        )
        is_registered = self.admin_site.is_registered(LogtoAccount)
        made.links_accounts = is_registered and may_view_accounts(request)
        return made


def may_view_accounts(request: HttpRequest) -> bool:
    """Tell whether the viewer may see Logto accounts."""
    may = request.user.has_perm
    return may("logto_auth.view_logtoaccount") or may("logto_auth.change_logtoaccount")
